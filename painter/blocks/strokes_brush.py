"""Brushes: what a bundle of bristles leaves behind."""

from __future__ import annotations

import cv2
import numpy as np

from painter.arrays import Picture

VARIANTS = 12
LENGTH_IN_WIDTHS = 4
MAX_LANES = 96


def make_brushes(radius_px: float, *, fineness: float, generator: np.random.Generator) -> Picture:
    """(variants, along, across) 0-1: how much paint each lane of bristles carries along a mark; repeats along.

    One texel is about a pixel, so that small brushes are smooth and large ones have hair. `fineness` (0-1) runs from
    a few broad lanes to single hairs.
    """
    lanes = int(np.clip(round(2.0 * radius_px), 4, MAX_LANES))
    # a power of two, so that the renderer can repeat it without dividing
    shape = (VARIANTS, 1 << (lanes * LENGTH_IN_WIDTHS - 1).bit_length(), lanes)
    grain = generator.standard_normal(shape, dtype=np.float32)
    broad = max(1.0, 0.16 * lanes * (1.0 - fineness) + 0.7)
    brushes = np.empty(shape, dtype=np.float32)
    for index in range(VARIANTS):
        wrapped = np.concatenate((grain[index], grain[index], grain[index]))
        hairs = _streak(wrapped, broad, 0.8 * lanes + 1.0)
        swell = _streak(wrapped, 2.2 * broad, 0.25 * lanes + 1.0)
        brushes[index] = 0.5 + 0.5 * np.tanh(0.75 * hairs + 0.34 * swell)
    return brushes


def _streak(wrapped: Picture, across_px: float, along_px: float) -> Picture:
    """The middle third of noise (3 lengths, lanes), drawn out along the mark; unit variance."""
    drawn = np.asarray(cv2.GaussianBlur(wrapped, (0, 0), sigmaX=across_px, sigmaY=along_px), dtype=np.float32)
    third = len(wrapped) // 3
    middle = drawn[third : 2 * third]
    return np.asarray(middle / np.float32(max(float(middle.std()), 1e-6)), dtype=np.float32)
