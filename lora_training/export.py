"""The adapter as a file that other tools read: kohya's names, `ss_*` and modelspec metadata, and hashes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from boothkit.files import publish_file
from lora_training.adapter_metadata import describe_training, hash_content
from lora_training.checkpoint import Checkpoint
from lora_training.kohya_names import name_module
from lora_training.training_errors import AdapterRefusedError

FilePrecision = Literal["fp16", "fp32"]

_DTYPES = {"fp16": torch.float16, "fp32": torch.float32}
_PARTS = ("lora_down.weight", "lora_up.weight", "alpha")


@dataclass(frozen=True)
class LowRank:
    """What one module learnt: `up` (outputs, rank) times `down` (rank, inputs), with strength alpha / rank."""

    down: Tensor
    up: Tensor
    alpha: float


@dataclass(frozen=True)
class AdapterFile:
    """A LoRA file's content: modules by the file's own names, and its metadata."""

    modules: dict[str, LowRank]
    metadata: dict[str, str]


def export_checkpoint(
    checkpoint: Checkpoint, path: Path, *, precision: FilePrecision = "fp16", made_at: datetime
) -> str:
    """Write a checkpoint's adapter (its average, where one was kept) and answer the file's SHA-256 (hex)."""
    about = checkpoint.record["about"]
    weights = checkpoint.select("average") or checkpoint.select("weights")
    tensors = name_tensors(weights, about["family"], about["config"]["alpha"], precision)
    metadata = describe_training(about, checkpoint.step, made_at)
    data = _save_in_order(tensors, metadata | hash_content(tensors, metadata))
    publish_file(path, data, mode=0o644)
    return hashlib.sha256(data).hexdigest()


def name_tensors(
    weights: Mapping[str, Tensor], family: str, alpha: float, precision: FilePrecision
) -> dict[str, Tensor]:
    """An adapter's `MODULE.down` and `MODULE.up` under the file's names, each module with its alpha."""
    dtype = _DTYPES[precision]
    tensors: dict[str, Tensor] = {}
    for name, value in weights.items():
        module, side = name.rsplit(".", 1)
        place = name_module(module, family)
        tensors[f"{place}.lora_{side}.weight"] = value.to(dtype).contiguous()
        tensors[f"{place}.alpha"] = torch.tensor(alpha, dtype=dtype)
    return tensors


def _save_in_order(tensors: dict[str, Tensor], metadata: Mapping[str, str]) -> bytes:
    """A safetensors file whose metadata are sorted: the library puts them in another order each time."""
    plain = safetensors.torch.save(tensors)
    start = 8 + int.from_bytes(plain[:8], "little")
    header = json.dumps({"__metadata__": dict(sorted(metadata.items())), **json.loads(plain[8:start])})
    padded = header.encode() + b" " * (-len(header.encode()) % 8)
    return len(padded).to_bytes(8, "little") + padded + plain[start:]


def read_adapter(path: Path) -> AdapterFile:
    """Read a LoRA file in kohya's layout. Raises AdapterRefusedError for anything that is not a whole one."""
    try:
        data = path.read_bytes()
        tensors = safetensors.torch.load(data)
    except (OSError, safetensors.SafetensorError) as error:
        raise AdapterRefusedError(file=path, reason=f"It is no safetensors file: {error}") from error
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    metadata: dict[str, str] = header.get("__metadata__", {})
    found = metadata.get("sshs_model_hash")
    content = hashlib.sha256(data[8 + int.from_bytes(data[:8], "little") :]).hexdigest()
    if found is not None and found != content:
        raise AdapterRefusedError(file=path, reason="Its weights do not have the hash that it names.")
    places = sorted({name.split(".", 1)[0] for name in tensors})
    return AdapterFile({place: _read_module(path, place, tensors) for place in places}, metadata)


def match_weights(file: AdapterFile, names: Mapping[str, Tensor], family: str) -> dict[str, Tensor]:
    """A file's weights under an adapter's own names, in float32. Raises KeyError when a module is missing."""
    weights = {}
    for name in names:
        module, side = name.rsplit(".", 1)
        low_rank = file.modules[name_module(module, family)]
        weights[name] = (low_rank.down if side == "down" else low_rank.up).float()
    return weights


def _read_module(path: Path, place: str, tensors: Mapping[str, Tensor]) -> LowRank:
    names = [f"{place}.{part}" for part in _PARTS]
    missing = [name for name in names if name not in tensors]
    if missing:
        raise AdapterRefusedError(file=path, reason=f"It lacks {missing[0]}.")
    down, up, alpha = (tensors[name] for name in names)
    if down.ndim != 2 or up.ndim != 2 or down.shape[0] != up.shape[1] or alpha.numel() != 1:
        raise AdapterRefusedError(file=path, reason=f"The shapes of {place} do not fit together.")
    return LowRank(down, up, float(alpha))
