"""What a LoRA file says about itself, read without loading a tensor."""

from __future__ import annotations

import json
from pathlib import Path

from lora_training.training_errors import AdapterRefusedError

MAX_HEADER_BYTES = 16 * 2**20
SDXL = "sdxl"


def read_metadata(path: Path) -> dict[str, str]:
    """The metadata of a safetensors file. Raises AdapterRefusedError for one that is missing, cut or something else."""
    try:
        size_bytes = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(length)) if length <= MAX_HEADER_BYTES else None
    except (OSError, ValueError) as error:
        raise AdapterRefusedError(file=path, reason=f"It cannot be read: {error}") from error
    if not isinstance(header, dict) or not header:
        raise AdapterRefusedError(file=path, reason="It is no safetensors file.")
    metadata: dict[str, str] = header.pop("__metadata__", {})
    ends = [entry["data_offsets"][1] for entry in header.values()]
    if size_bytes != 8 + length + max(ends, default=0):
        raise AdapterRefusedError(file=path, reason="It is cut off.")
    return metadata


def is_for_sdxl(metadata: dict[str, str]) -> bool:
    """True when the adapter was learnt on SDXL, else it is for SD 1.5."""
    return metadata.get("ss_base_model_version", "").startswith(SDXL)
