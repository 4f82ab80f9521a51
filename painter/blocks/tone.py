"""White balance and tone, the first step of every style: a dark or yellow photo shall paint as well as a good one."""

from __future__ import annotations

import cv2
import numpy as np

from painter.arrays import Picture, Plane
from painter.blocks.curves import blur, clamp
from painter.decisions import Decide, decide_now

STRETCH_STRENGTH = 0.7
GAMMA_RANGE = (0.75, 1.2)
GAIN_RANGE = (0.85, 1.2)
GAIN_POWER = 0.7
MIN_TONE_RANGE = 8.0
FACE_LIGHTS = 66.0
"""L that the brightest parts of a face should reach. Its lights are measured, not its middle: a face in shadow has
none, dark skin in good light has them, and must stay dark skin."""
MIN_FACE_GAMMA = 0.5
MAX_FORM_GAIN, MAX_SHADE_GAIN = 2.2, 0.1
"""How far light and shade on a face in deep shadow are strengthened."""
FORM_SHARE = 0.06
"""Size of a face's forms against the picture's."""


def to_lab(picture: Picture) -> Picture:
    """CIE Lab (L 0-100, a and b about -127..127) of an RGB picture 0-1."""
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2Lab), dtype=np.float32)


def to_rgb(lab: Picture) -> Picture:
    """RGB 0-1, clipped, of a Lab picture."""
    return clamp(np.asarray(cv2.cvtColor(lab, cv2.COLOR_Lab2RGB), dtype=np.float32), 0.0, 1.0)


def balance_white(picture: Picture, decide: Decide = decide_now) -> Picture:
    """Pull the brightest tones of the three channels together, mildly (RGB 0-1 in and out)."""
    gains = decide("white", lambda: _measure_gains(picture))
    return picture if gains is None else clamp(picture * gains, 0.0, 1.0)


def _measure_gains(picture: Picture) -> Plane | None:
    """Factors on red, green and blue (3); None for a picture without lights."""
    lights = np.asarray(np.percentile(picture[::4, ::4].reshape(-1, 3), 97, axis=0), dtype=np.float32)
    if float(lights.min()) < 0.05:
        return None
    gains = np.asarray(float(lights.mean()) / lights, dtype=np.float32)
    return np.asarray(clamp(gains, *GAIN_RANGE) ** np.float32(GAIN_POWER), dtype=np.float32)


def stretch_tone(lightness: Plane, decide: Decide = decide_now) -> Plane:
    """L (0-100) with its percentiles 0.5 and 99.5 pulled towards black and white and its median towards 50."""
    low, high = decide("black and white", lambda: _measure_ends(lightness))
    if high - low < MIN_TONE_RANGE:
        return lightness
    stretched = (lightness - np.float32(low)) * np.float32(100.0 / (high - low))
    mixed = clamp(lightness + (stretched - lightness) * np.float32(STRETCH_STRENGTH), 0.0, 100.0)
    gamma = decide("middle", lambda: _measure_gamma(mixed))
    return np.asarray(100.0 * (mixed * np.float32(0.01)) ** np.float32(gamma), dtype=np.float32)


def _measure_ends(lightness: Plane) -> tuple[float, float]:
    low, high = np.percentile(lightness[::4, ::4], (0.5, 99.5))
    return float(low), float(high)


def _measure_gamma(lightness: Plane) -> float:
    median = float(np.clip(np.median(lightness[::4, ::4]) / 100.0, 0.02, 0.98))
    return float(np.clip(np.log(0.5) / np.log(median), *GAMMA_RANGE))


def lift_shadowed_faces(lightness: Plane, faces: Plane, decide: Decide = decide_now) -> Plane:
    """L (0-100) with its shadows opened when the faces (mask 0-1) stand against the light; otherwise unchanged."""
    gamma = decide("faces against the light", lambda: _measure_lift(lightness, faces))
    if gamma is None:
        return lightness
    lifted = np.asarray(100.0 * (lightness * np.float32(0.01)) ** np.float32(gamma), dtype=np.float32)
    # what was crowded together in the dark is told apart again, or the face would be a pale mask
    reach_px = FORM_SHARE * float(np.sqrt(lifted.size))
    # the mean of the face alone: with the bright room in it, a face would get a dark rim
    forms = lifted - blur(lifted * faces, reach_px) / np.maximum(blur(faces, reach_px), np.float32(0.05))
    # lights more than shades, as the face is still in shadow and dark skin must not turn black
    gain = np.where(forms > 0.0, np.float32(MAX_FORM_GAIN), np.float32(MAX_SHADE_GAIN)) * np.float32(1.0 - gamma)
    return clamp(lifted + gain * faces * forms, 0.0, 100.0)


def _measure_lift(lightness: Plane, faces: Plane) -> float | None:
    inside = lightness[faces > 0.5]
    if inside.size == 0:
        return None
    lights = float(np.clip(np.percentile(inside, 97) / 100.0, 0.05, 0.95))
    if lights >= FACE_LIGHTS / 100.0:
        return None
    return max(MIN_FACE_GAMMA, float(np.log(FACE_LIGHTS / 100.0) / np.log(lights)))


def correct_tone(picture: Picture, faces: Plane, decide: Decide = decide_now) -> Picture:
    """White balance and tone of an RGB picture 0-1, as Lab; `faces` is a mask 0-1."""
    lab = to_lab(balance_white(picture, decide))
    before = lab[..., 0]
    after = lift_shadowed_faces(stretch_tone(before, decide), faces, decide)
    # lifted shadows would turn grey
    lab[..., 1:] *= clamp((after + 8.0) / (before + 8.0), 1.0, 1.8)[..., None] ** np.float32(0.7)
    lab[..., 0] = after
    return lab
