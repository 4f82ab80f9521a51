"""Edge-aware smoothing: the photo's details melt, its shapes stay."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from painter.arrays import Picture, Plane
from painter.blocks.bands import run_in_bands

PASSES = 3


@njit(cache=True, nogil=True, fastmath=True)
def _smooth_rows(picture, weights, start, stop):  # type: ignore[no-untyped-def]
    width = picture.shape[1]
    for y in range(start, stop):
        for x in range(1, width):
            w = weights[y, x]
            for c in range(3):
                picture[y, x, c] += w * (picture[y, x - 1, c] - picture[y, x, c])
        for x in range(width - 2, -1, -1):
            w = weights[y, x + 1]
            for c in range(3):
                picture[y, x, c] += w * (picture[y, x + 1, c] - picture[y, x, c])


@njit(cache=True, nogil=True, fastmath=True)
def _smooth_columns(picture, weights, start, stop):  # type: ignore[no-untyped-def]
    height = picture.shape[0]
    for y in range(1, height):
        for x in range(start, stop):
            w = weights[y, x]
            for c in range(3):
                picture[y, x, c] += w * (picture[y - 1, x, c] - picture[y, x, c])
    for y in range(height - 2, -1, -1):
        for x in range(start, stop):
            w = weights[y + 1, x]
            for c in range(3):
                picture[y, x, c] += w * (picture[y + 1, x, c] - picture[y, x, c])


def _measure_steps(guide: Picture, axis: int, slope: Plane) -> Plane:
    """1 + slope * |difference to the neighbour before| along an axis; the domain transform's derivative."""
    steps = np.ones(guide.shape[:2], dtype=np.float32)
    difference = np.abs(np.diff(guide, axis=axis)).sum(axis=2)
    if axis == 1:
        steps[:, 1:] += difference * slope[:, 1:]
    else:
        steps[1:] += difference * slope[1:]
    return steps


def smooth_shapes(picture: Picture, *, radius_px: float, contrast: float, detail: Plane) -> Picture:
    """Smooth a picture (RGB 0-1) inside its shapes.

    `radius_px` is the reach, `contrast` (0.1-1) the colour step that stops it, `detail` (H, W; 0-1) where details
    should survive: there the stopping step is up to five times smaller.
    Source: Gastal and Oliveira 2011 (domain transform, recursive filter).
    """
    slope = (radius_px / contrast) * (1.0 + 4.0 * detail)
    across = _measure_steps(picture, 1, slope)
    down = _measure_steps(picture, 0, slope)
    result = picture.copy()
    for index in range(PASSES):
        sigma = radius_px * math.sqrt(3.0) * 2.0 ** (PASSES - 1 - index) / math.sqrt(4.0**PASSES - 1.0)
        rate = np.float32(-math.sqrt(2.0) / sigma)
        run_in_bands(_smooth_rows, picture.shape[0], result, np.exp(rate * across))
        run_in_bands(_smooth_columns, picture.shape[1], result, np.exp(rate * down))
    return result
