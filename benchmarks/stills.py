"""Photographs for measurements, made here: as large and as hard to decode as a booth camera's."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image


def make_still(target_bytes: int = 3_000_000, *, seed: int = 0) -> bytes:
    """A JPEG of 2448 x 3264 px with soft shapes and sensor noise, within a few percent of `target_bytes`."""
    rng = np.random.default_rng(seed)
    shapes = Image.fromarray(rng.integers(0, 256, (17, 13, 3), dtype=np.uint8)).resize(
        (2448, 3264), Image.Resampling.BICUBIC
    )
    soft = np.asarray(shapes, dtype=np.int16)
    low, high = 0.0, 40.0
    noise = rng.standard_normal(soft.shape[:2], dtype=np.float32)[..., None]
    for _ in range(7):
        middle = (low + high) / 2
        image = _encode(soft, noise, middle)
        low, high = (middle, high) if len(image) < target_bytes else (low, middle)
    return image


def _encode(soft: np.ndarray, noise: np.ndarray, strength: float) -> bytes:
    pixels = np.clip(soft + strength * noise, 0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=92)
    return buffer.getvalue()
