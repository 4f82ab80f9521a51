"""The ground near the viewer: meadows, rows of crops, grass in the wind, paths and shores."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from painter.arrays import Plane
from painter.blocks.curves import clamp, mix, ramp
from painter.scenery.brush import lay_blades, lay_dabs
from painter.scenery.easel import Easel
from painter.scenery.light import SNOW, Colour, blend, read_colour
from painter.scenery.perspective import look_down
from painter.scenery.ridges import has_snow_cover
from painter.scenery.scene import Season

Floats = NDArray[np.floating]

GRASSES = {
    Season.SPRING: ("627F52", "96AC6C", "CBD398"),
    Season.SUMMER: ("446545", "7A9A58", "B8C684"),
    Season.AUTUMN: ("86693A", "C29A50", "E9CD86"),
    Season.WINTER: ("8C8068", "B5A684", "DCD0AE"),
}
"""Dark, middle and light."""
CROPS = {Season.SPRING: "AABB78", Season.SUMMER: "8FA964", Season.AUTUMN: "DDB555", Season.WINTER: "B8A98A"}
EARTH = read_colour("B59B7C")
FLOWERS = {
    Season.SPRING: ("F3D36B", "F6EFE6", "E7A9BC"),
    Season.SUMMER: ("F4F1E8", "A9A4D6", "F2D98A"),
    Season.AUTUMN: ("E9DCEB", "C98FB4", "F0E3C4"),
}


def read_grasses(easel: Easel) -> tuple[Colour, Colour, Colour]:
    """Dark, middle and light of the season's grass, before the light falls on it."""
    dark, middle, light = (read_colour(code) for code in GRASSES[easel.scene.season])
    if has_snow_cover(easel):
        return blend(dark, SNOW, 0.62), blend(middle, SNOW, 0.90), SNOW
    return dark, middle, light


def paint_meadow(easel: Easel, edge: Plane, level: float, *, purpose: str, distance: float = 0.5) -> None:
    """Grass below the row `edge` (W,), its patches in perspective below `level`; paler at the far edge, which stands
    at `distance` (0-1)."""
    top = max(0, int(edge.min()) - 1)
    rows = np.arange(top, easel.height, dtype=np.float32)[:, None]
    near = clamp((rows - edge[None, :]) / np.float32(max(1.0, easel.height - float(edge.min()))), 0.0, 1.0)
    patches = look_down(easel.make_noise(purpose, cell=70, gain=0.55, stretch=1.6), level)[top:]
    floor = 0.40 if has_snow_cover(easel) else 0.25
    dark, middle, light = (
        easel.light.shine_on(colour, floor + 0.3 * index) for index, colour in enumerate(read_grasses(easel))
    )
    t = clamp(0.56 + 0.20 * patches - 0.18 * near, 0.0, 1.0)[..., None]
    colour = mix(
        mix(dark[None, None, :], middle[None, None, :], np.minimum(1, 2 * t)),
        light[None, None, :],
        np.maximum(0, 2 * t - 1),
    )
    far = ramp(near, 0.55, 0.0) * np.float32(distance * (0.75 + 0.4 * easel.light.haziness))
    colour = mix(colour, blend(easel.light.haze, easel.light.distance, 0.4), clamp(far, 0, 0.95))
    easel.picture[top:] = mix(easel.picture[top:], colour, clamp(rows - edge[None, :] + 0.5, 0.0, 1.0))


def grow_grass(
    easel: Easel, edge: Plane, *, purpose: str, count: int, tall: tuple[float, float], cover: Plane | None = None
) -> None:
    """Tufts of grass from the row `edge` (W,) down to the bottom; `tall` is the height in reference pixels at the far
    edge and at the bottom, `cover` (H, W; 0-1) where grass may grow."""
    generator = easel.create_generator(purpose)
    count = count // 6 if has_snow_cover(easel) else count
    x = generator.uniform(-0.02, 1.02, count) * easel.width
    foot = np.interp(x, np.arange(easel.width), edge)
    depth = generator.random(count) ** 0.8
    y = foot + depth * (1.06 * easel.height - foot)
    order = np.argsort(y)
    x, y, depth = x[order], y[order], depth[order]
    groups = easel.make_noise(purpose, cell=60)[
        np.clip(y, 0, easel.height - 1).astype(int), np.clip(x, 0, easel.width - 1).astype(int)
    ]
    height = (tall[0] + (tall[1] - tall[0]) * depth**1.4) * easel.unit
    height = height * generator.uniform(0.45, 1.1, count) * np.clip(0.85 + 0.35 * groups, 0.3, 1.5)
    if cover is not None:
        height *= cover[np.clip(y, 0, easel.height - 1).astype(int), np.clip(x, 0, easel.width - 1).astype(int)] > 0.5
    wind = -easel.side * (0.22 + 0.12 * groups)
    roots = np.stack((x, y), axis=1)
    tips = roots + np.stack((height * (wind + generator.normal(0, 0.20, count)), -height), axis=1)
    bends = roots + np.stack((0.12 * height * wind, -0.62 * height), axis=1)
    kept = height > 1.0
    width = (0.5 + 1.15 * depth) * easel.unit
    colour = _colour_blades(easel, depth, groups, generator)
    lay_blades(
        easel.picture, roots[kept], tips[kept], bends[kept], width=width[kept], colour=colour[kept], opacity=0.82
    )


