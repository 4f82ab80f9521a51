"""Plain zones: walls, skies, tabletops. A craftsman leaves them alone."""

from __future__ import annotations

import numpy as np

from painter.arrays import Plane
from painter.blocks.curves import blur, ramp

QUIET, BUSY = 0.020, 0.055
"""Standard deviation of the lightness (0-1) below which a zone is plain, and above which it is not."""


def find_plain(lightness: Plane, unit: float) -> Plane:
    """0-1: where nothing but a slow gradient happens within about 20 reference pixels."""
    offset = lightness - blur(lightness, 9.0 * unit)
    return ramp(np.sqrt(blur(offset * offset, 9.0 * unit)), BUSY, QUIET)
