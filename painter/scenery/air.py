"""What moves through the air: rain, snow, petals, leaves, fireflies and birds."""

from __future__ import annotations

import numpy as np

from painter.blocks.curves import mix
from painter.scenery.brush import lay_blades, lay_dabs, lay_strokes
from painter.scenery.easel import Easel
from painter.scenery.foliage import find_foliage
from painter.scenery.light import blend, measure_luma, read_colour
from painter.scenery.scene import Place, Season, Time, Trees, Weather

LEAF_FALL = {(Trees.CHERRY, Season.SPRING): 95, (Trees.MAPLE, Season.AUTUMN): 34, (Trees.GINKGO, Season.AUTUMN): 40}


def fill_air(easel: Easel) -> None:
    """Everything between the viewer and the view."""
    weather = easel.scene.weather
    if weather is Weather.RAIN:
        _let_rain_fall(easel)
    elif weather is Weather.SNOW:
        _let_snow_fall(easel)
    else:
        _let_leaves_fall(easel)
        _light_fireflies(easel)


def _let_rain_fall(easel: Easel) -> None:
    """Two depths of slanting strokes under a thin veil."""
    veil = np.full(easel.picture.shape[:2], 0.10, dtype=np.float32)
    easel.picture[:] = mix(easel.picture, easel.light.haze, veil)
    generator = easel.create_generator("rain")
    lean = easel.side * generator.uniform(0.08, 0.16)
    bright = blend(easel.light.sky[3], np.ones(3, dtype=np.float32), 0.35)
    for count, length, width, opacity in ((1500, 26, 0.75, 0.42), (380, 70, 1.1, 0.45)):
        start = generator.uniform(
            (-0.1 * easel.width, -0.1 * easel.height), (1.1 * easel.width, easel.height), (count, 2)
        )
        run = generator.uniform(0.6, 1.2, count) * length * easel.unit
        end = start + np.stack((lean * run, run), axis=1)
        strength = opacity * generator.uniform(0.4, 1.0, count)
        thin = width * easel.unit
        lay_strokes(easel.picture, start, end, widths=(0.5 * thin, thin), colour=bright, opacity=strength)


def _let_snow_fall(easel: Easel) -> None:
    """Many fine flakes far away, few soft ones near."""
    generator = easel.create_generator("snowfall")
    white = blend(easel.light.shine_on(np.ones(3, dtype=np.float32), 1.0), np.ones(3, dtype=np.float32), 0.65)
    for count, size, opacity, softness in ((750, 1.2, 0.65, 0.8), (230, 2.3, 0.75, 0.9), (46, 5.2, 0.50, 1.5)):
        x, y = generator.uniform(0, easel.width, count), generator.uniform(0, easel.height, count)
        radius = size * generator.uniform(0.6, 1.3, count) * easel.unit
        lay_dabs(
            easel.picture,
            x,
            y,
            length=1.15 * radius,
            width=radius,
            angle=1.2,
            colour=white,
            opacity=opacity,
            softness=softness,
        )


def _let_leaves_fall(easel: Easel) -> None:
    """Petals and leaves of the season, carried to the empty side."""
    count = LEAF_FALL.get((easel.scene.trees, easel.scene.season), 0)
    foliage = find_foliage(easel.scene.trees, easel.scene.season)
    if count == 0 or foliage is None:
        return
    generator = easel.create_generator("falling")
    x = easel.place_x(0.0) + easel.side * easel.width * generator.beta(2.0, 1.4, count)
    y = easel.height * generator.beta(1.8, 1.5, count)
    size = generator.uniform(1.6, 3.4, count) * easel.unit
    t = generator.random((count, 1))
    local = foliage.middle + (foliage.light - foliage.middle) * t
    colour = np.stack([easel.light.shine_on(one.astype(np.float32), 0.95) for one in local])
    flat = generator.uniform(0.35, 0.8, count)
    lay_dabs(
        easel.picture,
        x,
        y,
        length=size,
        width=flat * size,
        angle=generator.uniform(0, 3.1, count),
        colour=colour,
        opacity=0.85,
        softness=0.35,
    )


def _light_fireflies(easel: Easel) -> None:
    """On warm nights, over grass."""
    scene = easel.scene
    if scene.time is not Time.NIGHT or scene.season is not Season.SUMMER or scene.place in (Place.SEA, Place.LAKE):
        return
    generator = easel.create_generator("fireflies")
    count = 38
    x = easel.width * generator.random(count)
    y = easel.height - (easel.height - easel.horizon) * generator.beta(1.6, 2.2, count)
    colour = read_colour("E9F09A")
    size = generator.uniform(1.0, 2.0, count) * easel.unit
    strength = generator.uniform(0.35, 0.95, count)
    lay_dabs(easel.picture, x, y, length=5 * size, width=5 * size, colour=colour, opacity=0.30 * strength, softness=2.0)
    lay_dabs(easel.picture, x, y, length=size, width=size, colour=colour, opacity=strength, softness=0.7)


def let_birds_fly(easel: Easel) -> None:
    """Cranes far away, in a loose line over the empty side."""
    if not easel.scene.birds:
        return
    generator = easel.create_generator("birds")
    count = int(generator.integers(5, 8))
    rank = np.arange(count) - (count - 1) / 2
    x = easel.place_x(0.27) + rank * 36 * easel.unit + generator.normal(0, 5, count) * easel.unit
    y = 0.46 * easel.horizon - np.abs(rank + 0.8) * -13 * easel.unit + generator.normal(0, 4, count) * easel.unit
    behind = easel.picture[np.clip(y, 0, easel.height - 1).astype(int), np.clip(x, 0, easel.width - 1).astype(int)]
    is_dark = measure_luma(behind.mean(axis=0)) < 0.42
    colour = blend(easel.light.key, np.ones(3, np.float32), 0.3) if is_dark else 0.42 * easel.light.distance
    body = np.stack((x, y), axis=1)
    span = generator.uniform(14.0, 19.0, count) * easel.unit
    beat = generator.uniform(-0.25, 0.75, count)
    width = np.full(count, 1.15 * easel.unit)
    for wing in (-1.0, 1.0):
        tips = body + np.stack((wing * span, -beat * span), axis=1)
        bends = body + np.stack((wing * 0.45 * span, -(0.30 + 0.65 * beat) * span), axis=1)
        lay_blades(easel.picture, body, tips, bends, width=width, colour=colour, opacity=0.85)
    towards = -easel.side * np.array((1.0, 0.05))
    neck = 0.55 * span[:, None] * towards
    lay_strokes(
        easel.picture,
        body - 0.8 * neck,
        body + neck,
        widths=(0.9 * easel.unit, 0.5 * easel.unit),
        colour=colour,
        opacity=0.85,
    )