def _colour_blades(easel: Easel, depth: Floats, groups: Floats, generator: np.random.Generator) -> Floats:
    dark, middle, light = read_grasses(easel)
    t = np.clip(0.50 + 0.24 * groups + generator.normal(0, 0.20, len(depth)) - 0.22 * depth, 0, 1)[:, None]
    local = dark + (middle - dark) * np.minimum(1, 2 * t) + (light - middle) * np.maximum(0, 2 * t - 1)
    lit = easel.light.ambient + (easel.light.key - easel.light.ambient) * (0.20 + 0.75 * t)
    far = ((1 - depth) ** 2 * (0.25 + 0.45 * easel.light.haziness))[:, None]
    return np.asarray(local * lit * (1 - far) + easel.light.haze * far)


def scatter_flowers(easel: Easel, edge: Plane, *, purpose: str, count: int, cover: Plane | None = None) -> None:
    """Small flowers in drifts, where `cover` (H, W; 0-1) allows; none in winter."""
    if has_snow_cover(easel):
        return
    generator = easel.create_generator(purpose)
    x = generator.uniform(0, easel.width - 1, count)
    foot = np.interp(x, np.arange(easel.width), edge)
    depth = generator.random(count) ** 0.75
    y = np.minimum(foot + depth * (easel.height - foot), easel.height - 1)
    drift = easel.make_noise(purpose, cell=130)[y.astype(int), x.astype(int)]
    kept = drift > 0.35
    if cover is not None:
        kept &= cover[y.astype(int), x.astype(int)] > 0.5
    x, y, depth = x[kept], y[kept], depth[kept]
    codes = FLOWERS[easel.scene.season]
    palette = np.stack([easel.light.shine_on(read_colour(code), 0.95) for code in codes])
    colour = palette[generator.choice(len(codes), size=len(x), p=(0.5, 0.35, 0.15))]
    size = (0.8 + 3.0 * depth**1.5) * generator.uniform(0.7, 1.2, len(x)) * easel.unit
    lay_dabs(easel.picture, x, y, length=size, width=0.75 * size, colour=colour, opacity=0.9)


def paint_rows(easel: Easel, edge: Plane, level: float) -> None:
    """Rows of crops that run together at a point on the horizon, with the earth between them."""
    furrow = _lay_furrows(easel, level)
    top = max(0, int(edge.min()) - 1)
    rows = np.arange(top, easel.height, dtype=np.float32)[:, None]
    down = np.maximum(rows - np.float32(level), 1.0) / np.float32(easel.height)
    crop = read_colour(CROPS[easel.scene.season])
    earth = blend(EARTH, crop, 0.50)
    if has_snow_cover(easel):
        crop, earth = SNOW, blend(SNOW, read_colour("9C8E7A"), 0.42)
    bright, shade = easel.light.shine_on(crop, 0.85), easel.light.shine_on(earth, 0.40)
    patches = look_down(easel.make_noise("crop", cell=60, gain=0.55), level)[top:]
    contrast = clamp((down - 0.015) / 0.10, 0.0, 1.0)
    t = clamp(0.62 + contrast * 0.34 * furrow[top:] + 0.09 * patches, 0.0, 1.0)[..., None]
    colour = mix(shade[None, None, :], bright[None, None, :], t)
    far = np.exp(-down / 0.075) * (0.65 + 0.3 * easel.light.haziness)
    colour = mix(colour, easel.light.haze, clamp(far, 0, 0.92) * np.ones_like(t[..., 0]))
    easel.picture[top:] = mix(easel.picture[top:], colour, clamp(rows - edge[None, :] + 0.5, 0.0, 1.0))
    _plant_rows(easel, furrow, level)


def _lay_furrows(easel: Easel, level: float) -> Plane:
    """(H, W): 1 on the ridges where crops stand, -1 in the furrows."""
    rows = np.arange(easel.height, dtype=np.float32)[:, None]
    down = np.maximum(rows - np.float32(level), 1.0) / np.float32(easel.height)
    wobble = look_down(easel.make_noise("rows", cell=120, gain=0.45), level)
    vanishing = easel.place_x(0.62)
    across = (np.arange(easel.width, dtype=np.float32)[None, :] - np.float32(vanishing)) / np.float32(easel.width)
    return np.asarray(np.sin(across / (down + 0.02) * 11.0 + 0.30 * wobble), dtype=np.float32)


