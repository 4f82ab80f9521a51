"""Frames that several tests paint."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from painter.arrays import Photo
from painter.live import LivePainter, Lut, learn_lut, list_live_styles

STYLE_IDS = list_live_styles()


def add_noise(photo: Photo, generator: np.random.Generator, sigma: float = 2.5) -> Photo:
    """The photo as a sensor sees it once."""
    return np.asarray(np.clip(photo + generator.normal(0.0, sigma, photo.shape), 0, 255), dtype=np.uint8)


def measure_change(first: Photo, second: Photo) -> float:
    """Mean |difference| in levels."""
    return float(np.abs(first.astype(np.int16) - second).mean())


def paint_frames(style: str | Lut, frames: list[Photo], *, seed: int = 0) -> list[Photo]:
    """What one preview shows."""
    painter = LivePainter(style, seed=seed)
    return [painter.paint(frame) for frame in frames]


@pytest.fixture(scope="session")
def frame(portrait: Photo) -> Photo:
    """320x240 upright frame with one face."""
    return np.asarray(cv2.resize(portrait, (240, 320), interpolation=cv2.INTER_AREA), dtype=np.uint8)


@pytest.fixture(scope="session")
def noisy_frames(frame: Photo) -> list[Photo]:
    """The same scene, 12 times."""
    generator = np.random.default_rng(4)
    return [add_noise(frame, generator) for _ in range(12)]


@pytest.fixture(scope="session")
def warm_lut(frame: Photo) -> Lut:
    """A look that turns blue down and red up."""
    after = np.clip(frame * np.array([1.15, 1.0, 0.7]) + 8, 0, 255).astype(np.uint8)
    return learn_lut(frame, after)
