"""Scenes that several tests paint, and how they are looked at."""

from __future__ import annotations

import numpy as np

from painter import Scene, paint_scene
from painter.arrays import Photo, Plane

SMALL = {"width": 144, "height": 192}


def paint_small(scene: Scene, seed: int = 5) -> Photo:
    """144x192."""
    return paint_scene(scene, seed=seed, **SMALL)


def measure_luma(picture: Photo) -> Plane:
    """0-1 for every pixel."""
    return np.asarray(picture.astype(np.float32) @ np.array((0.30, 0.59, 0.11), np.float32) / 255.0)
