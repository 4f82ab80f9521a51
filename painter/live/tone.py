"""Tone and white balance of a stream of frames: what the full styles measure once is followed slowly here."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from painter.arrays import Photo, Picture, Plane
from painter.blocks.tone import (
    FACE_LIGHTS,
    GAIN_POWER,
    GAIN_RANGE,
    GAMMA_RANGE,
    MIN_FACE_GAMMA,
    MIN_TONE_RANGE,
    STRETCH_STRENGTH,
    to_lab,
)

EASE = 0.07
"""Share of the way to the newest measurement that each frame goes: about a second at 20 frames a second."""
SAMPLE_STEP = 8

PLAIN_CURVES: Picture = np.repeat(np.arange(256, dtype=np.float32)[None, :], 3, axis=0)
"""Curves that change nothing."""

Levels = NDArray[np.float64]


def _build_greys() -> Plane:
    greys = np.repeat(np.linspace(0.0, 1.0, 1025, dtype=np.float32)[None, :, None], 3, axis=2)
    return np.ascontiguousarray(to_lab(greys)[0, :, 0])


class ToneKeeper:
    """Follows gains, black, white and gamma of the frames; flat and black frames are left as they are."""

    def __init__(self) -> None:
        self._measured: Levels | None = None
        self._greys = _build_greys()

    def follow(self, frame: Photo, face: Plane) -> Picture:
        """Curves for the next frame, (3, 256) float32: level in, level 0-255 out; `face` is a mask 0-1 of any size.

        The first frame is taken at its word, so that a still picture looks right at once.
        """
        newest = measure_tone(frame, face)
        if self._measured is None:
            self._measured = newest
        self._measured = self._measured + EASE * (newest - self._measured)
        return self._draw_curves(self._measured)

    def _draw_curves(self, measured: Levels) -> Picture:
        gains, (low, high, gamma) = measured[:3], measured[3:]
        levels = np.clip(np.linspace(0.0, 1.0, 256)[None, :] * gains[:, None], 0.0, 1.0)
        lightness = np.interp(levels, np.linspace(0.0, 1.0, len(self._greys)), self._greys)
        bent = 100.0 * (_stretch(lightness, low, high) / 100.0) ** gamma
        return np.asarray(255.0 * np.interp(bent, self._greys, np.linspace(0.0, 1.0, len(self._greys))), np.float32)


def measure_tone(frame: Photo, face: Plane) -> Levels:
    """Gains of red, green and blue, then the L (0-100) of black and white, then gamma. See painter.blocks.tone."""
    sample = frame[SAMPLE_STEP // 2 :: SAMPLE_STEP, SAMPLE_STEP // 2 :: SAMPLE_STEP].astype(np.float32) / 255.0
    gains = _measure_gains(sample)
    lightness = to_lab(np.asarray(np.clip(sample * gains, 0.0, 1.0), dtype=np.float32))[..., 0]
    low, high = (float(value) for value in np.percentile(lightness, (0.5, 99.5)))
    if high - low < MIN_TONE_RANGE:
        return np.array([*gains, 0.0, 100.0, 1.0])
    stretched = _stretch(lightness, low, high)
    middle = float(np.clip(np.median(stretched) / 100.0, 0.02, 0.98))
    gamma = float(np.clip(np.log(0.5) / np.log(middle), *GAMMA_RANGE))
    return np.array([*gains, low, high, gamma * _measure_lift(stretched, gamma, face)])


def _measure_gains(sample: Picture) -> Levels:
    lights = np.percentile(sample.reshape(-1, 3), 97, axis=0)
    if lights.min() < 0.05:
        return np.ones(3)
    return np.asarray(np.clip(lights.mean() / lights, *GAIN_RANGE) ** GAIN_POWER)


def _stretch(lightness: Plane | Levels, low: float, high: float) -> Levels:
    full = (np.asarray(lightness, dtype=np.float64) - low) * (100.0 / (high - low))
    return np.clip(lightness + (full - lightness) * STRETCH_STRENGTH, 0.0, 100.0)


def _measure_lift(stretched: Levels, gamma: float, face: Plane) -> float:
    """Factor on gamma that opens the shadows when the faces stand against the light; 1 otherwise."""
    height, width = stretched.shape
    rows = np.arange(height) * face.shape[0] // height
    columns = np.arange(width) * face.shape[1] // width
    inside = stretched[face[rows[:, None], columns[None, :]] > 0.5]
    if inside.size == 0:
        return 1.0
    lights = float(np.clip((np.percentile(inside, 97) / 100.0) ** gamma, 0.05, 0.95))
    if lights >= FACE_LIGHTS / 100.0:
        return 1.0
    return max(MIN_FACE_GAMMA, float(np.log(FACE_LIGHTS / 100.0) / np.log(lights)))
