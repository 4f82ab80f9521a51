"""Where the paint ends before the paper does."""

from __future__ import annotations

import numpy as np

from painter.arrays import Plane
from painter.blocks.curves import blur, clamp, ramp


def measure_inset(shape: tuple[int, int]) -> Plane:
    """Distance of every pixel to the nearest side of the picture, in pixels."""
    height, width = shape
    y = np.minimum(np.arange(height), np.arange(height)[::-1]).astype(np.float32)
    x = np.minimum(np.arange(width), np.arange(width)[::-1]).astype(np.float32)
    return np.minimum(y[:, None], x[None, :])


def find_rim(wash: Plane, width_px: float) -> Plane:
    """0 - 0.5: the inner edge of a wash 0-1, where drying pigment gathers."""
    return clamp(wash - blur(wash, width_px), 0.0, 1.0)


def lay_border_wash(inset: Plane, *, offset: float, waves: Plane, dryness: Plane, paper: Plane) -> Plane:
    """0 on bare paper, 1 under paint.

    `inset` is the distance to the side in border widths; the wash begins near 1 + `offset`, moved by `waves` (border
    widths). Where `dryness` is 1 the brush only touches the hills of the `paper` (height 0-1).
    """
    edge = inset - np.float32(1.0 + offset) + waves + 1.1 * dryness * (paper - 0.45)
    return ramp(edge, -0.035, 0.035)
