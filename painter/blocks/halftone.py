"""Printing screens: areas of dots instead of tones."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from painter.arrays import Plane
from painter.blocks.curves import clamp

MIN_PERIOD_PX = 2.6
"""Finer dots would fall between the pixels and make a moiré."""


@functools.cache
def _measure_cell() -> NDArray[np.float32]:
    """The 257 quantiles of the height of a screen cell; they make its thresholds even."""
    phase = np.cos(np.linspace(0.0, 2.0 * np.pi, 256, endpoint=False))
    heights = (0.5 + 0.25 * (phase[:, None] + phase[None, :])).ravel()
    return np.quantile(heights, np.linspace(0.0, 1.0, 257)).astype(np.float32)


def make_screen(shape: tuple[int, int], *, period_px: float, angle_deg: float) -> Plane:
    """Thresholds 0-1, evenly spread, of a round-dot screen: an area prints where its coverage is above them.

    Source: Ulichney 1987 (clustered-dot ordered dither, at any angle).
    """
    wave = 2.0 * np.pi / max(period_px, MIN_PERIOD_PX)
    cos, sin = wave * np.cos(np.deg2rad(angle_deg)), wave * np.sin(np.deg2rad(angle_deg))
    y = np.arange(shape[0], dtype=np.float32)[:, None]
    x = np.arange(shape[1], dtype=np.float32)[None, :]
    across = np.cos(np.float32(cos) * x + np.float32(sin) * y)
    down = np.cos(np.float32(cos) * y - np.float32(sin) * x)
    heights = 0.5 + 0.25 * (across + down)
    # neither 0 nor 1 occurs: what shall stay bare or solid does so
    return np.interp(heights, _measure_cell(), np.linspace(0.002, 0.998, 257)).astype(np.float32)


def print_dots(coverage: Plane, screen: Plane, softness: Plane) -> Plane:
    """0-1: where ink lies. The mean over a cell follows the `coverage` (0-1); `softness` is the dots' edge, in tone."""
    # at the ends the edge is drawn in, so that bare paper and solid ink stay so
    reach = np.minimum(softness, np.minimum(coverage, 1.0 - coverage) + np.float32(1e-3))
    return clamp(0.5 + (coverage - screen) / (2.0 * reach), 0.0, 1.0)
