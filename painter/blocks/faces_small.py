"""Faces that a look at the whole picture passes over, because they are small in it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import cv2
import numpy as np

from painter.arrays import Photo
from painter.blocks.faces import create_classifier, find_faces, search_tilted
from painter.boxes import Box

MIN_TILE_PX = 256
TILE_SEARCH_PX = 400
MIN_NEIGHBOURS = 4
CONTRAST = (2.0, (4, 4))
"""Limit and grid of the local contrast."""


def find_all_faces(photo: Photo) -> list[Box]:
    """Faces in an RGB photo, the largest first, from those that fill it down to a 30th of the longer side."""
    return _drop_repeated([*find_faces(photo), *find_small_faces(photo)])


def find_small_faces(photo: Photo) -> list[Box]:
    """Faces in squares of half the longer side that overlap by half, the largest first.

    There are nine squares at most in a usual format and each is reduced, so the time is bounded: about a third of what
    `cv2.stylization` needs for 768x1024 pixels. Heads are looked for upright only; among so many places patterns
    would too often be taken for tilted ones. Contrast is evened out locally (Zuiderveld 1994), as a small face has
    little part in the contrast of the whole.
    """
    classifier = create_classifier()
    grey = np.asarray(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    found = []
    for tile in list_tiles(photo.shape[1], photo.shape[0]):
        part = grey[tile.y : tile.y + tile.height, tile.x : tile.x + tile.width]
        reduction = max(1.0, tile.width / TILE_SEARCH_PX)
        side = round(tile.width / reduction)
        small = cv2.resize(part, (side, side), interpolation=cv2.INTER_AREA)
        even = np.asarray(cv2.createCLAHE(*CONTRAST).apply(small), dtype=np.uint8)
        for x, y, width, height in search_tilted(classifier, even, tilt_deg=0.0, min_neighbours=MIN_NEIGHBOURS):
            x, y, width, height = (round(reduction * value) for value in (x, y, width, height))
            found.append(Box(tile.x + x, tile.y + y, width, height))
    return _drop_repeated(found)


def list_tiles(width: int, height: int) -> Iterator[Box]:
    """Squares that overlap by half or more; none for a picture that is hardly larger than one."""
    if max(width, height) < 1.25 * MIN_TILE_PX:
        return
    side = min(width, height, max(MIN_TILE_PX, math.ceil(max(width, height) / 2)))
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
    for face in sorted(faces, key=lambda box: (-box.width, box)):
        if not any(other.holds(*face.centre) for other in kept):
            kept.append(face)
    return kept
