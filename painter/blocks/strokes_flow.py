"""Where a hand leads the brush."""

from __future__ import annotations

import numpy as np

from painter.arrays import Plane
from painter.blocks.curves import blur
from painter.blocks.flow import Flow, find_flow


def steer_brush(lightness: Plane, *, scale_px: float, slant_deg: Plane, calm: Plane | float) -> Flow:
    """Along the shapes of a lightness plane 0-1, and along the hand's own slant where there are none.

    `scale_px` is the size of the smallest shapes that lead the brush, `slant_deg` (H, W) the hand's direction
    (clockwise from the x axis), `calm` the energy (about 1e-5..1e-2) below which shapes no longer lead.
    Without the slant, strokes on an even backdrop chase its noise and curl.
    """
    flow = find_flow(blur(lightness, 0.6 * scale_px), unit=0.4 * scale_px)
    energy = blur(flow.energy, 0.8 * scale_px)
    slant = np.deg2rad(2.0 * slant_deg)
    twice_cos = energy * (flow.x * flow.x - flow.y * flow.y) + calm * np.cos(slant)
    twice_sin = 2.0 * energy * flow.x * flow.y + calm * np.sin(slant)
    theta = np.asarray(0.5 * np.arctan2(twice_sin, twice_cos), dtype=np.float32)
    return Flow(np.cos(theta), np.sin(theta), flow.energy)
