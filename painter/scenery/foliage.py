"""Leaves, needles and blossom: dabs from dark to light, the light ones towards the light."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from painter.scenery.brush import lay_blades, lay_dabs
from painter.scenery.easel import Easel
from painter.scenery.growth import Skeleton
from painter.scenery.light import SNOW, Colour, read_colour
from painter.scenery.scene import Season, Trees, Weather

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Foliage:
    """Three values of one colour, and the shape of the dabs. Lengths in reference pixels, for a large tree."""

    dark: Colour
    middle: Colour
    light: Colour
    per_twig: float
    length: float
    width: float
    spread: float  # how far from its twig a dab may lie


def _mix_foliage(codes: str, per_twig: float, length: float, width: float, spread: float) -> Foliage:
    dark, middle, light = (read_colour(code) for code in codes.split())
    return Foliage(dark, middle, light, per_twig, length, width, spread)


_BLOSSOM = _mix_foliage("B9849B E6AEBF FCE9EC", 17, 2.5, 2.1, 11)
_FRESH = _mix_foliage("4F7A48 8DB062 CFDE96", 12, 3.0, 2.0, 11)
_GREEN = _mix_foliage("2C563C 568A48 A3C268", 18, 3.0, 2.1, 11)
_RUST = _mix_foliage("7A3B2B C0703A EBB25C", 13, 2.8, 2.0, 11)
_MAPLE = _mix_foliage("7C2425 C4402C F08C4A", 17, 2.7, 1.9, 11)
_GINKGO = _mix_foliage("A87A1E E2B436 F9E48A", 16, 2.7, 2.1, 11)
_NEEDLES = _mix_foliage("1D3833 2F5346 6C8C66", 16, 6.0, 0.8, 8)

_LEAVES: dict[tuple[Trees, Season], Foliage] = {
    (Trees.CHERRY, Season.SPRING): _BLOSSOM,
    (Trees.CHERRY, Season.SUMMER): _GREEN,
    (Trees.CHERRY, Season.AUTUMN): _RUST,
    (Trees.MAPLE, Season.SPRING): _FRESH,
    (Trees.MAPLE, Season.SUMMER): _GREEN,
    (Trees.MAPLE, Season.AUTUMN): _MAPLE,
    (Trees.GINKGO, Season.SPRING): _FRESH,
    (Trees.GINKGO, Season.SUMMER): _GREEN,
    (Trees.GINKGO, Season.AUTUMN): _GINKGO,
    (Trees.BROADLEAF, Season.SPRING): _FRESH,
    (Trees.BROADLEAF, Season.SUMMER): _GREEN,
    (Trees.BROADLEAF, Season.AUTUMN): _RUST,
    (Trees.WILLOW, Season.SPRING): _mix_foliage("6C8C4A A5BC66 DCE5A4", 0, 4.0, 1.2, 6),
    (Trees.WILLOW, Season.SUMMER): _mix_foliage("44703F 7BA052 BDD083", 0, 4.0, 1.2, 6),
    (Trees.WILLOW, Season.AUTUMN): _mix_foliage("8A7A36 C2A650 EBD68C", 0, 4.0, 1.2, 6),
}


def find_foliage(trees: Trees, season: Season) -> Foliage | None:
    """What a kind of tree carries in a season; None when it is bare."""
    return _NEEDLES if trees is Trees.PINE else _LEAVES.get((trees, season))


def lay_leaves(
    easel: Easel, skeleton: Skeleton, foliage: Foliage, *, scale: float, purpose: str, distance: float = 0.0
) -> None:
    """Dress a tree; `scale` 1 is a large tree of a picture of the reference size."""
    generator = easel.create_generator(purpose)
    twigs = skeleton.points[skeleton.find_twigs(2.2)]
    # the leaves of a very near tree do not grow with it: there are more of them
    leaf_scale = float(np.clip(scale, 0.42 * easel.unit, 1.35 * easel.unit))
    density = max(0.30, (scale / leaf_scale) ** 2)
    count = min(60_000, round(foliage.per_twig * len(twigs) * density))
    own = generator.integers(len(twigs), size=count)
    offset = generator.normal(0, 0.62, (count, 2)) * (1.0, 0.8) * foliage.spread * scale
    points = twigs[own] + offset
    value = _measure_light(easel, twigs, own, offset / (foliage.spread * scale), generator)
    order = np.argsort(value + generator.normal(0, 0.30, count), kind="stable")
    points, value = points[order], value[order]
    size = generator.uniform(0.65, 1.25, count) * leaf_scale
    is_needle = foliage.length > 4 * foliage.width
    angle = generator.normal(-1.57, 0.75, count) if is_needle else generator.uniform(0, np.pi, count)
    colour = colour_leaves(easel, foliage, value, generator, distance)
    if easel.scene.weather is Weather.SNOW:
        colour = _powder(easel, colour, value, distance)
    lay_dabs(
        easel.picture,
        points[:, 0],
        points[:, 1],
        length=foliage.length * size,
        width=foliage.width * size,
        colour=colour,
        angle=angle,
        opacity=0.92,
        softness=0.35,
    )


def _measure_light(
    easel: Easel, twigs: Floats, own: NDArray[np.int64], offset: Floats, generator: np.random.Generator
) -> Floats:
    """About -1 (deep inside, below) to 1 (facing the light) for every leaf."""
    towards = np.array((0.55 if easel.light_x > twigs[:, 0].mean() else -0.55, -0.83))
    centre, size = twigs.mean(axis=0), np.maximum(twigs.std(axis=0), 1.0)
    whole = ((twigs - centre) / size) @ towards
    # groups of twigs are clumps with a light and a dark side of their own
    clumps = twigs[generator.choice(len(twigs), size=min(len(twigs), 26), replace=False)]
    gaps = twigs[:, None, :] - clumps[None, :, :]
    nearest = np.einsum("ijk,ijk->ij", gaps, gaps).argmin(axis=1)
    clump = (gaps[np.arange(len(twigs)), nearest] / (0.28 * size)) @ towards
    return np.asarray(0.34 * whole[own] + 0.50 * np.tanh(clump[own]) + 0.22 * (offset @ towards))


def colour_leaves(
    easel: Easel, foliage: Foliage, value: Floats, generator: np.random.Generator, distance: float = 0.0
) -> Floats:
    """(N, 3): colours for values -1 (shadow) to 1 (light) under the scene's light, no two quite alike."""
    t = np.clip(0.5 + 0.55 * value + generator.normal(0, 0.10, len(value)), 0.0, 1.0)[:, None]
    low = foliage.dark + (foliage.middle - foliage.dark) * np.minimum(1.0, 2 * t)
    local = low + (foliage.light - foliage.middle) * np.maximum(0.0, 2 * t - 1)
    lit = easel.light.ambient + (easel.light.key - easel.light.ambient) * (0.15 + 0.85 * t)
    colour = local * lit * generator.uniform(0.94, 1.06, (len(value), 1))
    return np.asarray(np.clip(easel.light.fade(colour, distance), 0, 1))


