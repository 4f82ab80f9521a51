"""Style pictures of known character, made by formula."""

from __future__ import annotations

import cv2
import numpy as np

from painter.arrays import Photo, Plane

HEIGHT_PX, WIDTH_PX = 400, 300
NAVY, ORANGE, CREAM = (28, 52, 88), (226, 92, 62), (244, 226, 190)


def make_tones(seed: int) -> Plane:
    """(400, 300) of smooth blobs, 0-1."""
    noise = np.random.default_rng(seed).standard_normal((9, 7)).astype(np.float32)
    tones = cv2.resize(noise, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_CUBIC)
    return np.asarray((tones - tones.min()) / (tones.max() - tones.min()), dtype=np.float32)


def make_poster(seed: int = 3) -> Photo:
    """Three flat colours."""
    levels = np.digitize(make_tones(seed), [0.42, 0.6])
    return np.array([NAVY, ORANGE, CREAM], dtype=np.uint8)[levels]


def make_hatching(seed: int = 4, period_px: float = 5.0) -> Photo:
    """Dark slanting lines on cream; their width makes the tone."""
    y, x = np.mgrid[:HEIGHT_PX, :WIDTH_PX].astype(np.float32)
    wave = 0.5 + 0.5 * np.sin(2 * np.pi * (0.6 * x + 0.8 * y) / period_px)
    ink = np.clip((1.0 - make_tones(seed) - wave) * 4.0 + 0.5, 0.0, 1.0)[..., None]
    return np.asarray(ink * (35, 30, 45) + (1.0 - ink) * (245, 238, 222), dtype=np.uint8)


def make_brushwork(seed: int = 5, *, warm: bool = False) -> Photo:
    """Blue to yellow (or red to cream) tones under smeared bristle marks."""
    tones = make_tones(seed)
    marks = np.random.default_rng(seed).standard_normal((HEIGHT_PX, WIDTH_PX)).astype(np.float32)
    marks = cv2.GaussianBlur(marks, (0, 0), sigmaX=6.0, sigmaY=0.8)
    marks *= 0.12 / marks.std()
    stops = ([60, 190, 230, 250], [20, 60, 150, 230], [30, 40, 90, 190])
    if not warm:
        stops = ([10, 30, 90, 250], [30, 90, 160, 220], [90, 170, 190, 70])
    colours = np.stack([np.interp(tones, [0.0, 0.35, 0.65, 1.0], stop) for stop in stops], axis=-1)
    return np.asarray(np.clip(colours * (1.0 + marks[..., None]), 0, 255), dtype=np.uint8)
