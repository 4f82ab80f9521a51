"""Trees: a crown that is a cloud of points, branches grown into it, bark, leaves and snow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from painter.scenery.brush import lay_strokes
from painter.scenery.easel import Easel
from painter.scenery.foliage import find_foliage, hang_strands, lay_leaves
from painter.scenery.growth import Skeleton, grow_tree
from painter.scenery.light import SNOW, read_colour
from painter.scenery.ridges import has_snow_cover
from painter.scenery.scene import Trees

Floats = NDArray[np.floating]

BARKS = {Trees.PINE: "6B4A3B", Trees.CHERRY: "54403F", Trees.WILLOW: "5A4C3A", Trees.BARE: "57504C"}
DEFAULT_BARK = "57483C"


@dataclass(frozen=True)
class Spot:
    """Where a tree stands: column and row of its root and its height in pixels; distance 0 (here) to 1 (horizon)."""

    x: float
    foot: float
    height: float
    distance: float = 0.0
    stem: float | None = None  # share of the height below the crown; None for the kind's own


def plant_tree(easel: Easel, kind: Trees, spot: Spot, *, purpose: str = "tree") -> None:
    """A standing tree."""
    generator = easel.create_generator(purpose)
    height = spot.height
    trunk = _bend_trunk(kind, spot, generator)
    crown = _scatter_crown(kind, trunk, height, spot.distance, generator)
    step = max(1.6, 0.0125 * height)
    skeleton = grow_tree(
        trunk,
        crown,
        step_px=step,
        twig_px=max(0.22, (0.00125 if kind is Trees.PINE else 0.00085) * height),
        generator=generator,
        droop=-0.10 if kind is not Trees.WILLOW else 0.02,
    )
    skeleton = _spread_root(skeleton, len(trunk))
    dress_branches(easel, kind, skeleton, scale=height / 620.0, purpose=purpose, distance=spot.distance)


def reach_in(easel: Easel, kind: Trees, *, purpose: str = "branch") -> None:
    """A branch of a tree outside the picture, hanging in from the upper corner on the side of the weight."""
    generator = easel.create_generator(purpose)
    side, width, height = easel.side, easel.width, easel.height
    start = np.array((easel.place_x(1.03), height * generator.uniform(0.06, 0.13)))
    reach = min(width, 0.8 * height) * generator.uniform(0.46, 0.58)
    t = np.linspace(0, 1, 26)[:, None]
    sag = 0.10 * height * t[:, 0] ** 2 - 0.035 * height * np.sin(np.pi * t[:, 0])
    limb = start + np.stack((-side * reach * 0.62 * t[:, 0], sag), axis=1)
    limb += np.cumsum(generator.normal(0, 0.0016 * height, limb.shape), axis=0)
    count = 700
    along = generator.power(1.4, count)
    crown = np.stack(
        (
            start[0] - side * reach * 1.08 * along,
            start[1] + 0.12 * height * along**2 + generator.normal(0, 0.055 * height, count) * (0.5 + 0.7 * along),
        ),
        axis=1,
    )
    skeleton = grow_tree(
        limb, crown, step_px=max(1.6, 0.0075 * height), twig_px=max(0.25, 0.55 * easel.unit), generator=generator
    )
    dress_branches(easel, kind, skeleton, scale=1.25 * easel.unit, purpose=purpose)


def dress_branches(
    easel: Easel, kind: Trees, skeleton: Skeleton, *, scale: float, purpose: str, distance: float = 0.0
) -> None:
    """Bark, then leaves, then snow."""
    foliage = find_foliage(kind, easel.scene.season)
    _paint_bark(easel, kind, skeleton, purpose, distance)
    if kind is Trees.WILLOW and foliage is not None:
        hang_strands(easel, skeleton, foliage, scale=scale, purpose=purpose + " strands", distance=distance)
    elif foliage is not None:
        lay_leaves(easel, skeleton, foliage, scale=scale, purpose=purpose + " leaves", distance=distance)
    if foliage is None and has_snow_cover(easel):
        _rest_snow(easel, skeleton, scale, purpose, distance)


def _spread_root(skeleton: Skeleton, trunk: int) -> Skeleton:
    """The trunk tapers upwards and widens into its roots."""
    radii = skeleton.radii.copy()
    t = np.linspace(0.0, 1.0, trunk, dtype=np.float32)
    radii[:trunk] *= 1.10 - 0.25 * t + 0.55 * np.exp(-t / 0.07)
    return Skeleton(skeleton.points, skeleton.parents, radii)


def _bend_trunk(kind: Trees, spot: Spot, generator: np.random.Generator) -> Floats:
    """(T, 2) from the root up: a pine winds, the others lean a little."""
    height = spot.height
    share = {Trees.PINE: 0.66, Trees.WILLOW: 0.46}.get(kind, 0.31) if spot.stem is None else spot.stem
    t = np.linspace(0.0, 1.0, 30)
    lean = float(generator.normal(0, 0.05 if spot.stem is None else 0.015))
    swing = 0.042 if kind is Trees.PINE and spot.stem is None else 0.016
    phase = generator.uniform(0, 2 * np.pi)
    sway = swing * (np.sin(phase + 4.2 * t) - np.sin(phase))
    return np.stack((spot.x + height * (lean * t + sway), spot.foot - share * height * t), axis=1)


def _scatter_crown(
    kind: Trees, trunk: Floats, height: float, distance: float, generator: np.random.Generator
) -> Floats:
    """(N, 2): points that the branches shall reach."""
    top = trunk[-1]
    if kind is Trees.PINE:
        return _scatter_pads(trunk, height, generator)
    lumps = 15
    angle = generator.uniform(0, 2 * np.pi, lumps)
    far = np.sqrt(generator.uniform(0.0, 1.0, lumps))
    wide = 0.30 if kind is Trees.WILLOW else 0.37
    centres = np.stack((wide * far * np.cos(angle), -0.25 + 0.24 * far * np.sin(angle)), axis=1)
    sizes = generator.uniform(0.10, 0.17, lumps)
    count = round(np.clip(2.2 * height, 70, 1500 - 900 * distance))
    own = generator.integers(lumps, size=count)
    turn, far = generator.uniform(0, 2 * np.pi, count), np.sqrt(generator.random(count))
    offset = np.stack((np.cos(turn) * far * sizes[own], 0.82 * np.sin(turn) * far * sizes[own]), axis=1)
    return np.asarray(top + height * (centres[own] + offset))


def _scatter_pads(trunk: Floats, height: float, generator: np.random.Generator) -> Floats:
    """Flat clouds of needles at the ends of a pine's boughs, small at the top."""
    pads = []
    levels = np.linspace(0.52, 1.06, 8)
    for index, level in enumerate(levels):
        column = np.interp(level, np.linspace(0, 1, len(trunk)), trunk[:, 0])
        root = np.array((column, trunk[0, 1] + (trunk[-1, 1] - trunk[0, 1]) * level))
        side = (-1) ** index * (0.0 if level > 1.0 else 1.0)
        reach = height * (0.30 - 0.20 * (level - 0.5) / 0.56) * generator.uniform(0.75, 1.15)
        centre = root + np.array((side * reach, height * (0.03 * generator.normal() - 0.05)))
        wide = height * generator.uniform(0.11, 0.16) * (1.15 - 0.4 * (level - 0.5))
        turn, far = generator.uniform(0, 2 * np.pi, 150), np.sqrt(generator.random(150))
        pads.append(centre + np.stack((wide * far * np.cos(turn), 0.26 * wide * far * np.sin(turn)), axis=1))
    return np.concatenate(pads)


