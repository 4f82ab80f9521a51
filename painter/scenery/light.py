"""Colour scripts: what the light of each time, season and weather does to a landscape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from painter.scenery.scene import Scene, Season, Time, Weather

Colour: TypeAlias = NDArray[np.float32]
"""(3,), RGB 0-1."""


def read_colour(code: str) -> Colour:
    """A colour from six hexadecimal digits."""
    return np.array([int(code[index : index + 2], 16) / 255.0 for index in (0, 2, 4)], dtype=np.float32)


SNOW = read_colour("F1F4F8")


def blend(first: Colour, second: Colour, share: float) -> Colour:
    """`first` at share 0, `second` at share 1."""
    return np.asarray(first + (second - first) * np.float32(share), dtype=np.float32)


def measure_luma(colour: Colour) -> float:
    """Brightness 0-1 of a colour."""
    return float(colour @ np.array((0.30, 0.59, 0.11), dtype=np.float32))


@dataclass(frozen=True)
class Light:
    """The light of one scene. Sky colours from the zenith down to the horizon; `key` and `ambient` multiply what they
    fall on; `glow` surrounds sun or moon; `haze` is the colour of mist, `distance` of far things; `haziness` 0-1."""

    sky: tuple[Colour, Colour, Colour, Colour]
    key: Colour
    ambient: Colour
    glow: Colour
    cloud_lit: Colour
    cloud_shade: Colour
    haze: Colour
    distance: Colour
    haziness: float

    def shine_on(self, local: Colour, lit: float) -> Colour:
        """A thing's own colour under this light; `lit` 0 in shadow, 1 facing the light."""
        return local * blend(self.ambient, self.key, lit)

    def fade(self, colour: Colour, distance: float) -> Colour:
        """Aerial perspective; `distance` 0 (here) to 1 (horizon)."""
        return blend(colour, self.distance, min(0.97, distance * (0.78 + 0.3 * self.haziness)))


_SKIES: dict[tuple[Time, Season], str] = {
    (Time.DAWN, Season.SPRING): "7F97C0 B9B3CF EFC8C6 FCE5CB",
    (Time.DAWN, Season.SUMMER): "638DB8 A3BBCB EFD2B5 FEE6BA",
    (Time.DAWN, Season.AUTUMN): "7287AA B3A9BA EDBF9F FBE0B2",
    (Time.DAWN, Season.WINTER): "758DB3 ADB3CC DFC6CE F7E1D4",
    (Time.DAY, Season.SPRING): "82B0D2 ABCCDF D4E3E2 F3ECDF",
    (Time.DAY, Season.SUMMER): "5593C6 88B8D9 BDD9E5 E9F0E9",
    (Time.DAY, Season.AUTUMN): "6397BE 96BBCF CCD9D7 F2E7D1",
    (Time.DAY, Season.WINTER): "93B1C8 B7CAD7 D9E2E6 F1EFEC",
    (Time.DUSK, Season.SPRING): "5F6D9D A68BAA E5A69D F8D0A3",
    (Time.DUSK, Season.SUMMER): "435D93 8D7EA7 E59F86 FACB85",
    (Time.DUSK, Season.AUTUMN): "4B5482 97738E DC8C6C F5C07A",
    (Time.DUSK, Season.WINTER): "506291 8D89AC CBA4AE EFCBB3",
    (Time.NIGHT, Season.SPRING): "172447 263B64 415A80 6C8299",
    (Time.NIGHT, Season.SUMMER): "122144 20385F 36577D 5F7F98",
    (Time.NIGHT, Season.AUTUMN): "192140 2A355C 475177 7A7A90",
    (Time.NIGHT, Season.WINTER): "1C2A47 304568 4F6989 8495A8",
}

_KEYS = {Time.DAWN: "FFE3CC", Time.DAY: "FFFBEF", Time.DUSK: "FFCB9F", Time.NIGHT: "8AA0C6"}
_AMBIENTS = {Time.DAWN: "8C92B4", Time.DAY: "93A6BE", Time.DUSK: "6B678E", Time.NIGHT: "2C3A5C"}
_GLOWS = {Time.DAWN: "FFEBC4", Time.DAY: "FFFBEA", Time.DUSK: "FFDD9C", Time.NIGHT: "C3D2DF"}
_CLOUDS = {
    Time.DAWN: ("FCE0D0", "B9AEC6"),
    Time.DAY: ("FDFBF5", "B4C2D0"),
    Time.DUSK: ("F7B890", "85769B"),
    Time.NIGHT: ("74879F", "1F2E4E"),
}

_VEILS = {
    Weather.CLEAR: ("FFFFFF", 0.0, 1.0, 0.0),
    Weather.CLOUDS: ("C9D0D6", 0.20, 0.97, 0.15),
    Weather.MIST: ("E6E6E2", 0.34, 0.98, 0.9),
    Weather.RAIN: ("97A4AE", 0.66, 0.80, 0.75),
    Weather.SNOW: ("D3D9E0", 0.52, 0.98, 0.6),
}
"""Colour that the sky is drawn to, how far, a factor on all brightness, and the haziness."""


def find_light(scene: Scene) -> Light:
    """The light of a scene."""
    veil_code, share, dimming, haziness = _VEILS[scene.weather]
    key = read_colour(_KEYS[scene.time])
    veil = read_colour(veil_code) * _tint_veil(scene.time)
    sky = tuple(
        blend(read_colour(code), veil, share) * np.float32(dimming) for code in _SKIES[scene.time, scene.season].split()
    )
    lit, shade = (blend(read_colour(code), veil, 0.7 * share) * np.float32(dimming) for code in _CLOUDS[scene.time])
    overcast = min(1.0, 1.2 * share)
    ambient = read_colour(_AMBIENTS[scene.time])
    is_low = scene.time in (Time.DAWN, Time.DUSK)
    diffuse = blend(key, ambient, 0.35)
    return Light(
        sky=(sky[0], sky[1], sky[2], sky[3]),
        key=blend(key, diffuse, overcast) * np.float32(dimming),
        ambient=blend(ambient, diffuse, 0.35 * overcast) * np.float32(dimming),
        glow=blend(read_colour(_GLOWS[scene.time]), veil, 0.5 * share),
        cloud_lit=lit,
        cloud_shade=shade,
        haze=blend(blend(sky[2], sky[3], 0.55), sky[1], 0.38 if scene.time is Time.DUSK else 0.24),
        distance=blend(sky[2], blend(sky[0], sky[1], 0.5), 0.62 if is_low else 0.42) * np.float32(0.97),
        haziness=haziness,
    )


def _tint_veil(time: Time) -> Colour:
    """What a grey veil turns to at that time."""
    tints = {Time.DAWN: "F5E6E2", Time.DAY: "FFFFFF", Time.DUSK: "C3A6AE", Time.NIGHT: "42526E"}
    return read_colour(tints[time])
