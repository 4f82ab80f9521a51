"""Inside a wood: trunk behind trunk, light between them."""

from __future__ import annotations

import numpy as np

from painter.blocks.curves import blur, clamp, mix
from painter.scenery.clouds import lay_mist
from painter.scenery.easel import Easel
from painter.scenery.ground import draw_winding, grow_grass, grow_tuft, paint_meadow, paint_path
from painter.scenery.scene import Season, Time, Trees, Weather
from painter.scenery.sky import hang_disc
from painter.scenery.trees import Spot, plant_tree

LAYERS = ((0.90, 17, 0.56), (0.74, 11, 0.80), (0.46, 6, 1.15), (0.12, 3, 1.60))
"""Distance 0-1, number of trees, height of a tree in picture heights; from far to near."""


def compose_forest(easel: Easel) -> None:
    """A path through tall trees into bright air."""
    level = easel.horizon
    _fill_with_air(easel)
    hang_disc(easel)
    edge = np.full(easel.width, level, dtype=np.float32)
    paint_meadow(easel, edge, level, purpose="forest floor", distance=0.9)
    band = draw_winding(
        easel,
        level,
        start=easel.light_x,
        end=easel.place_x(0.42),
        width_px=0.17 * easel.width,
        softness=0.16,
        purpose="forest path",
    )
    paint_path(easel, band, level)
    for index, (distance, count, height) in enumerate(LAYERS):
        foot = level + (1.0 - distance) ** 1.6 * 0.98 * (easel.height - level)
        _plant_row(easel, index, distance, count, height, foot)
        strength = (0.68 + 0.27 * easel.light.haziness) * distance
        lay_mist(easel, level=foot, reach=0.10 * easel.height, strength=strength, purpose=f"forest mist {index}")
        if index == 1:
            grow_grass(easel, edge, purpose="forest grass", count=3000, tall=(3, 38), cover=1.0 - band)
    _cast_beams(easel)


def _fill_with_air(easel: Easel) -> None:
    """Pale light where the wood opens, dusk of leaves around it."""
    down = (np.arange(easel.height, dtype=np.float32) - np.float32(0.78 * easel.horizon))[:, None]
    across = (np.arange(easel.width, dtype=np.float32) - np.float32(easel.light_x))[None, :]
    distance = np.hypot(across / (0.42 * easel.width), down / (0.42 * easel.height))
    open_air = np.exp(-(distance**2)) * 0.85
    easel.picture[:] = mix(easel.picture, easel.light.distance, np.full(distance.shape, 0.55, dtype=np.float32))
    easel.picture[:] = mix(easel.picture, mix(easel.light.haze, easel.light.glow, 0.55), clamp(open_air, 0, 1))


def choose_forest_tree(easel: Easel) -> Trees:
    """The wood's trees when the scene names none."""
    if easel.scene.trees is not Trees.NONE:
        return easel.scene.trees
    return Trees.BARE if easel.scene.season is Season.WINTER else Trees.BROADLEAF


def _plant_row(easel: Easel, index: int, distance: float, count: int, height: float, foot: float) -> None:
    generator = easel.create_generator(f"forest row {index}")
    stem = 0.80 if choose_forest_tree(easel) is Trees.PINE else 0.56
    # a thumbnail has no room for every trunk
    room = float(np.clip(easel.width / 360.0, 0.35, 1.0))
    count = max(2, round(count * room * (1.0 if easel.is_upright else 1.4)))
    x = (np.arange(count) + generator.uniform(0.1, 0.9, count)) / count * easel.width
    if index >= 2:
        # the near trees leave the way and the light open
        x = np.where(generator.random(count) < 0.72, easel.place_x(0.86), easel.place_x(0.03))
        x = x + generator.normal(0, 0.10 * easel.width, count)
    for number, (at, jitter) in enumerate(zip(x, generator.uniform(-1, 1, count), strict=True)):
        tall = height * easel.height * (1.0 + 0.12 * jitter)
        spot = Spot(float(at), foot + 0.018 * jitter * easel.height, tall, distance, stem=stem)
        purpose = f"forest {index} {number}"
        plant_tree(easel, choose_forest_tree(easel), spot, purpose=purpose)
        if index >= 2:
            wide = 0.040 * tall
            grow_tuft(easel, x=spot.x, foot=spot.foot, wide=wide, tall=0.8 * wide, purpose=purpose + " root grass")


def _cast_beams(easel: Easel) -> None:
    """Slanting light through the leaves on dry days."""
    if easel.scene.time is Time.NIGHT or easel.scene.weather in (Weather.RAIN, Weather.SNOW, Weather.CLOUDS):
        return
    y = np.arange(easel.height, dtype=np.float32)[:, None]
    x = np.arange(easel.width, dtype=np.float32)[None, :]
    origin_x, origin_y = easel.light_x - easel.side * 0.25 * easel.width, -0.35 * easel.height
    angle = np.arctan2(x - origin_x, y - origin_y)
    generator = easel.create_generator("beams")
    knots = blur(generator.random((1, 160)).astype(np.float32).repeat(8, axis=0), 1.2)[0]
    beams = np.interp(angle, np.linspace(-0.9, 0.9, 160), knots)
    beams = clamp((beams - 0.5) * 4.0, 0.0, 1.0) * clamp(1.15 - y / easel.height, 0.0, 1.0)
    easel.picture[:] = mix(easel.picture, easel.light.glow, 0.20 * beams)
