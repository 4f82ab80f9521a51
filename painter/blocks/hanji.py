"""Hanji: warm mulberry paper with long fibres."""

from __future__ import annotations

import cv2
import numpy as np

from painter.arrays import Plane
from painter.blocks.curves import blur
from painter.blocks.noise import make_fbm
from painter.blocks.textures import TextureBank

FIBRES = 900
"""Fibres on a sheet of any size; they grow with it."""


def get_hanji(textures: TextureBank, unit: float) -> Plane:
    """Shading factor around 1 of a hanji sheet: faint clouds, fibres lighter and darker than the sheet."""

    def build(generator: np.random.Generator) -> Plane:
        clouds = make_fbm(textures.shape, cell_px=120 * unit, gain=0.6, generator=generator)
        grain = make_fbm(textures.shape, cell_px=max(1.0, 2.0 * unit), gain=0.6, generator=generator)
        fibres = _draw_fibres(textures.shape, unit, generator)
        return np.asarray(1.0 + 0.012 * clouds + 0.008 * grain + 0.075 * fibres, dtype=np.float32)

    return textures.get_plane("paper, hanji", build)


def _draw_fibres(shape: tuple[int, int], unit: float, generator: np.random.Generator) -> Plane:
    """-1..1: thin wandering threads."""
    fibres = np.zeros(shape, dtype=np.float32)
    for _ in range(FIBRES):
        points = _wander(shape, unit, generator)
        tone = float(generator.uniform(-0.9, 0.7))
        # cv2 takes fixed-point coordinates: 4 fractional bits
        cv2.polylines(fibres, [np.round(points * 16).astype(np.int32)], False, (tone,), 1, cv2.LINE_8, 4)
    return blur(fibres, max(0.5, 0.55 * unit))


def _wander(
    shape: tuple[int, int], unit: float, generator: np.random.Generator
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    steps = int(generator.integers(5, 16))
    heading = generator.uniform(0, 2 * np.pi) + np.cumsum(generator.normal(0, 0.28, steps))
    stride = 5.0 * unit
    start = generator.uniform((0, 0), (shape[1], shape[0]))
    return np.asarray(start + np.cumsum(np.column_stack((np.cos(heading), np.sin(heading))) * stride, axis=0))
