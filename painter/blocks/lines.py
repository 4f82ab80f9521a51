"""Drawn lines where the shapes meet."""

from __future__ import annotations

import numpy as np

from painter.arrays import Plane
from painter.blocks.curves import blur
from painter.blocks.flow import Flow, smear


def find_lines(lightness: Plane, flow: Flow, *, width_px: float, sharpness: float, reach_px: float) -> Plane:
    """Response of dark lines, about -0.1..0.2 and positive on a line, of a lightness plane 0-1.

    `width_px` is the sigma of the inner Gaussian, `sharpness` (0.95-1) its weight against the outer one, `reach_px`
    how far a line holds together along the flow.
    Sources: Kang, Lee and Chui 2007 (FDoG); Winnemoeller, Kyprianidis and Olsen 2012 (XDoG).
    """
    difference = np.float32(sharpness) * blur(lightness, 1.6 * width_px) - blur(lightness, width_px)
    return smear(np.asarray(difference, dtype=np.float32), flow, reach_px)
