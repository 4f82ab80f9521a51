"""Reading the folder of pictures: strangers' files, decoded in a limited child process."""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from boothkit.images import BrokenImageError, ImageIntake, ImageLimits, ImageTooLargeError
from lora_training.dataset import heic_worker
from lora_training.dataset.buckets import MIN_SIDE_PX
from lora_training.errors import FolderMissingError, HeicMissingError, SourceUnreadableError

LIMITS = ImageLimits(max_bytes=64 * 2**20, max_pixels=80_000_000, min_side_px=MIN_SIDE_PX)
_FROM_HEIC = replace(LIMITS, max_bytes=4 * LIMITS.max_pixels)
_MEMORY_BYTES = 2 << 30
_DEADLINE_S = 30.0
_BESIDE_PICTURES = frozenset({".txt", ".csv", ".json", ".md", ".ini", ".db"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc", b"hevx"})


@dataclass(frozen=True)
class SourcePicture:
    """A picture as it came: the file's SHA-256 and the upright pixels (H, W, 3; RGB 0-255)."""

    sha256: str
    pixels: NDArray[np.uint8]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]


def open_intake() -> ImageIntake:
    """The decoder for pictures of a training set: scans may be larger than a visitor's photograph."""
    return ImageIntake(LIMITS, memory_bytes=_MEMORY_BYTES, deadline_s=_DEADLINE_S)


def list_pictures(folder: Path) -> list[str]:
    """Files under a folder that could be pictures, by their path in it, in order. Raises FolderMissingError.

    Hidden files are passed over, and what lies beside pictures: texts, tables, thumbnails' databases.
    """
    if not folder.is_dir():
        raise FolderMissingError(folder=folder)
    files = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    return sorted(path.as_posix() for path in files if _may_be_picture(path))


def read_picture(intake: ImageIntake, path: Path) -> SourcePicture:
    """Raises BoothError with the reason when the picture cannot be used."""
    try:
        if path.stat().st_size > LIMITS.max_bytes:
            raise ImageTooLargeError(max_megabytes=LIMITS.max_bytes >> 20)
        data = path.read_bytes()
    except OSError as error:
        raise SourceUnreadableError(cause=error.strerror) from error
    return SourcePicture(hashlib.sha256(data).hexdigest(), _decode(intake, data))


def _may_be_picture(path: Path) -> bool:
    is_hidden = any(part.startswith(".") for part in path.parts)
    return not is_hidden and path.suffix.lower() not in _BESIDE_PICTURES


def _decode(intake: ImageIntake, data: bytes) -> NDArray[np.uint8]:
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        png = _to_png(data)
        with ImageIntake(_FROM_HEIC, memory_bytes=_MEMORY_BYTES, deadline_s=_DEADLINE_S) as roomy:
            return roomy.decode(png)
    return intake.decode(data)


def _to_png(heic: bytes) -> bytes:
    if importlib.util.find_spec("pillow_heif") is None:
        raise HeicMissingError
    command = [sys.executable, "-I", heic_worker.__file__, str(LIMITS.max_pixels)]
    try:
        done = subprocess.run(command, input=heic, capture_output=True, timeout=_DEADLINE_S, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise BrokenImageError(cause=type(error).__name__) from error
    return done.stdout
