"""Faces that no crop may cut, small ones in a large picture too."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from painter import Box, detect_faces

MIN_TILE_PX = 256


def find_faces(picture: NDArray[np.uint8]) -> list[Box]:
    """Faces in a picture (H, W, 3; RGB 0-255), the largest first.

    The painter looks at a reduced picture and so sees large faces only; here the parts are looked at as well, squares
    of half the longer side. A face below a 25th of that side is too small to be learnt from, and may be missed.
    """
    found = [*detect_faces(picture)]
    for tile in _list_tiles(picture.shape[1], picture.shape[0]):
        part = np.ascontiguousarray(picture[tile.y : tile.y + tile.height, tile.x : tile.x + tile.width])
        found += [Box(tile.x + face.x, tile.y + face.y, face.width, face.height) for face in detect_faces(part)]
    return _drop_repeated(sorted(found, key=lambda box: (-box.width, box)))


def _list_tiles(width: int, height: int) -> Iterator[Box]:
    """Squares that overlap by half or more; none for a picture that is hardly larger than one."""
    side = min(width, height, max(MIN_TILE_PX, max(width, height) // 2))
    if max(width, height) < 1.25 * side:
        return
    for y in _spread(height, side):
        for x in _spread(width, side):
            yield Box(x, y, side, side)


def _spread(length: int, part: int) -> list[int]:
    """Where parts begin that cover a length evenly."""
    gaps = math.ceil(2 * (length - part) / part)
    return [index * (length - part) // gaps for index in range(gaps + 1)] if gaps else [0]


def _drop_repeated(faces: list[Box]) -> list[Box]:
    kept: list[Box] = []
    for face in faces:
        if not any(_holds(other, face.centre) for other in kept):
            kept.append(face)
    return kept


def _holds(box: Box, point: tuple[float, float]) -> bool:
    return box.x <= point[0] <= box.x + box.width and box.y <= point[1] <= box.y + box.height