def _plant_rows(easel: Easel, furrow: Plane, level: float) -> None:
    """Stalks on the ridges, a few reference pixels tall far away and a hand high near by."""
    if has_snow_cover(easel):
        return
    generator = easel.create_generator("stalks")
    count = 9000
    depth = np.sort(generator.random(count) ** 0.9)
    y = np.minimum(level + 4 + depth * (easel.height - level), easel.height - 1)
    x = generator.uniform(0, easel.width - 1, count)
    ridge = furrow[y.astype(int), x.astype(int)]
    kept = (ridge > -0.1) & (depth > 0.02)
    x, y, depth, ridge = x[kept], y[kept], depth[kept], ridge[kept]
    tall = (2.0 + 30.0 * depth) * generator.uniform(0.6, 1.1, len(x)) * easel.unit
    lean = -easel.side * generator.normal(0.16, 0.14, len(x)) * tall
    roots = np.stack((x, y), axis=1)
    tips, bends = roots + np.stack((lean, -tall), 1), roots + np.stack((0.1 * lean, -0.7 * tall), 1)
    crop = read_colour(CROPS[easel.scene.season])
    lit = np.clip(0.45 + 0.35 * ridge + generator.normal(0, 0.22, len(x)), 0, 1)[:, None]
    colour = crop * (easel.light.ambient + (easel.light.key - easel.light.ambient) * lit) * (0.86 + 0.22 * lit)
    far = np.exp(-depth / 0.22)[:, None] * (0.55 + 0.35 * easel.light.haziness)
    colour = colour * (1 - far) + easel.light.haze * far
    lay_blades(easel.picture, roots, tips, bends, width=(0.5 + 0.9 * depth) * easel.unit, colour=colour, opacity=0.75)


def draw_winding(
    easel: Easel, top: float, *, start: float, end: float, width_px: float, softness: float, purpose: str
) -> Plane:
    """(H, W; 0-1): a winding band, a path or a river, from the column `start` at the row `top` to `end` at the bottom;
    `width_px` is half its width at the bottom, `softness` the share of it in which it fades."""
    generator = easel.create_generator(purpose)
    rows = np.arange(easel.height, dtype=np.float32)
    depth = np.clip((rows - top) / max(1.0, easel.height - top), 0.0, 1.0)
    bends = float(generator.uniform(2.0, 2.7)) * np.pi
    turn = float(generator.choice((-1.0, 1.0)))
    swing = turn * 0.20 * easel.width * np.sin(bends * np.sqrt(depth)) * depth**0.75 * (1.15 - depth)
    centre = start + (end - start) * depth**0.9 + swing
    half = width_px * (0.018 + 0.982 * depth**1.55)
    ragged = look_down(easel.make_noise(purpose, cell=60, gain=0.4), top) * (0.07 * half[:, None])
    columns = np.arange(easel.width, dtype=np.float32)[None, :]
    inside = half[:, None] + ragged - np.abs(columns - centre[:, None])
    return (
        clamp(inside / np.maximum(1.0, np.float32(softness) * half[:, None]) + 0.5, 0.0, 1.0) * (rows >= top)[:, None]
    )


def paint_path(easel: Easel, band: Plane, level: float) -> None:
    """A trodden path where `band` (H, W; 0-1) says."""
    earth = blend(EARTH, read_colour("E3D6BC"), 0.55)
    if has_snow_cover(easel):
        earth = blend(SNOW, read_colour("A9B4C4"), 0.28)
    noise = look_down(easel.make_noise("path", cell=30, gain=0.6), level)
    bright, shade = easel.light.shine_on(earth, 0.95), easel.light.shine_on(earth, 0.30)
    t = clamp(0.66 + 0.16 * noise, 0, 1)[..., None]
    colour = mix(shade[None, None, :], bright[None, None, :], t)
    down = clamp((np.arange(easel.height, dtype=np.float32) - level) / (0.25 * easel.height), 0, 1)[:, None]
    colour = mix(colour, easel.light.haze, 0.40 * (1 - down) * np.ones_like(band))
    easel.picture[:] = mix(easel.picture, colour, 0.92 * band)


def grow_tuft(easel: Easel, *, x: float, foot: float, wide: float, tall: float, purpose: str) -> None:
    """Grass around the root of a tree; `wide` and `tall` in pixels."""
    generator = easel.create_generator(purpose)
    count = 90
    roots = np.stack(
        (generator.normal(x, 0.5 * wide, count), foot + np.abs(generator.normal(0, 0.22 * wide, count))), 1
    )
    roots = roots[np.argsort(roots[:, 1])]
    height = tall * generator.uniform(0.4, 1.0, count)
    tips = roots + np.stack((generator.normal(-0.2 * easel.side, 0.3, count) * height, -height), axis=1)
    bends = roots + np.stack((np.zeros(count), -0.6 * height), axis=1)
    groups = generator.normal(0, 0.6, count)
    colour = _colour_blades(easel, np.full(count, 0.9), groups, generator)
    lay_blades(easel.picture, roots, tips, bends, width=np.full(count, 1.2 * easel.unit), colour=colour, opacity=0.85)
