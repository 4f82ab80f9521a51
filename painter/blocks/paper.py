"""Paper: colour, surface and the light that grazes it."""

from __future__ import annotations

import cv2
import numpy as np

from painter.arrays import Picture, Plane
from painter.blocks.curves import clamp
from painter.blocks.noise import make_fbm
from painter.blocks.textures import TextureBank


def get_cold_pressed(textures: TextureBank, unit: float) -> Plane:
    """Height 0-1 of a rough watercolour sheet; hills of about 9 reference pixels."""

    def build(generator: np.random.Generator) -> Plane:
        coarse = make_fbm(textures.shape, cell_px=max(1.5, 6.5 * unit), gain=0.42, generator=generator)
        fine = make_fbm(textures.shape, cell_px=max(1.0, 2.6 * unit), gain=0.5, generator=generator)
        return np.asarray(0.5 + 0.5 * np.tanh(0.62 * coarse + 0.28 * fine), dtype=np.float32)

    return textures.get_plane(f"paper, cold pressed {unit:.3f}", build)


def light_surface(height: Plane, strength: float, unit: float) -> Plane:
    """Brightness factor around 1 of a height field 0-1 lit from the top left."""
    reach = max(1.0, unit)
    slope_x = cv2.Scharr(height, cv2.CV_32F, 1, 0, scale=1 / 32)
    slope_y = cv2.Scharr(height, cv2.CV_32F, 0, 1, scale=1 / 32)
    return np.asarray(1.0 + np.float32(strength * reach) * (slope_x + slope_y), dtype=np.float32)


def make_sheet(shape: tuple[int, int], colour: tuple[float, float, float], shading: Plane) -> Picture:
    """RGB 0-1 of bare paper: one colour times its shading."""
    sheet = np.empty((*shape, 3), dtype=np.float32)
    for channel, level in enumerate(colour):
        np.multiply(shading, np.float32(level), out=sheet[..., channel])
    return clamp(sheet, 0.0, 1.0)
