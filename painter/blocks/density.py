"""Pigment: pictures as optical density on paper."""

from __future__ import annotations

import numpy as np

from painter.arrays import Picture, Plane
from painter.blocks.curves import clamp

MIN_LIGHT = 0.02
GREY_SHARE = 0.04
"""Density of grey mixed into the hue: without it, paint that runs into near-white paper takes a glaring colour."""


def to_density(picture: Picture) -> tuple[Picture, Plane]:
    """Split RGB 0-1 into (hue, density): light = about exp(-hue * density), the hue's channels averaging 1.

    The density (H, W) is 0 on white and about 3.9 on black. Source: Bousseau, Kaplan, Thollot and Sillion 2006.
    """
    absorbed = -np.log(clamp(picture, MIN_LIGHT, 1.0))
    density = absorbed.mean(axis=2)
    hue = (absorbed + np.float32(GREY_SHARE)) / (density + np.float32(GREY_SHARE))[..., None]
    return np.asarray(hue, dtype=np.float32), np.asarray(density, dtype=np.float32)


def lay_on_paper(paper: Picture, absorbed: Picture) -> Picture:
    """RGB 0-1 of pigment with the given absorption (H, W, 3; >= 0) on paper."""
    return np.asarray(paper * np.exp(-absorbed), dtype=np.float32)
