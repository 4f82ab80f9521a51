"""Paper lanterns: hung from a cord, or set on the water with a light inside."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from painter.arrays import Plane
from painter.scenery.brush import lay_dabs, lay_strokes
from painter.scenery.easel import Easel
from painter.scenery.light import Colour, blend, read_colour
from painter.scenery.scene import Lanterns, Time

Floats = NDArray[np.floating]

PAPERS = ("F6C27A", "F3B08A", "F7DDA6", "E79A86", "F9E3BE")
FLAME = read_colour("FFF1C4")


def light_lanterns(easel: Easel, water: Plane | None) -> None:
    """The lanterns that the scene asks for; `water` (H, W; 0-1) is where they may float. Without water they hang."""
    if easel.scene.lanterns is Lanterns.NONE:
        return
    if easel.scene.lanterns is Lanterns.FLOATING and water is not None:
        _float_lanterns(easel, water)
        return
    _hang_lanterns(easel)


def _measure_darkness(easel: Easel) -> float:
    return {Time.NIGHT: 1.0, Time.DUSK: 0.75, Time.DAWN: 0.45, Time.DAY: 0.20}[easel.scene.time]


def _spread_glow(easel: Easel, x: Floats, y: Floats, size: Floats, colour: Floats) -> None:
    """Warm air around each lantern."""
    dark = _measure_darkness(easel)
    for reach, opacity in ((7.5, 0.16), (3.2, 0.30)):
        lay_dabs(
            easel.picture,
            x,
            y,
            length=0.5 * reach * size,
            width=0.5 * reach * size,
            colour=colour,
            opacity=dark * opacity,
            softness=2.0,
        )


def _hang_lanterns(easel: Easel) -> None:
    """A sagging cord across the upper air with lanterns that sway a little."""
    generator = easel.create_generator("lanterns")
    t = np.linspace(-0.04, 1.04, 60)
    start, end = easel.height * generator.uniform(0.13, 0.18), easel.height * generator.uniform(0.22, 0.29)
    if easel.side > 0:
        start, end = end, start
    sag = 0.07 * easel.height
    x, y = t * easel.width, start + (end - start) * t + 4 * sag * t * (1 - t)
    cord = np.stack((x, y), axis=1)
    dark = easel.light.shine_on(read_colour("4A4038"), 0.2)
    lay_strokes(easel.picture, cord[:-1], cord[1:], widths=(1.1 * easel.unit, 1.1 * easel.unit), colour=dark)
    count = 6 if easel.is_upright else 9
    at = (np.arange(count) + 0.5 + generator.uniform(-0.12, 0.12, count)) / count
    size = generator.uniform(21, 26, count) * easel.unit
    drop = generator.uniform(6, 15, count) * easel.unit
    hung_x = at * easel.width
    hung_y = np.interp(hung_x, x, y)
    centre_y = hung_y + drop + size
    lay_strokes(
        easel.picture,
        np.stack((hung_x, hung_y), 1),
        np.stack((hung_x, centre_y), 1),
        widths=(0.7 * easel.unit, 0.7 * easel.unit),
        colour=dark,
    )
    papers = np.stack([read_colour(PAPERS[index]) for index in generator.integers(len(PAPERS), size=count)])
    _spread_glow(easel, hung_x, centre_y, size, papers)
    for number in range(count):
        _draw_lantern(easel, float(hung_x[number]), float(centre_y[number]), float(size[number]), papers[number])


def _shine(easel: Easel, paper: Colour, inner: float) -> Colour:
    """Paper lit from inside; `inner` 0 at its rim, 1 before the flame."""
    outside = easel.light.shine_on(paper, 0.8)
    inside = blend(paper * np.float32(0.93), FLAME, inner)
    return blend(outside, inside, 0.35 + 0.65 * _measure_darkness(easel))


def _draw_lantern(easel: Easel, x: float, y: float, size: float, paper: Colour) -> None:
    """A round lantern: body, ribs, the flame's light, caps and a short tassel."""
    one = np.array([x]), np.array([y])
    picture, unit = easel.picture, easel.unit
    lay_dabs(
        picture,
        *one,
        length=size,
        width=0.92 * size,
        colour=_shine(easel, paper * np.float32(0.86), 0.0),
        softness=0.06,
    )
    lay_dabs(picture, *one, length=0.86 * size, width=0.80 * size, colour=_shine(easel, paper, 0.25), softness=0.5)
    lay_dabs(
        picture,
        one[0],
        one[1] + 0.12 * size,
        length=0.55 * size,
        width=0.58 * size,
        colour=_shine(easel, paper, 0.95),
        opacity=0.4 + 0.5 * _measure_darkness(easel),
        softness=1.3,
    )
    heights = np.linspace(-0.72, 0.72, 7)
    half = np.sqrt(1 - heights**2) * size
    rib = _shine(easel, paper * np.float32(0.72), 0.0)
    rows = y + 0.92 * size * heights
    lay_strokes(
        picture,
        np.stack((x - half, rows), 1),
        np.stack((x + half, rows), 1),
        widths=(0.6 * unit, 0.6 * unit),
        colour=rib,
        opacity=0.30,
    )
    cap = easel.light.shine_on(read_colour("5A4336"), 0.3)
    for row in (y - 0.92 * size, y + 0.92 * size):
        lay_strokes(
            picture,
            np.array([[x - 0.36 * size, row]]),
            np.array([[x + 0.36 * size, row]]),
            widths=(0.09 * size, 0.09 * size),
            colour=cap,
        )
    lay_strokes(
        picture,
        np.array([[x, y + 0.95 * size]]),
        np.array([[x, y + 1.65 * size]]),
        widths=(0.05 * size, 0.11 * size),
        colour=easel.light.shine_on(paper * np.float32(0.7), 0.7),
    )


