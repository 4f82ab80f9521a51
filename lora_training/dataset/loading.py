"""A data set as training reads it: checked pictures with their captions."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from lora_training.dataset.manifest import PictureEntry, read_manifest
from lora_training.errors import DatasetChangedError


@dataclass(frozen=True)
class DatasetPicture:
    """One training picture: an RGB PNG of the size of its bucket."""

    path: Path
    sha256: str
    width_px: int
    height_px: int
    caption: str


@dataclass(frozen=True)
class Dataset:
    """Pictures of one style, with the right to use them."""

    folder: Path
    style_id: str
    trigger: str
    resolution: int
    source: str
    licence: str
    author: str
    pictures: tuple[DatasetPicture, ...]


def load_dataset(folder: Path) -> Dataset:
    """Every picture is hashed again. Raises DatasetMissingError, DatasetBrokenError or DatasetChangedError."""
    manifest = read_manifest(folder)
    return Dataset(
        folder=folder,
        style_id=manifest.style_id,
        trigger=manifest.trigger,
        resolution=manifest.resolution,
        source=manifest.source,
        licence=manifest.licence,
        author=manifest.author,
        pictures=tuple(_check_picture(folder, entry) for entry in manifest.pictures),
    )


def _check_picture(folder: Path, entry: PictureEntry) -> DatasetPicture:
    path = folder / entry.file
    try:
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise DatasetChangedError(folder=folder, file=entry.file) from error
    if sha256 != entry.sha256:
        raise DatasetChangedError(folder=folder, file=entry.file)
    return DatasetPicture(path, sha256, entry.width_px, entry.height_px, entry.caption)
