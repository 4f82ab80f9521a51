"""How much detail a place deserves, and how little."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from painter.arrays import Picture, Plane
from painter.blocks.curves import blur, mix, ramp

NOWHERE = np.float32(1e3)
"""A tolerance that no error exceeds."""


def find_sure_faces(faces: Plane) -> Plane:
    """0-1: the inner part of found faces; a skin-coloured zone without a found face stays out."""
    return ramp(faces, 0.82, 0.96)


def weigh_detail(faces: Plane, heads: Plane) -> Plane:
    """0-1 from the masks of faces and heads: most in found faces, some in hair, little on what may be skin.

    With full care for everything skin-coloured, fur and sand would be painted hair by hair.
    """
    return np.asarray(np.maximum(find_sure_faces(faces), np.maximum(0.6 * heads, 0.35 * faces)), dtype=np.float32)


def forbid(tolerance: Plane, where: NDArray[np.bool_]) -> Plane:
    """The tolerance with a part of the picture closed to the brush (`where`)."""
    return np.asarray(np.where(where, NOWHERE, tolerance), dtype=np.float32)


def quieten(picture: Picture, away: Plane, *, unit: float, veil: float) -> Picture:
    """A picture (RGB 0-1) that keeps only its large shapes where `away` is 1, under a white veil (0-1)."""
    large = blur(picture, 16.0 * unit)
    return mix(picture, np.float32(veil) + np.float32(1.0 - veil) * large, 0.85 * away)