def _powder(easel: Easel, colour: Floats, value: Floats, distance: float) -> Floats:
    """Snow on the leaves that look up."""
    white = easel.light.fade(easel.light.shine_on(SNOW, 0.95), distance)
    share = np.clip((value - 0.02) / 0.35, 0.0, 0.95)[:, None]
    return np.asarray(colour * (1 - share) + white * share)


def hang_strands(
    easel: Easel, skeleton: Skeleton, foliage: Foliage, *, scale: float, purpose: str, distance: float = 0.0
) -> None:
    """A willow's long twigs, swaying a little to one side."""
    generator = easel.create_generator(purpose)
    twigs = skeleton.points[skeleton.find_twigs(2.6)]
    twigs = twigs[generator.choice(len(twigs), size=min(len(twigs), 620), replace=False)]
    count = len(twigs)
    length = generator.uniform(90, 300, count) * generator.uniform(0.5, 1.0, count) * scale
    # strands hang in curtains of different lengths
    span = twigs[:, 0] - twigs[:, 0].min()
    curtain = np.interp(span, np.linspace(0.0, max(1.0, float(span.max())), 9), generator.uniform(0.55, 1.30, 9))
    length *= curtain
    sway = generator.normal(0.10 * easel.side, 0.05, count)
    tips = twigs + np.stack((sway * length, length), axis=1)
    bends = twigs + np.stack((generator.normal(0, 14, count) * scale, 0.25 * length), axis=1)
    value = generator.normal(0.0, 0.5, count) + 0.4 * np.sign(easel.light_x - twigs[:, 0].mean()) * np.clip(
        (twigs[:, 0] - twigs[:, 0].mean()) / max(1.0, float(twigs[:, 0].std())), -1, 1
    )
    order = np.argsort(value, kind="stable")
    colour = colour_leaves(easel, foliage, value[order], generator, distance)
    width = np.full(count, 0.8 * scale)
    lay_blades(
        easel.picture, twigs[order], tips[order], bends[order], width=width, colour=colour, opacity=0.75, parts=8
    )
    _lay_willow_leaves(easel, (twigs, bends, tips), foliage, scale, generator, distance)


def _lay_willow_leaves(
    easel: Easel,
    strands: tuple[Floats, Floats, Floats],
    foliage: Foliage,
    scale: float,
    generator: np.random.Generator,
    distance: float,
) -> None:
    start, bend, end = strands
    count = 16 * len(start)
    own, t = generator.integers(len(start), size=count), generator.random((count, 1))
    points = (1 - t) ** 2 * start[own] + 2 * t * (1 - t) * bend[own] + t**2 * end[own]
    points += generator.normal(0, 1.6 * scale, points.shape)
    value = generator.normal(0.05, 0.5, count)
    order = np.argsort(value, kind="stable")
    lay_dabs(
        easel.picture,
        points[order, 0],
        points[order, 1],
        length=foliage.length * scale,
        width=foliage.width * scale,
        colour=colour_leaves(easel, foliage, value[order], generator, distance),
        angle=generator.normal(1.45, 0.35, count),
        opacity=0.85,
    )
