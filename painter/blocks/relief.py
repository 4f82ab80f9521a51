"""Light on a surface of paint."""

from __future__ import annotations

import cv2
import numpy as np

from painter.arrays import Picture, Plane
from painter.blocks.curves import blur, clamp

TOWARDS_LIGHT = (-0.66, -0.75)
"""x, y: from the top left."""


def light_relief(picture: Picture, height_px: Plane, *, strength: Plane | float, gloss: float) -> Picture:
    """A picture (RGB 0-1) whose surface has a height, lit from the top left.

    `strength` (about 0-1) is the depth of light and shade, `gloss` the sheen of varnish on what faces the light.
    Source: Hertzmann 2002 (fast paint texture), with slopes compressed so that no ridge turns black or white.
    """
    smooth = blur(height_px, 0.6)
    slope_x = cv2.Scharr(smooth, cv2.CV_32F, 1, 0, scale=1 / 32)
    slope_y = cv2.Scharr(smooth, cv2.CV_32F, 0, 1, scale=1 / 32)
    facing = np.tanh(np.float32(-TOWARDS_LIGHT[0]) * slope_x + np.float32(-TOWARDS_LIGHT[1]) * slope_y)
    facing = np.asarray(facing, dtype=np.float32) * np.float32(1.0) * strength
    sheen = np.float32(gloss) * np.square(clamp(facing, 0.0, 1.0))
    return np.asarray(picture * (1.0 + 0.55 * facing)[..., None] + sheen[..., None], dtype=np.float32)
