"""How pictures are compared: by the share of each cell of colours, and by small copies."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from painter.arrays import Photo, Picture, Plane
from painter.blocks.tone import to_lab

LIGHTNESS_CELLS, CHROMA_CELLS = 6, 5
CELLS = LIGHTNESS_CELLS * CHROMA_CELLS * CHROMA_CELLS
CHROMA_CELL = 22.0
"""Lab; the middle cell is grey, the outer ones are open."""
INDEX_SIDE_PX = 128
SIGNATURE_PX = 16
DUPLICATE_DISTANCE = 4.0
"""Root mean square difference (Lab) of two small copies below which one of the pictures is enough."""


def shrink_to_lab(picture: Photo, side_px: int = INDEX_SIDE_PX) -> Picture:
    """Lab of a copy (RGB 0-255) whose sides are at most `side_px`."""
    scale = min(1.0, side_px / max(picture.shape[:2]))
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return to_lab(np.asarray(small, dtype=np.float32) * np.float32(1 / 255))


def count_colours(lab: Picture, weight: Plane | None = None) -> NDArray[np.float32]:
    """(CELLS,): share of each cell of colours in a Lab picture; `weight` (H, W; > 0) makes some pixels count more."""
    light = np.clip(lab[..., 0] * (LIGHTNESS_CELLS / 100.0), 0, LIGHTNESS_CELLS - 1).astype(np.int64)
    middle = CHROMA_CELLS // 2
    red, yellow = (
        np.clip(np.rint(lab[..., channel] / CHROMA_CELL), -middle, middle).astype(np.int64) + middle
        for channel in (1, 2)
    )
    cells = (light * CHROMA_CELLS + red) * CHROMA_CELLS + yellow
    weights = None if weight is None else weight.ravel()
    counts = np.bincount(cells.ravel(), weights, CELLS)
    return np.asarray(counts / counts.sum(), dtype=np.float32)


def sign_picture(lab: Picture) -> Picture:
    """(16, 16, 3): a small copy that near-duplicates share, whatever their size."""
    return np.asarray(cv2.resize(lab, (SIGNATURE_PX, SIGNATURE_PX), interpolation=cv2.INTER_AREA), dtype=np.float32)


def is_duplicate(signature: Picture, others: list[Picture]) -> bool:
    """Whether a picture, or its mirror image, is among others."""
    mirrored = signature[:, ::-1]
    return any(
        float(np.sqrt(((other - own) ** 2).mean())) < DUPLICATE_DISTANCE
        for other in others
        for own in (signature, mirrored)
    )
