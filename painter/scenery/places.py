"""How each place is composed, from the far shore to the grass at the viewer's feet."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from painter.arrays import Plane
from painter.blocks.curves import mix
from painter.blocks.edges import find_rim
from painter.scenery.clouds import lay_mist
from painter.scenery.easel import Easel
from painter.scenery.forest import compose_forest
from painter.scenery.ground import (
    draw_winding,
    grow_grass,
    grow_tuft,
    paint_meadow,
    paint_path,
    paint_rows,
    scatter_flowers,
)
from painter.scenery.ridges import Ridge, draw_crest, paint_range, paint_ridge
from painter.scenery.scene import Place, Season, Trees
from painter.scenery.trees import Spot, plant_tree, reach_in
from painter.scenery.water import lay_light_path, paint_sea, paint_still_water

HORIZONS = {
    Place.MOUNTAINS: 0.62,
    Place.SEA: 0.52,
    Place.LAKE: 0.52,
    Place.RIVER: 0.50,
    Place.FIELDS: 0.54,
    Place.FOREST: 0.58,
    Place.HILL: 0.60,
}


def compose_mountains(easel: Easel) -> None:
    """Range behind range, and a near slope."""
    layers = 5 if easel.is_upright else 4
    paint_range(easel, layers=layers, top=0.50 * easel.horizon, foot=0.88 * easel.height)
    edge = slope_edge(easel, 0.94 * easel.height, 0.84 * easel.height, "near slope")
    paint_meadow(easel, edge, 0.7 * easel.height, purpose="near meadow", distance=0.25)
    grow_grass(easel, edge, purpose="near grass", count=3600, tall=(12, 40))
    scatter_flowers(easel, edge, purpose="near flowers", count=260)
    frame(easel, edge)


def compose_sea(easel: Easel) -> Plane:
    """Open water with a far headland, a shore at the viewer's feet."""
    level = easel.horizon
    rise = 0.07 * easel.height
    paint_ridge(easel, Ridge(level + 0.3 * rise, rise, 0.80, 0.45, easel.place_x(0.92)), "far head")
    paint_ridge(easel, Ridge(level + 0.9 * rise, 1.5 * rise, 0.55, 0.5, easel.place_x(1.05)), "near head")
    paint_sea(easel, level)
    lay_light_path(easel, level)
    reach, strength = 0.03 * easel.height, 0.35 + 0.5 * easel.light.haziness
    lay_mist(easel, level=level, reach=reach, strength=strength, purpose="sea mist")
    edge = slope_edge(easel, 1.02 * easel.height, 0.80 * easel.height, "shore")
    _dress_shore(easel, edge, level)
    return _find_open_water(easel, level, edge)


def compose_lake(easel: Easel) -> Plane:
    """Ranges around still water that holds them once more."""
    level = easel.horizon
    paint_range(easel, layers=4, top=0.42 * level, foot=1.02 * level, nearest=0.35)
    paint_still_water(easel, level, calm=0.85)
    lay_light_path(easel, level)
    reach, strength = 0.025 * easel.height, 0.55 + 0.4 * easel.light.haziness
    lay_mist(easel, level=level, reach=reach, strength=strength, purpose="lake mist")
    edge = slope_edge(easel, 1.05 * easel.height, 0.83 * easel.height, "bank")
    _dress_shore(easel, edge, level)
    return _find_open_water(easel, level, edge)


def compose_river(easel: Easel) -> Plane:
    """A river that winds through meadows out of the hills."""
    level = easel.horizon
    paint_range(easel, layers=4, top=0.50 * level, foot=1.02 * level, nearest=0.40)
    edge = np.full(easel.width, level, dtype=np.float32)
    band = draw_winding(
        easel,
        level + 2,
        start=easel.place_x(0.52),
        end=easel.place_x(0.28),
        width_px=0.36 * easel.width,
        softness=0.03,
        purpose="river",
    )
    behind = easel.picture.copy()
    paint_meadow(easel, edge, level, purpose="meadow", distance=0.8)
    _plant_far_trees(easel, level)
    meadow = easel.picture * (1.0 - 0.45 * find_rim(1.0 - band, 9.0 * easel.unit))[..., None]
    easel.picture[: round(level)] = behind[: round(level)]
    paint_still_water(easel, level, calm=0.8)
    lay_light_path(easel, level)
    easel.picture[:] = mix(meadow, easel.picture, band)
    grow_grass(easel, edge, purpose="meadow grass", count=9000, tall=(3, 50), cover=1.0 - band)
    scatter_flowers(easel, edge, purpose="meadow flowers", count=700, cover=1.0 - band)
    reach, strength = 0.03 * easel.height, 0.4 + 0.4 * easel.light.haziness
    lay_mist(easel, level=level, reach=reach, strength=strength, purpose="river mist")
    frame(easel, np.full(easel.width, 0.86 * easel.height, dtype=np.float32))
    return band


def compose_fields(easel: Easel) -> None:
    """Rows of crops under a wide sky."""
    level = easel.horizon
    paint_range(easel, layers=3, top=0.66 * level, foot=1.02 * level, nearest=0.5)
    edge = roll_edge(easel, level, 0.006 * easel.height, "field edge")
    paint_rows(easel, edge, level)
    _plant_far_trees(easel, level)
    near = slope_edge(easel, 0.97 * easel.height, 0.84 * easel.height, "verge")
    paint_meadow(easel, near, level, purpose="verge", distance=0.0)
    grow_grass(easel, near, purpose="verge grass", count=3600, tall=(26, 84))
    scatter_flowers(easel, near, purpose="verge flowers", count=320)
    frame(easel, near)


