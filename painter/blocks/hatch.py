"""Pencil strokes."""

from __future__ import annotations

import numpy as np

from painter.arrays import Plane
from painter.blocks.curves import blur
from painter.blocks.flow import Flow, smear


def draw_strokes(grain: Plane, flow: Flow, length_px: float) -> Plane:
    """Strokes along a flow from white noise: unit variance locally, high in the middle of a stroke."""
    strokes = smear(grain, flow, length_px)
    strokes -= blur(strokes, length_px)
    spread = np.sqrt(blur(strokes * strokes, length_px))
    return np.asarray(strokes / np.maximum(spread, 1e-6), dtype=np.float32)


def turn(flow: Flow, angle_deg: float) -> Flow:
    """The flow turned clockwise (as y grows downwards)."""
    cos, sin = np.float32(np.cos(np.deg2rad(angle_deg))), np.float32(np.sin(np.deg2rad(angle_deg)))
    return Flow(flow.x * cos - flow.y * sin, flow.x * sin + flow.y * cos, flow.energy)
