"""Sea, lake and river: water is the sky and the shore once more, broken by ripples."""

from __future__ import annotations

import numpy as np

from painter.arrays import Picture, Plane
from painter.blocks.curves import blur, clamp, mix, ramp
from painter.blocks.warp import shift_pixels
from painter.scenery.brush import lay_dabs
from painter.scenery.easel import Easel
from painter.scenery.light import blend
from painter.scenery.perspective import fetch
from painter.scenery.scene import Time, Weather
from painter.scenery.sky import find_disc, shows_sun


def mirror_above(easel: Easel, level: float, *, calm: float) -> Picture:
    """(H - level, W, 3): what stands above the row `level`, upside down in water; `calm` 0 (rough) to 1 (a mirror)."""
    first = round(level)
    rows = easel.height - first
    above = _hide_disc(easel, first)[::-1]
    # a steeper look down shows higher parts, so the mirror is a little compressed
    at = np.minimum((np.arange(rows) * 1.08).astype(int), first - 1)
    mirrored = np.ascontiguousarray(above[at])
    depth = (np.arange(rows, dtype=np.float32) / np.float32(max(1, rows)))[:, None]
    ripple = easel.make_noise("ripple", cell=26, gain=0.55, stretch=7.0)[:rows]
    reach = (3.0 + 20.0 * (1.0 - calm)) * easel.unit * (0.25 + depth)
    moved = shift_pixels(mirrored, (0.8 * reach * ripple).astype(np.float32), (1.3 * reach * ripple).astype(np.float32))
    soft = blur(moved, (2.5 + 9.0 * (1.0 - calm)) * easel.unit)
    return mix(moved, soft, clamp(0.25 + 0.75 * depth, 0, 1))


def _hide_disc(easel: Easel, first: int) -> Picture:
    """The rows above `first` without the disc of sun or moon: on the water it is a path of glints instead."""
    above = easel.picture[:first].copy()
    if easel.scene.moon or shows_sun(easel):
        x, y, radius = find_disc(easel)
        row, column = int(np.clip(y + 1.5 * radius, 0, first - 1)), int(np.clip(x, 0, easel.width - 1))
        beside = above[row, column].copy()
        one = np.array([x]), np.array([y])
        lay_dabs(above, *one, length=1.3 * radius, width=1.3 * radius, colour=beside, softness=0.4)
    return above


def paint_still_water(easel: Easel, level: float, *, calm: float, within: Plane | None = None) -> None:
    """Lay water below the row `level`, only where `within` (H, W; 0-1) allows when it is given."""
    first = round(level)
    mirrored = mirror_above(easel, level, calm=calm)
    rows = mirrored.shape[0]
    depth = (np.arange(rows, dtype=np.float32) / np.float32(max(1, rows)))[:, None]
    own = blend(easel.light.sky[0], easel.light.shine_on(np.array((0.20, 0.36, 0.38), dtype=np.float32), 0.5), 0.4)
    water = mix(mirrored, own, 0.10 + 0.30 * depth)
    swell = easel.make_noise("swell", cell=46, gain=0.5, stretch=9.0)[:rows]
    water *= (1.0 + (0.012 + 0.030 * (1.0 - calm)) * swell)[..., None]
    share = 1.0 if within is None else within[first:]
    easel.picture[first:] = mix(easel.picture[first:], water, share)
    _draw_ripples(easel, level, count=round(420 * (1.2 - calm)), within=within)


def _draw_ripples(easel: Easel, level: float, *, count: int, within: Plane | None) -> None:
    """Thin level strokes of the sky's own colours, closer and finer towards the far shore."""
    generator = easel.create_generator("ripple strokes")
    depth = generator.random(count) ** 1.6
    y = level + 2.0 + depth * (easel.height - level - 3.0)
    x = generator.uniform(0, easel.width - 1, count)
    if within is not None:
        kept = within[np.minimum(y.astype(int), easel.height - 1), x.astype(int)] > 0.9
        x, y, depth = x[kept], y[kept], depth[kept]
    length = (5.0 + 42.0 * depth) * generator.uniform(0.4, 1.3, len(x)) * easel.unit
    near = easel.picture[np.minimum(y.astype(int), easel.height - 1), x.astype(int)]
    bright = generator.random((len(x), 1)) < 0.62
    colour = np.where(bright, near * 0.82 + 0.18 * easel.light.sky[3], near * 0.90)
    width = (0.45 + 1.3 * depth) * easel.unit
    lay_dabs(easel.picture, x, y, length=length, width=width, colour=colour, opacity=0.45, softness=0.9)


