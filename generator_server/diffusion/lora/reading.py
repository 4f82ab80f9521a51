"""A LoRA's file in memory: its bytes are read once, so that what is checked is what is used."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors.torch
from safetensors import SafetensorError
from torch import Tensor

from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.model_files import read_header, read_json

MOST_FILE_BYTES = 2 * 2**30
PEFT_WEIGHTS, PEFT_CONFIG = "adapter_model.safetensors", "adapter_config.json"
_DIFFUSERS_CONFIG = "lora_adapter_metadata"


@dataclass(frozen=True)
class RawAdapter:
    """A file's tensors by its own names, not yet checked. `config` is what peft wrote about them, if anything."""

    name: str
    tensors: Mapping[str, Tensor]
    metadata: Mapping[str, str]
    config: Mapping[str, Any]
    sha256: str

    def refuse(self, reason: str) -> ModelFileError:
        """The error for a file that cannot be used; `reason` is a sentence's end."""
        return ModelFileError(reason=f"{self.name}: {reason}")


def read_adapter(path: Path) -> RawAdapter:
    """All of a `.safetensors` file. Raises ModelFileError, also when it has gone or was cut off."""
    try:
        if path.stat().st_size > MOST_FILE_BYTES:
            raise ModelFileError(reason=f"{path.name} is larger than {MOST_FILE_BYTES // 2**30} GiB, too large a LoRA.")
        header = read_header(path)
        data = path.read_bytes()
        tensors = safetensors.torch.load(data)
    except OSError as error:
        raise ModelFileError(reason=f"{path.name} cannot be read: {error.strerror}.") from error
    except (SafetensorError, KeyError, ValueError) as error:
        raise ModelFileError(reason=f"{path.name} is not a whole safetensors file.") from error
    return RawAdapter(
        name=f"{path.parent.name}/{path.name}" if path.name == PEFT_WEIGHTS else path.name,
        tensors=tensors,
        metadata=header.metadata,
        config=_read_config(path, header.metadata),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _read_config(path: Path, metadata: Mapping[str, str]) -> dict[str, Any]:
    """peft's settings: from the file beside the tensors, or from the text that diffusers keeps with them."""
    beside = path.with_name(PEFT_CONFIG)
    if path.name == PEFT_WEIGHTS and beside.is_file():
        return read_json(beside)
    try:
        config = json.loads(metadata.get(_DIFFUSERS_CONFIG, "{}"))
    except ValueError as error:
        raise ModelFileError(reason=f"{path.name}: its {_DIFFUSERS_CONFIG} is not valid JSON.") from error
    return config if isinstance(config, dict) else {}


def find_scale(raw: RawAdapter, module: str, part: str, path: str, rank: int) -> float:
    """By what an update counts when the file has no alpha of its own: peft's alpha / rank, else 1."""
    inner = {key.removeprefix(f"{part}."): value for key, value in raw.config.items() if _is_about(key, part)}
    alpha = _find_alpha(inner, path)
    if alpha is None:
        return 1.0
    if not isinstance(alpha, int | float) or not math.isfinite(alpha):
        raise raw.refuse(f"{module} has no number for its alpha.")
    return float(alpha) / (math.sqrt(rank) if inner.get("use_rslora") is True else rank)


def _is_about(key: str, part: str) -> bool:
    return key.startswith(f"{part}.") or "." not in key


def _find_alpha(config: Mapping[str, Any], path: str) -> Any:
    pattern = config.get("alpha_pattern")
    for key, alpha in pattern.items() if isinstance(pattern, dict) else ():
        plain = str(key).removeprefix("text_model.")
        if path == plain or path.endswith(f".{plain}"):
            return alpha
    return config.get("lora_alpha")