def compose_hill(easel: Easel) -> None:
    """A path over a rolling hill to a tree that stands alone."""
    level = easel.horizon
    paint_range(easel, layers=3, top=0.66 * level, foot=1.02 * level, nearest=0.5)
    rise = 0.11 * easel.height
    hill = draw_crest(easel, Ridge(level + 0.08 * easel.height, rise, 0.4, 0.35, easel.place_x(0.75)), "hill")
    ground_level = float(hill.min()) - 0.02 * easel.height
    paint_meadow(easel, hill, ground_level, purpose="hill meadow", distance=0.55)
    top_x = easel.place_x(0.66)
    top = float(hill[int(top_x)])
    band = draw_winding(
        easel,
        top + 1,
        start=top_x,
        end=easel.place_x(0.36),
        width_px=0.085 * easel.width,
        softness=0.16,
        purpose="path",
    )
    paint_path(easel, band, ground_level)
    grow_grass(easel, hill, purpose="hill grass", count=10000, tall=(3, 52), cover=1.0 - band)
    scatter_flowers(easel, hill + 0.05 * easel.height, purpose="hill flowers", count=800, cover=1.0 - band)
    kind = easel.scene.trees
    if kind is not Trees.NONE:
        x = easel.place_x(0.74)
        foot, height = float(hill[int(x)]) + 0.025 * easel.height, 0.46 * easel.height
        plant_tree(easel, kind, Spot(x, foot, height))
        grow_tuft(easel, x=x, foot=foot, wide=0.06 * height, tall=0.035 * height, purpose="root grass")


def frame(easel: Easel, edge: Plane) -> None:
    """The tree nearest to the viewer: one that stands on the ground below the row `edge` (W,), or a branch that
    reaches in."""
    kind = easel.scene.trees
    if kind is Trees.NONE:
        return
    generator = easel.create_generator("frame")
    if generator.random() < 0.5:
        reach_in(easel, kind)
        return
    x = easel.place_x(float(generator.uniform(0.74, 0.84)))
    foot = min(float(edge[int(x)]) + 0.045 * easel.height, 0.985 * easel.height)
    height = (0.66 if easel.is_upright else 0.80) * easel.height
    plant_tree(easel, kind, Spot(x, foot, height))
    grow_tuft(easel, x=x, foot=foot, wide=0.085 * height, tall=0.060 * height, purpose="root grass")


def _dress_shore(easel: Easel, edge: Plane, level: float) -> None:
    """The near bank below the row `edge` (W,), grass along it, and the framing tree."""
    paint_meadow(easel, edge, level, purpose="shore", distance=0.05)
    grow_grass(easel, edge, purpose="shore grass", count=4200, tall=(30, 64))
    scatter_flowers(easel, edge + 0.02 * easel.height, purpose="shore flowers", count=320)
    frame(easel, edge)


def _find_open_water(easel: Easel, level: float, edge: Plane) -> Plane:
    """(H, W; 0-1): the water between the row `level` and the near bank."""
    rows = np.arange(easel.height, dtype=np.float32)[:, None]
    return np.asarray((rows > level + 2) & (rows < edge[None, :] - 0.03 * easel.height), dtype=np.float32)


def _plant_far_trees(easel: Easel, level: float) -> None:
    """Small trees in loose groups along the far edge of level ground."""
    generator = easel.create_generator("far trees")
    kind = easel.scene.trees
    if kind in (Trees.NONE, Trees.WILLOW):
        kind = Trees.BARE if easel.scene.season is Season.WINTER else Trees.BROADLEAF
    depth = np.sort(generator.random(15) ** 1.8)
    for number, share in enumerate(depth):
        x = generator.choice((0.06, 0.20, 0.88)) + generator.normal(0, 0.06)
        height = (0.045 + 0.060 * share) * easel.height
        foot = level + (0.006 + 0.050 * share) * easel.height
        distance = 0.66 - 0.30 * float(share)
        plant_tree(easel, kind, Spot(easel.place_x(float(x)), foot, height, distance), purpose=f"far tree {number}")


def roll_edge(easel: Easel, level: float, swing: float, purpose: str) -> Plane:
    """(W,): a gently rolling edge around the row `level`."""
    generator = easel.create_generator(purpose)
    x = np.linspace(0, 1, easel.width, dtype=np.float32)
    waves = np.sin(2 * np.pi * (0.7 * x + generator.random())) + 0.4 * np.sin(
        2 * np.pi * (1.9 * x + generator.random())
    )
    return np.asarray(level + swing * waves, dtype=np.float32)


def slope_edge(easel: Easel, low: float, high: float, purpose: str) -> Plane:
    """(W,): an edge that rises from the row `low` at the empty side to `high` at the side of the weight."""
    x = np.linspace(0, 1, easel.width, dtype=np.float32)
    share = x if easel.side > 0 else 1.0 - x
    return roll_edge(easel, 0.0, 0.010 * easel.height, purpose) + np.float32(low) + np.float32(high - low) * share**1.6


COMPOSERS: Mapping[Place, Callable[[Easel], Plane | None]] = {
    Place.MOUNTAINS: compose_mountains,
    Place.SEA: compose_sea,
    Place.LAKE: compose_lake,
    Place.RIVER: compose_river,
    Place.FIELDS: compose_fields,
    Place.FOREST: compose_forest,
    Place.HILL: compose_hill,
}
