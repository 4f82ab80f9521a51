"""The sky from the zenith to the horizon: wash, glow, stars, moon and sun."""

from __future__ import annotations

import numpy as np

from painter.arrays import Picture, Plane
from painter.blocks.curves import clamp, mix, ramp
from painter.scenery.brush import lay_dabs
from painter.scenery.easel import Easel
from painter.scenery.light import blend, measure_luma
from painter.scenery.scene import Lanterns, Place, Time, Weather

STOPS = (0.0, 0.42, 0.76, 1.0)
"""Where the four sky colours stand between zenith and horizon."""
LOW_SUNS = {Place.SEA: 0.82, Place.FIELDS: 0.66, Place.FOREST: 0.80}
"""How far down to the horizon the sun of dawn and dusk stands; elsewhere it must clear the mountains."""
STARS = 560
"""On a picture of the reference size or larger; small ones show fewer."""


def paint_sky(easel: Easel) -> None:
    """Fill the whole picture with sky; what lies below the horizon is covered later."""
    y = np.arange(easel.height, dtype=np.float32)[:, None] / np.float32(easel.horizon)
    uneven = 0.050 * easel.make_noise("sky wash", cell=260, stretch=2.2) * np.clip(1.25 - y, 0.0, 1.0)
    easel.picture[:] = _blend_stops(easel, clamp(y + uneven, 0.0, 1.0))
    easel.picture[:] *= (1.0 + 0.012 * easel.make_noise("sky brush", cell=40, stretch=3.5))[..., None]
    _add_glow(easel)
    if easel.scene.time is Time.NIGHT and (easel.scene.stars or easel.scene.weather is Weather.CLEAR):
        _scatter_stars(easel)
    hang_disc(easel)


def hang_disc(easel: Easel) -> None:
    """The moon or the sun, when the scene shows one."""
    if easel.scene.moon:
        _hang_moon(easel)
    if shows_sun(easel):
        _hang_sun(easel)


def shows_sun(easel: Easel) -> bool:
    """Whether the sun's disc stands in the sky."""
    if easel.scene.time is Time.NIGHT or easel.scene.weather in (Weather.RAIN, Weather.SNOW):
        return False
    low = easel.scene.time in (Time.DAWN, Time.DUSK)
    return easel.scene.sun or (low and not easel.scene.moon and easel.scene.weather is not Weather.MIST)


def find_disc(easel: Easel) -> tuple[float, float, float]:
    """Centre x, y and radius of the sun or moon, in pixels."""
    generator = easel.create_generator("disc")
    lift = float(generator.uniform(-0.04, 0.04))
    if easel.scene.moon:
        # above a cord of lanterns
        share = 0.36 if easel.scene.lanterns is not Lanterns.HANGING else 0.20
        share = 0.64 if easel.scene.place is Place.FOREST else share
        return easel.light_x, easel.horizon * (share + lift), 27.0 * easel.unit
    share = 0.30 if easel.scene.time is Time.DAY else LOW_SUNS.get(easel.scene.place, 0.52)
    return easel.light_x, easel.horizon * (share + lift), 20.0 * easel.unit


def _blend_stops(easel: Easel, t: Plane) -> Picture:
    channels = [np.interp(t, STOPS, [float(colour[c]) for colour in easel.light.sky]) for c in range(3)]
    return np.stack(channels, axis=2).astype(np.float32)


def _measure_distance(easel: Easel, x: float, y: float, flatness: float = 1.0) -> Plane:
    across = (np.arange(easel.width, dtype=np.float32) - np.float32(x))[None, :]
    down = (np.arange(easel.height, dtype=np.float32) - np.float32(y))[:, None] * np.float32(flatness)
    return np.asarray(np.hypot(across, down), dtype=np.float32)


