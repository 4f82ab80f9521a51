"""Clouds and mist: noise warped by noise, lit from the side of the light."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from painter.arrays import Plane
from painter.blocks.curves import blur, clamp, mix, ramp
from painter.blocks.warp import shift_pixels
from painter.scenery.easel import Easel
from painter.scenery.perspective import fetch
from painter.scenery.scene import Time, Weather


@dataclass(frozen=True)
class Cover:
    """How much of the sky is clouded (noise deviations: higher is less), how soft, how dense (0-1)."""

    threshold: float
    softness: float
    density: float


COVERS = {
    Weather.CLEAR: Cover(0.35, 2.6, 0.42),
    Weather.CLOUDS: Cover(0.10, 0.75, 0.95),
    Weather.MIST: Cover(0.60, 2.4, 0.45),
    Weather.RAIN: Cover(-0.70, 1.6, 0.75),
    Weather.SNOW: Cover(-0.30, 2.2, 0.55),
}


def paint_clouds(easel: Easel) -> None:
    """Clouds over the sky, flatter and smaller towards the horizon.

    Source: domain warping after Perlin 1985 (turbulence) and Quilez 2002.
    """
    cover = COVERS[easel.scene.weather]
    field = _make_field(easel)
    density = ramp(field, cover.threshold, cover.threshold + cover.softness)
    towards = np.sign(easel.light_x - 0.5 * easel.width)
    reach = 26.0 * easel.unit
    thick = blur(density, 9.0 * easel.unit)
    shift = np.full_like(field, reach)
    before = shift_pixels(thick, shift * np.float32(0.7 * towards), -shift)
    lit = clamp(0.55 + 1.3 * (thick - before) - 0.35 * (thick - 0.5) + 0.07 * field, 0.0, 1.0)
    colour = mix(easel.light.cloud_shade[None, None, :], easel.light.cloud_lit[None, None, :], lit[..., None])
    y = np.arange(easel.height, dtype=np.float32)[:, None] / np.float32(easel.horizon)
    visible = density * np.float32(cover.density) * clamp((1.08 - y) / 0.25, 0.0, 1.0)
    if easel.scene.time is Time.NIGHT and easel.scene.weather is Weather.CLEAR:
        visible = visible * np.float32(0.55)
    easel.picture[:] = mix(easel.picture, colour, visible)


def _make_field(easel: Easel) -> Plane:
    """Unit-variance cloud noise as seen from the ground: compressed towards the horizon."""
    cell = 270 if easel.scene.weather is not Weather.CLEAR else 260
    stretch = 1.5 if easel.scene.weather is Weather.CLOUDS else 2.6
    noise = easel.make_noise("clouds", cell=cell, gain=0.52, stretch=stretch)
    down = np.arange(easel.height, dtype=np.float32)[:, None]
    y = np.minimum(down / np.float32(easel.horizon), 1.0)
    depth = 1.0 / (1.22 - y)
    map_y = depth * np.float32(0.62 * easel.horizon)
    centre = 0.5 * easel.width
    across = np.arange(easel.width, dtype=np.float32)[None, :] - np.float32(centre)
    map_x = across * (0.55 + 0.35 * depth) + np.float32(centre)
    warp = 30.0 * easel.unit
    map_x = map_x + np.float32(warp) * easel.make_noise("cloud warp x", cell=120)
    map_y = map_y + np.float32(0.6 * warp) * easel.make_noise("cloud warp y", cell=120)
    return fetch(noise, map_x, map_y)


def lay_mist(easel: Easel, *, level: float, reach: float, strength: float, purpose: str) -> None:
    """A bank of mist centred on the row `level`, fading out `reach` pixels above and below; `strength` 0-1."""
    top, bottom = max(0, int(level - 2.2 * reach)), min(easel.height, int(level + 2.2 * reach) + 1)
    if bottom - top < 2 or strength <= 0.0:
        return
    rows = np.arange(top, bottom, dtype=np.float32)[:, None]
    noise = easel.make_noise(purpose, cell=190, gain=0.5, stretch=3.2)[top:bottom]
    bank = np.exp(-(((rows - np.float32(level)) / np.float32(reach) + 0.35 * noise) ** 2) * 1.4)
    share = clamp(np.float32(strength) * bank * (0.80 + 0.22 * noise), 0.0, 1.0)
    easel.picture[top:bottom] = mix(easel.picture[top:bottom], easel.light.haze, share)
