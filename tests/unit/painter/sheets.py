"""Sheets and ways that the tests of the brush paint on."""

from __future__ import annotations

import numpy as np

from painter.blocks.flow import Flow
from painter.blocks.strokes import Surface

SHAPE = (160, 200)


def make_surface(shape: tuple[int, int] = SHAPE, grey: float = 0.5) -> Surface:
    return Surface(np.full((*shape, 3), grey, np.float32), np.zeros(shape, np.float32), np.full(shape, 0.5, np.float32))


def make_flow(angle_deg: float, shape: tuple[int, int] = SHAPE) -> Flow:
    angle = np.deg2rad(angle_deg)
    x, y = (np.full(shape, part, np.float32) for part in (np.cos(angle), np.sin(angle)))
    return Flow(x, y, np.zeros(shape, np.float32))