def _add_glow(easel: Easel) -> None:
    """The brighter air around the light, wide and flat near the horizon."""
    x, y, _ = find_disc(easel)
    strength = 0.30 if easel.scene.time is Time.DAY else 0.62
    if easel.scene.time is Time.NIGHT:
        strength = 0.42 if easel.scene.moon else 0.20
    reach = 0.34 * float(np.hypot(easel.width, easel.height))
    wide = np.exp(-((_measure_distance(easel, x, y, 1.35) / np.float32(reach)) ** np.float32(1.3)) * 2.2)
    near = np.exp(-(_measure_distance(easel, x, y) / np.float32(0.22 * reach)) * 1.6)
    breath = 1.0 + 0.10 * easel.make_noise("glow", cell=150, stretch=2.0)
    easel.picture[:] = mix(easel.picture, easel.light.glow, clamp(strength * breath * (0.6 * wide + 0.4 * near), 0, 1))


def _scatter_stars(easel: Easel) -> None:
    """Few bright stars, many faint ones, thinning out towards the horizon and near the moon."""
    generator = easel.create_generator("stars")
    veiled = easel.scene.weather is not Weather.CLEAR
    count = round(STARS * (0.35 if veiled else 1.0) * float(np.clip(easel.unit**2, 0.25, 1.0)))
    x, y = generator.uniform(0, easel.width, count), easel.horizon * generator.power(1.0, count) * 0.96
    size = 0.5 + 1.35 * generator.power(0.14, count)
    bright = (0.42 + 0.58 * generator.random(count)) * np.clip(1.25 - y / easel.horizon, 0.0, 1.0)
    band = easel.make_noise("star field", cell=170)[y.astype(int), x.astype(int)]
    bright *= np.clip(0.88 + 0.35 * band, 0.35, 1.2)
    if easel.scene.moon:
        moon_x, moon_y, radius = find_disc(easel)
        bright *= np.clip(np.hypot(x - moon_x, y - moon_y) / (7.0 * radius) - 0.25, 0.0, 1.0)
    warmth = generator.random((count, 1))
    colour = warmth * np.array((1.0, 0.93, 0.82)) + (1 - warmth) * np.array((0.86, 0.92, 1.0))
    radius_px = size * max(0.8, easel.unit)
    halo = np.where(size > 1.5, 0.10, 0.0) * bright
    lay_dabs(easel.picture, x, y, length=5 * radius_px, width=5 * radius_px, colour=colour, opacity=halo, softness=2.0)
    lay_dabs(easel.picture, x, y, length=radius_px, width=radius_px, colour=colour, opacity=np.minimum(1, bright))


def _hang_moon(easel: Easel) -> None:
    """A nearly full moon with its seas and a halo of two rings of air."""
    x, y, radius = find_disc(easel)
    distance = _measure_distance(easel, x, y)
    is_dark = measure_luma(easel.light.sky[0]) < 0.35
    halo = 0.34 * np.exp(-distance / (1.5 * radius)) + 0.20 * np.exp(-distance / (4.5 * radius))
    easel.picture[:] = mix(easel.picture, easel.light.glow, clamp(halo if is_dark else 0.5 * halo, 0, 1))
    seas = ramp(easel.make_noise("moon seas", cell=26, gain=0.45), -0.1, 1.4)
    pale = np.array((0.985, 0.965, 0.90), dtype=np.float32)
    grey = blend(pale, easel.light.sky[1], 0.22)
    disc = clamp((radius - distance) / max(1.0, 0.05 * radius) + 0.5, 0, 1) * (0.97 if is_dark else 0.72)
    easel.picture[:] = mix(easel.picture, mix(pale[None, None, :], grey[None, None, :], seas[..., None]), disc)


def _hang_sun(easel: Easel) -> None:
    """A pale disc that melts into its glow."""
    x, y, radius = find_disc(easel)
    distance = _measure_distance(easel, x, y)
    core = np.array((1.0, 0.975, 0.90), dtype=np.float32)
    halo = 0.55 * np.exp(-((distance / (2.6 * radius)) ** np.float32(1.2)))
    easel.picture[:] = mix(easel.picture, blend(easel.light.glow, core, 0.4), halo)
    easel.picture[:] = mix(easel.picture, core, 0.95 * clamp((radius - distance) / (0.10 * radius) + 0.5, 0, 1))
