"""Mountains and hills, one behind the other, each paler than the one before it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from painter.arrays import Picture, Plane
from painter.blocks.curves import blur, clamp, mix, ramp
from painter.scenery.brush import lay_strokes
from painter.scenery.clouds import lay_mist
from painter.scenery.easel import Easel
from painter.scenery.light import SNOW, Colour, blend, read_colour
from painter.scenery.scene import Season, Time, Weather

FAR_GROUND = {Season.SPRING: "6F8B78", Season.SUMMER: "4F7560", Season.AUTUMN: "8C6F58", Season.WINTER: "7C858C"}
WOODS = {Season.SPRING: ("C9A7A8", "8FA96B"), Season.AUTUMN: ("C4843F", "5E6B45"), Season.WINTER: ("767C86",)}
"""Patches on the near slopes."""
NEAR_GROUND = {Season.SPRING: "6C8C54", Season.SUMMER: "46733F", Season.AUTUMN: "A2713B", Season.WINTER: "7E7A6B"}


@dataclass(frozen=True)
class Ridge:
    """One range: its lowest crest level and the height of its peak in pixels, distance 1 (far) to 0 (near)."""

    base: float
    rise: float
    distance: float
    roughness: float = 0.5  # gain of the crest's octaves
    peak_x: float = 0.5  # px


def has_snow_cover(easel: Easel) -> bool:
    """Whether the ground is white."""
    return easel.scene.season is Season.WINTER or easel.scene.weather is Weather.SNOW


def draw_crest(easel: Easel, ridge: Ridge, purpose: str) -> Plane:
    """Row of the crest for every column, in pixels: a broad form with a peak, and noise that falls off with detail."""
    generator = easel.create_generator(purpose)
    x = np.arange(easel.width, dtype=np.float32)
    spread = easel.width * generator.uniform(0.24, 0.40)
    form = np.exp(-(((x - ridge.peak_x) / spread) ** 2)) + 0.45 * np.exp(
        -(((x - ridge.peak_x - generator.choice((-1, 1)) * 2.0 * spread) / (0.8 * spread)) ** 2)
    )
    crest = np.zeros_like(x)
    amplitude, cell = 1.0, 0.42 * max(easel.width, 600 * easel.unit)
    while cell > 3.0:
        knots = generator.uniform(-1.0, 1.0, int(easel.width / cell) + 4)
        at = x / np.float32(cell) + generator.random()
        crest += amplitude * _interpolate(knots, at)
        amplitude, cell = amplitude * ridge.roughness, cell * 0.5
    crest = crest / 1.6
    return np.asarray(ridge.base - ridge.rise * np.maximum(0.62 * form + 0.40 * crest + 0.12, -0.1), dtype=np.float32)


def _interpolate(knots: NDArray[np.floating], at: NDArray[np.floating]) -> Plane:
    """Cosine interpolation between knots."""
    index = at.astype(int)
    share = 0.5 - 0.5 * np.cos(np.pi * (at - index))
    return np.asarray(knots[index] * (1 - share) + knots[index + 1] * share, dtype=np.float32)


def choose_ground(easel: Easel, distance: float) -> Colour:
    """Local colour of wooded ground at a distance 0-1."""
    season = easel.scene.season
    return blend(read_colour(NEAR_GROUND[season]), read_colour(FAR_GROUND[season]), min(1.0, 1.6 * distance))


def paint_ridge(easel: Easel, ridge: Ridge, purpose: str) -> Plane:
    """Paint one range down to the bottom of the picture; gives its crest."""
    crest = draw_crest(easel, ridge, purpose)
    top = max(0, int(crest.min()) - 2)
    rows = np.arange(top, easel.height, dtype=np.float32)[:, None]
    depth = rows - crest[None, :]
    relief = _light_slopes(easel, purpose, crest)[top:]
    lit = clamp(0.42 + 0.30 * (1.0 - ridge.distance) * relief, 0.0, 1.0)
    local = choose_ground(easel, ridge.distance)
    shade = easel.light.fade(easel.light.shine_on(local, 0.0), ridge.distance)
    bright = easel.light.fade(easel.light.shine_on(local, 1.0), ridge.distance)
    colour = mix(shade[None, None, :], bright[None, None, :], lit[..., None])
    if has_snow_cover(easel):
        colour = _cover_with_snow(easel, colour, depth, relief, ridge)
    colour = _turn_leaves(easel, colour, ridge, purpose)
    colour = _dissolve_foot(easel, colour, depth, ridge, purpose)
    colour *= (1.0 - 0.07 * (1 - ridge.distance) * np.exp(-np.maximum(depth, 0) / (5 * easel.unit)))[..., None]
    easel.picture[top:] = mix(easel.picture[top:], colour, clamp(depth + 0.5, 0.0, 1.0))
    return crest


def _turn_leaves(easel: Easel, colour: Picture, ridge: Ridge, purpose: str) -> Picture:
    """Woods of another kind in patches: blossom in spring, gold and rust in autumn, bare in winter."""
    if easel.scene.season not in WOODS:
        return colour
    strength = 0.40 if has_snow_cover(easel) else 0.75
    noise = easel.make_noise(purpose + " woods", cell=42, gain=0.62)[-colour.shape[0] :]
    for index, code in enumerate(WOODS[easel.scene.season]):
        patch = ramp(noise if index == 0 else -noise, 0.25, 1.1) * np.float32(strength * (1.0 - 0.75 * ridge.distance))
        wood = easel.light.fade(easel.light.shine_on(read_colour(code), 0.62), ridge.distance)
        colour = mix(colour, wood, patch)
    return colour


def _light_slopes(easel: Easel, purpose: str, crest: Plane) -> Plane:
    """About -1..1: which parts of the range face the light; folds run down from the crest."""
    relief = easel.make_noise(purpose + " folds", cell=210, gain=0.36)
    step = max(1, round(3 * easel.unit))
    towards = 1 if easel.light_x > 0.5 * easel.width else -1
    slope = np.roll(relief, -towards * step, axis=1) - relief + 0.6 * (np.roll(relief, step, axis=0) - relief)
    fall = blur(np.gradient(crest)[None, :] * -towards, 16 * easel.unit)
    return np.asarray(-slope / max(float(slope.std()), 1e-6) * 0.7 - 0.7 * fall, dtype=np.float32)


def _cover_with_snow(easel: Easel, colour: Plane, depth: Plane, relief: Plane, ridge: Ridge) -> Plane:
    lit = clamp(0.58 + 0.26 * relief, 0.0, 1.0)[..., None]
    far = 0.75 * ridge.distance
    bright = easel.light.fade(easel.light.shine_on(SNOW, 1.0), far)
    shade = easel.light.fade(easel.light.shine_on(SNOW, 0.10), far)
    white = mix(shade[None, None, :], bright[None, None, :], lit)
    bare = ramp(0.7 * relief - depth / (260.0 * easel.unit), 0.2, -1.4)
    return mix(colour, white, 0.92 - 0.62 * bare)


def _dissolve_foot(easel: Easel, colour: Plane, depth: Plane, ridge: Ridge, purpose: str) -> Plane:
    """Air gathers in the valley: the lower a slope, the paler."""
    haziness = easel.light.haziness
    fade = ridge.rise * (1.05 - 0.45 * haziness) + 20.0 * easel.unit
    noise = easel.make_noise(purpose + " air", cell=170, stretch=2.6)[-depth.shape[0] :]
    share = ramp(depth / np.float32(fade) + 0.13 * noise, 0.10, 1.05)
    strength = (0.30 + 0.60 * ridge.distance) * (0.72 + 0.38 * haziness)
    return mix(colour, easel.light.haze, np.float32(min(0.96, strength)) * share)


def plant_treeline(easel: Easel, crest: Plane, *, distance: float, tallest_px: float, purpose: str) -> None:
    """Conifers along a crest, small with distance, in loose groups."""
    generator = easel.create_generator(purpose)
    count = round(1.7 * easel.width / max(2.0, 0.30 * tallest_px))
    x = np.sort(generator.uniform(0, easel.width - 1, count))
    groups = easel.make_noise(purpose, cell=110)[0, x.astype(int)]
    tall = tallest_px * (0.35 + 0.65 * generator.random(count)) * np.clip(0.7 + 0.45 * groups, 0.15, 1.2)
    foot = crest[x.astype(int)] + 0.25 * tall
    local = blend(choose_ground(easel, distance), read_colour("2B4A40"), 0.55)
    if easel.scene.weather is Weather.SNOW:
        local = blend(local, SNOW, 0.30)
    tones = easel.light.shine_on(local, 0.25)[None, :] * generator.uniform(0.86, 1.12, (count, 1))
    colour = np.stack([easel.light.fade(tone.astype(np.float32), distance) for tone in tones])
    start, end = np.stack((x, foot), axis=1), np.stack((x, foot - tall), axis=1)
    lay_strokes(easel.picture, start, end, widths=(0.17 * tall, 0.02 * tall), colour=colour, opacity=0.9)


def paint_range(easel: Easel, *, layers: int, top: float, foot: float, nearest: float = 0.25) -> None:
    """Several ranges from far to near between the rows `top` (highest peak) and `foot`; `nearest` is the distance
    (0-1) of the last one. Mist lies between them."""
    generator = easel.create_generator("range")
    span = foot - top
    for index in range(layers):
        share = index / max(1, layers - 1)
        distance = 1.0 - share * (1.0 - nearest)
        base = top + span * (0.42 + 0.58 * share)
        peak = easel.place_x(float(generator.uniform(0.55, 0.95) if index % 2 == 0 else generator.uniform(0.0, 0.45)))
        rise = span * float(generator.uniform(0.34, 0.46)) * (1.0 - 0.35 * share)
        ridge = Ridge(base, rise, distance * 0.94, 0.46 + 0.05 * (1 - share), peak)
        crest = paint_ridge(easel, ridge, f"ridge {index}")
        if distance < 0.62:
            tallest = (6.0 + 26.0 * (0.62 - distance)) * easel.unit
            plant_treeline(easel, crest, distance=distance, tallest_px=tallest, purpose=f"treeline {index}")
        strength = 0.25 + 0.65 * easel.light.haziness + (0.20 if easel.scene.time in (Time.DAWN, Time.DUSK) else 0.0)
        lay_mist(
            easel, level=base + 0.15 * rise, reach=0.20 * span, strength=min(0.9, strength), purpose=f"mist {index}"
        )
