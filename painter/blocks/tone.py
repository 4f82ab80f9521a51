"""White balance and tone, the first step of every style: a dark or yellow photo shall paint as well as a good one."""

from __future__ import annotations

import cv2
import numpy as np

from painter.arrays import Picture, Plane
from painter.blocks.curves import clamp

STRETCH_STRENGTH = 0.7
GAMMA_RANGE = (0.75, 1.2)
GAIN_RANGE = (0.85, 1.2)
GAIN_POWER = 0.7
MIN_TONE_RANGE = 8.0
FACE_LIGHTS = 66.0
"""L that the brightest parts of a face should reach. Its lights are measured, not its middle: a face in shadow has
none, dark skin in good light has them, and must stay dark skin."""
MIN_FACE_GAMMA = 0.5


def to_lab(picture: Picture) -> Picture:
    """CIE Lab (L 0-100, a and b about -127..127) of an RGB picture 0-1."""
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2Lab), dtype=np.float32)


def to_rgb(lab: Picture) -> Picture:
    """RGB 0-1, clipped, of a Lab picture."""
    return clamp(np.asarray(cv2.cvtColor(lab, cv2.COLOR_Lab2RGB), dtype=np.float32), 0.0, 1.0)


def balance_white(picture: Picture) -> Picture:
    """Pull the brightest tones of the three channels together, mildly (RGB 0-1 in and out)."""
    sample = picture[::4, ::4].reshape(-1, 3)
    lights = np.asarray(np.percentile(sample, 97, axis=0), dtype=np.float32)
    if float(lights.min()) < 0.05:
        return picture
    gains = np.asarray(float(lights.mean()) / lights, dtype=np.float32)
    return clamp(picture * clamp(gains, *GAIN_RANGE) ** np.float32(GAIN_POWER), 0.0, 1.0)


def stretch_tone(lightness: Plane) -> Plane:
    """L (0-100) with its percentiles 0.5 and 99.5 pulled towards black and white and its median towards 50."""
    sample = lightness[::4, ::4]
    low, high = (float(v) for v in np.percentile(sample, (0.5, 99.5)))
    if high - low < MIN_TONE_RANGE:
        return lightness
    stretched = (lightness - np.float32(low)) * np.float32(100.0 / (high - low))
    mixed = clamp(lightness + (stretched - lightness) * np.float32(STRETCH_STRENGTH), 0.0, 100.0)
    median = float(np.clip(np.median(mixed[::4, ::4]) / 100.0, 0.02, 0.98))
    gamma = float(np.clip(np.log(0.5) / np.log(median), *GAMMA_RANGE))
    return np.asarray(100.0 * (mixed * np.float32(0.01)) ** np.float32(gamma), dtype=np.float32)


def lift_shadowed_faces(lightness: Plane, faces: Plane) -> Plane:
    """L (0-100) with its shadows opened when the faces (mask 0-1) stand against the light; otherwise unchanged."""
    inside = lightness[faces > 0.5]
    if inside.size == 0:
        return lightness
    lights = float(np.clip(np.percentile(inside, 97) / 100.0, 0.05, 0.95))
    if lights >= FACE_LIGHTS / 100.0:
        return lightness
    gamma = max(MIN_FACE_GAMMA, float(np.log(FACE_LIGHTS / 100.0) / np.log(lights)))
    return np.asarray(100.0 * (lightness * np.float32(0.01)) ** np.float32(gamma), dtype=np.float32)


def correct_tone(picture: Picture, faces: Plane) -> Picture:
    """White balance and tone of an RGB picture 0-1, as Lab; `faces` is a mask 0-1."""
    lab = to_lab(balance_white(picture))
    before = lab[..., 0]
    after = lift_shadowed_faces(stretch_tone(before), faces)
    # lifted shadows would turn grey
    lab[..., 1:] *= clamp((after + 8.0) / (before + 8.0), 1.0, 1.8)[..., None] ** np.float32(0.7)
    lab[..., 0] = after
    return lab