def _paint_bark(easel: Easel, kind: Trees, skeleton: Skeleton, purpose: str, distance: float) -> None:
    generator = easel.create_generator(purpose + " bark")
    child = np.flatnonzero(skeleton.parents >= 0)
    parent = skeleton.parents[child]
    start, end = skeleton.points[parent], skeleton.points[child]
    thick, thin = np.minimum(skeleton.radii[parent], 1.25 * skeleton.radii[child]), skeleton.radii[child]
    bark = read_colour(BARKS.get(kind, DEFAULT_BARK))
    tone = generator.uniform(0.85, 1.1, (len(child), 1))
    dark = easel.light.fade(easel.light.shine_on(bark, 0.12), distance)
    lay_strokes(easel.picture, start, end, widths=(thick, thin), colour=dark * tone)
    towards = 1.0 if easel.light_x > float(start[:, 0].mean()) else -1.0
    broad = skeleton.radii[child] > 1.3
    shift = np.stack((towards * 0.38 * thin, -0.10 * thin), axis=1)[broad]
    lit = easel.light.fade(easel.light.shine_on(np.minimum(1.0, 1.35 * bark), 0.85), distance)
    lay_strokes(
        easel.picture,
        start[broad] + shift,
        end[broad] + shift,
        widths=(0.42 * thick[broad], 0.42 * thin[broad]),
        colour=lit * tone[broad],
        opacity=0.38,
    )


def _rest_snow(easel: Easel, skeleton: Skeleton, scale: float, purpose: str, distance: float) -> None:
    """Snow lies on what is not steep."""
    generator = easel.create_generator(purpose + " snow")
    child = np.flatnonzero(skeleton.parents >= 0)
    start, end = skeleton.points[skeleton.parents[child]], skeleton.points[child]
    run = np.abs(end - start)
    flat = (run[:, 0] > 0.55 * run[:, 1]) & (generator.random(len(child)) < 0.8)
    radius = skeleton.radii[child][flat]
    lift = np.stack((np.zeros_like(radius), 0.75 * radius + 0.3 * scale), axis=1)
    width = np.minimum(0.5 * radius + 0.55 * scale, 2.6 * easel.unit)
    white = easel.light.fade(easel.light.shine_on(SNOW, 0.9), distance)
    lay_strokes(easel.picture, start[flat] - lift, end[flat] - lift, widths=(width, width), colour=white, opacity=0.9)
