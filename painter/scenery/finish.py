"""The last touches that make one painting of many layers."""

from __future__ import annotations

import numpy as np

from painter.arrays import Picture
from painter.blocks.curves import blur, clamp, mix
from painter.blocks.paper import get_cold_pressed, light_surface
from painter.blocks.warp import shift_pixels
from painter.scenery.easel import Easel

RELIEF = 0.045
GRANULATION = 0.050


def finish_painting(easel: Easel) -> Picture:
    """Soft edges of a loaded brush, pigment that settles on paper, light that gathers in the middle; RGB 0-1."""
    unit = easel.unit
    reach = np.float32(0.7 * unit)
    picture = shift_pixels(
        easel.picture, reach * easel.make_noise("hand x", cell=22), reach * easel.make_noise("hand y", cell=22)
    )
    bloom = blur(picture, 14.0 * unit)
    picture = mix(picture, np.maximum(picture, bloom), 0.22)
    paper = get_cold_pressed(easel.textures, unit)
    pool = easel.make_noise("pools", cell=180, gain=0.55)
    darkness = 1.0 - picture.mean(axis=2)
    settle = 1.0 + (0.25 + darkness) * (GRANULATION * (paper - 0.5) * 1.6 + 0.018 * pool)
    picture = picture * (settle * light_surface(paper, RELIEF, unit) * _shade_corners(easel))[..., None]
    return clamp(picture, 0.0, 1.0)


def _shade_corners(easel: Easel) -> Picture:
    down = np.linspace(-1, 1, easel.height, dtype=np.float32)[:, None]
    across = np.linspace(-1, 1, easel.width, dtype=np.float32)[None, :]
    return np.asarray(1.0 - 0.055 * clamp(down**2 + across**2 - 0.5, 0.0, 2.0), dtype=np.float32)
