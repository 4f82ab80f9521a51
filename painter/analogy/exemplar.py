"""The picture, or the sheet of pictures, that lends its look."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from painter.arrays import Photo, Picture, Plane

TILE_SHARE = 0.55
"""Side of an exemplar against the photo's: its strokes come out a little broader, as in a larger picture."""
MIN_SIDE_PX = 48


@dataclass(frozen=True)
class Exemplar:
    """A picture of any size (H, W, 3; uint8 RGB), made of `tiles` by `tiles` equal pictures."""

    picture: Photo
    tiles: int = 1

    def fit(self, photo_px: int) -> Picture:
        """RGB 0-1 of the size that suits a photo of so many pixels."""
        height, width = self.picture.shape[:2]
        scale = TILE_SHARE * self.tiles * float(np.sqrt(photo_px / (height * width)))
        size = (_fit_side(width, scale, photo_px), _fit_side(height, scale, photo_px))
        way = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_CUBIC
        return np.asarray(cv2.resize(self.picture, size, interpolation=way), dtype=np.float32) * np.float32(1 / 255)

    def mark_seams(self, shape: tuple[int, ...]) -> Plane:
        """1 on both sides of the borders between tiles, for the fitted picture's shape."""
        seams = np.zeros(shape[:2], dtype=np.float32)
        for tile in range(1, self.tiles):
            row, column = shape[0] * tile // self.tiles, shape[1] * tile // self.tiles
            seams[row - 1 : row + 1] = 1.0
            seams[:, column - 1 : column + 1] = 1.0
        return seams


def _fit_side(side_px: int, scale: float, photo_px: int) -> int:
    # a very long and thin exemplar is bent into something that holds patches
    return int(np.clip(round(side_px * scale), MIN_SIDE_PX, max(MIN_SIDE_PX, photo_px // MIN_SIDE_PX // 4)))