def paint_sea(easel: Easel, level: float) -> None:
    """Open water below the horizon `level`: bands of swell that grow towards the viewer."""
    first = round(level)
    rows = easel.height - first
    depth = (np.arange(rows, dtype=np.float32) / np.float32(max(1, rows)))[:, None]
    far, near = _choose_sea_colours(easel)
    water = mix(far[None, None, :], near[None, None, :], ramp(depth, 0.0, 0.85)[..., None])
    mirrored = mirror_above(easel, level, calm=0.1)
    water = mix(water, mirrored, (0.42 - 0.24 * depth) * np.ones((1, easel.width), dtype=np.float32))
    waves = _make_waves(easel, rows)
    amplitude = (0.05 + 0.13 * depth) * (1.25 if easel.scene.weather is Weather.RAIN else 1.0)
    water = water * (1.0 + amplitude * np.tanh(waves))[..., None]
    crest = ramp(waves, 1.0, 2.2) * (0.10 + 0.30 * depth)
    easel.picture[first:] = mix(water, easel.light.sky[3], crest)
    _draw_ripples(easel, level, count=520, within=None)


def _choose_sea_colours(easel: Easel) -> tuple[Plane, Plane]:
    deep = easel.light.shine_on(np.array((0.16, 0.42, 0.50), dtype=np.float32), 0.55)
    far = blend(blend(easel.light.sky[1], easel.light.sky[2], 0.5), deep, 0.35)
    return far, blend(easel.light.sky[0], deep, 0.62)


def _make_waves(easel: Easel, rows: int) -> Plane:
    """(rows, W): unit-variance swell in perspective."""
    noise = easel.make_noise("waves", cell=30, gain=0.45, stretch=6.0)
    depth = np.arange(rows, dtype=np.float32) / np.float32(max(1, rows)) + 0.025
    distance = 1.0 / depth
    map_y = np.float32(0.55 * easel.height) * np.log(distance)[:, None]
    across = np.arange(easel.width, dtype=np.float32)[None, :] - np.float32(0.5 * easel.width)
    map_x = across * np.minimum(0.9 * distance, 9.0)[:, None]
    return fetch(noise, map_x, map_y)


def lay_light_path(easel: Easel, level: float, *, within: Plane | None = None) -> None:
    """Glints under the sun or moon: a narrow road of dashes that widens towards the viewer."""
    if not (easel.scene.moon or shows_sun(easel)) or easel.scene.weather in (Weather.RAIN, Weather.SNOW):
        return
    generator = easel.create_generator("light path")
    x, _, radius = find_disc(easel)
    count = 900
    depth = generator.random(count) ** 1.35
    y = level + 1.0 + depth * (easel.height - level - 2.0)
    spread = radius * (0.75 + 3.0 * depth)
    at = x + generator.normal(0, 0.62, count) * spread
    groups = easel.make_noise("glints", cell=30, stretch=5.0)
    inside = (at > 0) & (at < easel.width - 1)
    at, y, depth, spread = at[inside], y[inside], depth[inside], spread[inside]
    rows, columns = y.astype(int), at.astype(int)
    kept = groups[rows, columns] > -0.25 + 0.5 * depth
    if within is not None:
        kept &= within[rows, columns] > 0.8
    at, y, depth, spread = at[kept], y[kept], depth[kept], spread[kept]
    falling = np.exp(-(((at - x) / spread) ** 2))
    strength = (0.55 if easel.scene.weather is Weather.MIST else 0.85) * (1.0 - 0.45 * depth) * (0.3 + 0.7 * falling)
    length = (4.0 + 22.0 * depth) * generator.uniform(0.5, 1.2, len(at)) * easel.unit
    is_night = easel.scene.time is Time.NIGHT
    colour = blend(easel.light.glow, np.ones(3, dtype=np.float32), 0.25 if is_night else 0.45)
    width = (0.6 + 1.5 * depth) * easel.unit
    lay_dabs(easel.picture, at, y, length=length, width=width, colour=colour, opacity=strength, softness=0.8)
