"""Melting details of the halved frame, on this thread alone: OpenCV splits its work from 98,304 pixels on only."""

from __future__ import annotations

import cv2
import numpy as np

from painter.arrays import Photo, Plane
from painter.blocks.curves import mix

RADIUS_PX = 5
REACH_PX = 3.0


def melt(half: Photo, *, contrast: float, passes: int, face: Plane, care: float) -> Photo:
    """The halved frame inside its shapes made even; `contrast` (levels 0-255) is the step that stops it.

    In faces (mask 0-1) a share of `care` is smoothed gently only. Source: Tomasi and Manduchi 1998 (bilateral filter).
    """
    gentle = cv2.bilateralFilter(half, RADIUS_PX, 0.5 * contrast, REACH_PX)
    smooth = cv2.bilateralFilter(half, RADIUS_PX, contrast, REACH_PX)
    for _ in range(passes - 1):
        smooth = cv2.bilateralFilter(smooth, RADIUS_PX, contrast, REACH_PX)
    if not face.any():
        return np.asarray(smooth, dtype=np.uint8)
    mixed = mix(smooth.astype(np.float32), gentle.astype(np.float32), np.float32(care) * face)
    return np.asarray(mixed + 0.5, dtype=np.uint8)
