"""Which of the learnt pictures suit a photo, and the sheet that is made of them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from painter.analogy import Exemplar
from painter.arrays import Photo, Picture, Plane
from painter.atlas.errors import InvalidAtlasError
from painter.atlas.index import count_colours, shrink_to_lab
from painter.atlas.record import Atlas
from painter.blocks.faces import find_faces, mask_faces
from painter.blocks.tone import to_lab

TILES = 2
TILE_PX = 640
FACE_WEIGHT = 3.0
RECOLOURED_SHARE = 0.5
"""The photo's colours are looked for half as they are and half as the style would have them."""


def choose_exemplars(atlas: Atlas, photo: Photo) -> tuple[int, ...]:
    """Numbers of up to four different pictures of the atlas that together hold the photo's colours.

    Greedy: each next one is the picture that brings the sum of all nearest to the photo (Bhattacharyya coefficient).
    """
    wanted = _describe_photo(atlas, photo)
    chosen: list[int] = []
    together = np.zeros_like(wanted)
    for _ in range(min(TILES * TILES, len(atlas.exemplars))):
        gains = np.sqrt(wanted * (together + atlas.histograms) / (len(chosen) + 1)).sum(axis=1)
        gains[chosen] = -1.0
        best = int(gains.argmax())
        chosen.append(best)
        together += atlas.histograms[best]
    return tuple(chosen)


def _describe_photo(atlas: Atlas, photo: Photo) -> NDArray[np.float32]:
    lab = shrink_to_lab(photo)
    weight = _weigh_faces(photo, lab.shape[:2])
    small = np.asarray(cv2.resize(photo, (lab.shape[1], lab.shape[0]), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    styled = to_lab(_look_up(atlas.lut, small))
    return count_colours(lab, weight) * (1.0 - RECOLOURED_SHARE) + count_colours(styled, weight) * RECOLOURED_SHARE


def _weigh_faces(photo: Photo, shape: tuple[int, ...]) -> Plane:
    faces = mask_faces((photo.shape[0], photo.shape[1]), find_faces(photo))
    small = cv2.resize(faces, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
    return np.asarray(1.0 + FACE_WEIGHT * small, dtype=np.float32)


def _look_up(lut: NDArray[np.float32], photo: Photo) -> Picture:
    """RGB 0-1 by the nearest entry of the table: enough for counting."""
    index = np.rint(photo.astype(np.float32) * ((len(lut) - 1) / 255.0)).astype(np.int64)
    return np.ascontiguousarray(lut[index[..., 0], index[..., 1], index[..., 2]])


def make_sheet(atlas: Atlas, chosen: tuple[int, ...]) -> Exemplar:
    """The chosen pictures side by side, mirrored ones filling up; a single one alone."""
    pictures = [_decode(atlas.exemplars[number]) for number in chosen]
    if len(pictures) == 1:
        return Exemplar(pictures[0])
    tiles = [_fit_tile(picture) for picture in pictures]
    while len(tiles) < TILES * TILES:
        tiles.append(np.ascontiguousarray(tiles[-len(pictures)][:, ::-1]))
    rows = [np.hstack(tiles[row * TILES : (row + 1) * TILES]) for row in range(TILES)]
    return Exemplar(np.ascontiguousarray(np.vstack(rows)), TILES)


def _decode(file: bytes) -> Photo:
    picture = cv2.imdecode(np.frombuffer(file, dtype=np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise InvalidAtlasError("One of the atlas's pictures cannot be read.")
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def _fit_tile(picture: Photo) -> Photo:
    """The middle square of a picture, (TILE_PX, TILE_PX, 3)."""
    height, width = picture.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = picture[top : top + side, left : left + side]
    way = cv2.INTER_AREA if side > TILE_PX else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(square, (TILE_PX, TILE_PX), interpolation=way), dtype=np.uint8)
