"""The adapter as a file that other tools read: kohya's names, `ss_*` and modelspec metadata, and hashes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from boothkit.files import publish_file
from lora_training.checkpoint import Checkpoint
from lora_training.kohya_names import name_module
from lora_training.training_errors import AdapterRefusedError

FilePrecision = Literal["fp16", "fp32"]

_DTYPES = {"fp16": torch.float16, "fp32": torch.float32}
_BASE_VERSIONS = {"sd15": "sd_v1", "sdxl": "sdxl_base_v1-0"}
_ARCHITECTURES = {"sd15": "stable-diffusion-v1/lora", "sdxl": "stable-diffusion-xl-v1-base/lora"}
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


def describe_training(about: Mapping[str, Any], step: int, made_at: datetime) -> dict[str, str]:
    """The metadata without the hashes. Every value is text, as the file format asks."""
    config = about["config"]
    side = config["resolution"]
    values = {
        "ss_network_module": "networks.lora",
        "ss_network_dim": config["rank"],
        "ss_network_alpha": config["alpha"],
        "ss_base_model_version": _BASE_VERSIONS[about["family"]],
        "ss_sd_model_name": about["base"],
        "ss_v2": False,
        "ss_output_name": about["style_id"],
        "ss_learning_rate": config["learning_rate"],
        "ss_unet_lr": config["learning_rate"],
        "ss_text_encoder_lr": None,
        "ss_lr_scheduler": config["schedule"],
        "ss_lr_warmup_steps": config["warmup_steps"],
        "ss_optimizer": config["optimizer"],
        "ss_max_train_steps": config["steps"],
        "ss_steps": step,
        "ss_batch_size_per_device": config["batch_size"],
        "ss_gradient_accumulation_steps": config["accumulation"],
        "ss_gradient_checkpointing": config["gradient_checkpointing"],
        "ss_mixed_precision": "bf16" if config["precision"] == "bf16" else "no",
        "ss_resolution": f"({side}, {side})",
        "ss_enable_bucket": True,
        "ss_num_train_images": about["picture_count"],
        "ss_min_snr_gamma": config["min_snr_gamma"] or None,
        "ss_noise_offset": config["noise_offset"] or None,
        "ss_caption_dropout_rate": config["caption_dropout"],
        "ss_shuffle_caption": config["shuffle_captions"],
        "ss_seed": config["seed"],
        "ss_tag_frequency": json.dumps({about["style_id"]: {about["trigger"]: about["picture_count"]}}),
        "modelspec.sai_model_spec": "1.0.0",
        "modelspec.architecture": _ARCHITECTURES[about["family"]],
        "modelspec.implementation": "https://github.com/Stability-AI/generative-models",
        "modelspec.title": about["style_id"],
        "modelspec.author": about["author"],
        "modelspec.license": about["licence"],
        "modelspec.description": f"Learnt from: {about['source']}",
        "modelspec.trigger_phrase": about["trigger"],
        "modelspec.date": made_at.isoformat(timespec="seconds"),
        "modelspec.resolution": f"{side}x{side}",
    }
    return {name: str(value) for name, value in values.items()}


def hash_content(tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> dict[str, str]:
    """Hashes by which tools know the weights again, whatever is written into the metadata later.

    `sshs_model_hash` and `modelspec.hash_sha256` are the SHA-256 of all bytes behind the header. The legacy hash looks
    at 64 KiB from 1 MiB on, of the file as it is with its `ss_*` metadata alone.
    """
    plain = safetensors.torch.save(
        dict(tensors), {name: value for name, value in metadata.items() if name.startswith("ss_")}
    )
    content = hashlib.sha256(plain[8 + int.from_bytes(plain[:8], "little") :]).hexdigest()
    legacy = hashlib.sha256(plain[0x100000:0x110000]).hexdigest()[:8]
    return {"sshs_model_hash": content, "sshs_legacy_hash": legacy, "modelspec.hash_sha256": f"0x{content}"}


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