def _float_lanterns(easel: Easel, water: Plane) -> None:
    """A loose train of small lights that drifts away from the viewer, within the open water."""
    generator = easel.create_generator("floating")
    open_water = water > 0.9
    level = int(np.argmax(open_water.any(axis=1)))
    count = 19
    depth = np.sort((np.arange(count) + generator.random(count)) / count) ** 1.35 * 0.82 + 0.05
    y = level + depth * (easel.height - level) * 0.92
    x = np.empty(count)
    for number, row in enumerate(y.astype(int)):
        columns = np.flatnonzero(open_water[row])
        share = np.clip(0.46 + 0.20 * np.sin(4.4 * depth[number]) + generator.normal(0, 0.20), 0.12, 0.88)
        x[number] = columns[int(share * (len(columns) - 1))] if len(columns) else -99.0
    kept = x >= 0
    x, y, depth = x[kept], y[kept], depth[kept]
    size = (3.0 + 23.0 * depth) * easel.unit
    papers = np.stack([read_colour(PAPERS[index]) for index in generator.integers(len(PAPERS), size=count)])
    _spread_glow(easel, x, y - 0.3 * size, size, papers[: len(x)])
    for number in range(len(x)):
        _reflect_light(easel, float(x[number]), float(y[number]), float(size[number]), papers[number], generator)
        _draw_float(easel, float(x[number]), float(y[number]), float(size[number]), papers[number])


def _reflect_light(
    easel: Easel, x: float, y: float, size: float, paper: Colour, generator: np.random.Generator
) -> None:
    """A column of short dashes under the light."""
    count = 16
    down = generator.random(count) ** 1.4
    at = x + generator.normal(0, 0.16 * size, count) * (0.6 + down)
    lay_dabs(
        easel.picture,
        at,
        y + size * (0.35 + 3.6 * down),
        length=size * generator.uniform(0.22, 0.62, count) * (1.1 - 0.6 * down),
        width=np.maximum(0.5, 0.075 * size) * np.ones(count),
        colour=blend(paper, FLAME, 0.35),
        opacity=(0.75 * _measure_darkness(easel) + 0.15) * (1.0 - 0.8 * down),
        softness=0.9,
    )


def _draw_float(easel: Easel, x: float, y: float, size: float, paper: Colour) -> None:
    """A small box of paper on a dark board."""
    picture = easel.picture
    board = easel.light.shine_on(read_colour("4A3A30"), 0.3)
    lay_strokes(
        picture,
        np.array([[x - 0.55 * size, y + 0.28 * size]]),
        np.array([[x + 0.55 * size, y + 0.28 * size]]),
        widths=(0.10 * size, 0.10 * size),
        colour=board,
    )
    columns = x + size * np.linspace(-0.40, 0.40, 9)
    tops = np.stack((x + (columns - x) * 1.16, np.full(9, y - 0.78 * size)), axis=1)
    feet = np.stack((columns, np.full(9, y + 0.20 * size)), axis=1)
    inner = 0.55 * (1 - np.abs(np.linspace(-1, 1, 9))) ** 0.7
    colour = np.stack([_shine(easel, paper, float(value)) for value in inner])
    lay_strokes(picture, tops, feet, widths=(0.065 * size, 0.065 * size), colour=colour)
    lay_dabs(
        picture,
        np.array([x]),
        np.array([y - 0.12 * size]),
        length=0.40 * size,
        width=0.30 * size,
        angle=1.57,
        colour=FLAME,
        opacity=0.35 + 0.6 * _measure_darkness(easel),
        softness=1.4,
    )
