"""Drops that fell from the brush."""

from __future__ import annotations

import cv2
import numpy as np

from painter.arrays import Plane
from painter.blocks.curves import blur, clamp


def drop_splatter(
    shape: tuple[int, int], *, count: int, largest_px: float, forbidden: Plane, generator: np.random.Generator
) -> Plane:
    """0-1: round drops of many sizes, darker at the rim; none where `forbidden` (0-1) is above one half."""
    drops = np.zeros(shape, dtype=np.float32)
    centres = generator.uniform((0, 0), (shape[1], shape[0]), (count, 2))
    radii = largest_px * generator.power(0.35, count) + 0.5
    tones = generator.uniform(0.35, 1.0, count)
    for (x, y), radius, tone in zip(centres, radii, tones, strict=True):
        if forbidden[int(y), int(x)] > 0.5:
            continue
        # cv2 takes fixed-point coordinates: 4 fractional bits
        centre = (round(x * 16), round(y * 16))
        cv2.circle(drops, centre, round(radius * 16), (float(tone),), -1, cv2.LINE_AA, 4)
    soft = blur(drops, 0.25 * largest_px)
    return clamp(0.75 * drops + 1.2 * np.maximum(drops - soft, 0.0), 0.0, 1.0)
