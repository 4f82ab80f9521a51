"""The unsteady hand."""

from __future__ import annotations

import cv2
import numpy as np

from painter.arrays import Picture, Plane


def shift_pixels(picture: Picture, shift_x: Plane, shift_y: Plane) -> Picture:
    """Fetch every pixel from (x + shift_x, y + shift_y), in pixels; the sides are repeated."""
    height, width = shift_x.shape
    map_x = np.arange(width, dtype=np.float32)[None, :] + shift_x
    map_y = np.arange(height, dtype=np.float32)[:, None] + shift_y
    moved = cv2.remap(picture, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, dtype=np.float32)
