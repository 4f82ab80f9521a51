"""Textures seen at a slant: on the ground, on water, on the ceiling of clouds."""

from __future__ import annotations

import cv2
import numpy as np

from painter.arrays import Plane, Values


def fetch(texture: Plane, map_x: Values, map_y: Values) -> Plane:
    """The texture, repeated without end, at the given columns and rows (arrays that broadcast to (H, W); pixels)."""
    shape = np.broadcast_shapes(map_x.shape, map_y.shape)
    columns = np.ascontiguousarray(np.broadcast_to(map_x, shape), dtype=np.float32)
    rows = np.ascontiguousarray(np.broadcast_to(map_y, shape), dtype=np.float32)
    fetched = cv2.remap(texture, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    return np.asarray(fetched, dtype=np.float32)


def look_down(texture: Plane, level: float) -> Plane:
    """(H, W): a texture of the picture's size lying on level ground below the row `level`, seen in perspective."""
    height, width = texture.shape
    down = np.maximum(np.arange(height, dtype=np.float32) - np.float32(level), 0.0) / np.float32(height)
    distance = (1.0 / (down + 0.03))[:, None]
    across = np.arange(width, dtype=np.float32)[None, :] - np.float32(0.5 * width)
    return fetch(texture, across * (0.20 * distance), np.float32(0.085 * height) * distance)
