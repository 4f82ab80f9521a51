"""How much of a photograph's shapes and pose a redrawn picture keeps."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from lora_training.sampling import Photo

_SIDE_PX = 96
_TOLERANCE_PX = 1.5
"""Lines may wander so far at that size and still be the same lines."""
_FLAT = 1e-6


def measure_likeness(photo: Photo, picture: Photo) -> float:
    """Correlation of where the lines are: 1 is the same places, 0 no relation. Colours and tones play no part.

    Both pictures (H, W, 3; RGB 0-255) may have different sizes; the photograph's shape counts.
    """
    scale = _SIDE_PX / max(photo.shape[:2])
    size = (max(1, round(photo.shape[1] * scale)), max(1, round(photo.shape[0] * scale)))
    first, second = _find_lines(photo, size), _find_lines(picture, size)
    return float((first * second).sum() / max(np.sqrt((first**2).sum() * (second**2).sum()), _FLAT))


def _find_lines(picture: Photo, size: tuple[int, int]) -> NDArray[np.float64]:
    """Strength of edges against the edges around, mean 0: a faint drawing counts as much as a bold one."""
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float64), (0, 0), 1.0)
    strength = np.hypot(cv2.Sobel(grey, cv2.CV_64F, 1, 0), cv2.Sobel(grey, cv2.CV_64F, 0, 1))
    soft = cv2.GaussianBlur(np.sqrt(strength), (0, 0), _TOLERANCE_PX)
    return np.asarray(soft - soft.mean(), dtype=np.float64)
