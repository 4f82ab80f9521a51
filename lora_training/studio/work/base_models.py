"""Base models that staff can choose from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

INDEX_NAME = "model_index.json"


@dataclass(frozen=True)
class BaseModel:
    """A folder in diffusers' layout, and the size of pictures that it was made for (side of a square, px)."""

    name: str
    family: Literal["sd15", "sdxl"]

    @property
    def resolution(self) -> int:
        return 1024 if self.family == "sdxl" else 512


def list_models(folder: Path | None) -> list[BaseModel]:
    """All base models of the configured folder, by name."""
    if folder is None or not folder.is_dir():
        return []
    return [_read(entry) for entry in sorted(folder.iterdir()) if (entry / INDEX_NAME).is_file()]


def _read(folder: Path) -> BaseModel:
    try:
        pipeline = str(json.loads((folder / INDEX_NAME).read_bytes()).get("_class_name", ""))
    except (ValueError, AttributeError):
        pipeline = ""
    return BaseModel(folder.name, "sdxl" if "XL" in pipeline else "sd15")
