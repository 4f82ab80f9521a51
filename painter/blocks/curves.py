"""Small functions of one value, applied to whole planes."""

from __future__ import annotations

import cv2
import numpy as np

from painter.arrays import Picture, Plane, Values


def clamp(values: Values, low: float, high: float) -> Plane:
    """Values, none below `low` or above `high`."""
    return np.asarray(np.clip(values, low, high), dtype=np.float32)


def ramp(values: Values, start: float, end: float) -> Plane:
    """Smooth step: 0 at `start`, 1 at `end` (which may be the smaller one), flat tangents at both."""
    t = clamp((values - np.float32(start)) * np.float32(1.0 / (end - start)), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def mix(first: Values, second: Values, share: Values | float) -> Picture:
    """`first` where `share` is 0, `second` where it is 1; a plane also mixes pictures."""
    weight = np.asarray(share, dtype=np.float32)
    if first.ndim == 3 and weight.ndim == 2:
        weight = weight[..., None]
    return np.asarray(first + (second - first) * weight, dtype=np.float32)


def blur(values: Values, sigma_px: float) -> Picture:
    """Gaussian blur; wide ones run on a reduced copy, which is as good for the eye and many times faster."""
    values = np.asarray(values, dtype=np.float32)
    if sigma_px < 0.3:
        return values
    reduction = min(8, int(sigma_px // 3))
    height, width = values.shape[:2]
    if reduction < 2 or min(height, width) < 8 * reduction:
        return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma_px, borderType=cv2.BORDER_REFLECT), dtype=np.float32)
    small_size = (max(1, width // reduction), max(1, height // reduction))
    small = cv2.resize(values, small_size, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma_px / reduction, borderType=cv2.BORDER_REFLECT)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32)
