"""Smaller and larger copies of planes and pictures."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from painter.arrays import Picture


def shrink(values: Picture, factor: int) -> Picture:
    """A copy whose sides are `factor` times shorter (rounded down); every pixel is the mean of those it stands for."""
    size = (max(1, values.shape[1] // factor), max(1, values.shape[0] // factor))
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


def enlarge(values: Picture, shape: tuple[int, ...]) -> Picture:
    """A copy of height `shape[0]` and width `shape[1]`, linearly between the pixels."""
    return np.asarray(cv2.resize(values, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def enlarge_mask(mask: NDArray[np.bool_], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """A mask of height `shape[0]` and width `shape[1]`, 0 or 1, with a smooth outline."""
    return np.asarray(enlarge(mask.astype(np.float32), shape) > 0.5, dtype=np.uint8)
