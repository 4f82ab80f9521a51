"""Small faces in large pictures are found, and patterns are not taken for them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import skimage.data

import painter
from painter.arrays import Photo
from painter.blocks.faces_small import find_small_faces, list_tiles
from painter.boxes import Box
from painter.canvas import prepare_canvas
from painter.progress import Progress

SMALL_FACE = (97, 58)
"""Middle of the face in a portrait of 192x256."""


def place_small(size: tuple[int, int], corner: tuple[int, int]) -> Photo:
    """The portrait, 192x256, on a plain wall of `size` (width, height)."""
    wall = np.full((size[1], size[0], 3), 150, np.uint8)
    small = cv2.resize(painter.sample_portrait(), (192, 256), interpolation=cv2.INTER_AREA)
    wall[corner[1] : corner[1] + 256, corner[0] : corner[0] + 192] = small
    return wall


@pytest.mark.parametrize("size", [(768, 1024), (1024, 768), (1000, 1000)])
@pytest.mark.parametrize("is_far", [False, True], ids=["first corner", "last corner"])
def test_a_small_face_is_found_once_at_its_place(size: tuple[int, int], is_far: bool) -> None:
    corner = (size[0] - 192, size[1] - 256) if is_far else (0, 0)
    photo = place_small(size, corner)
    assert not painter.detect_faces(photo)
    (face,) = painter.detect_faces(photo, is_thorough=True)
    assert face.centre == (
        pytest.approx(SMALL_FACE[0] + corner[0], abs=10),
        pytest.approx(SMALL_FACE[1] + corner[1], abs=10),
    )


def test_a_large_face_is_found_once(portrait: Photo) -> None:
    (face,) = painter.detect_faces(portrait, is_thorough=True)
    assert face.centre == pytest.approx(painter.detect_faces(portrait)[0].centre, abs=15)


@pytest.mark.parametrize("name", ["coffee", "rocket", "chelsea", "camera", "brick", "gravel", "grass"])
def test_no_small_face_is_found_where_there_is_none(name: str) -> None:
    picture = getattr(skimage.data, name)()
    photo = picture if picture.ndim == 3 else np.dstack([picture] * 3)
    assert find_small_faces(np.ascontiguousarray(photo)) == []


def test_a_painting_knows_the_small_face() -> None:
    canvas = prepare_canvas(place_small((768, 1024), (300, 400)), seed=0, subject=None, progress=Progress(None))
    assert len(canvas.faces) == 1
    assert canvas.face_mask[400 + SMALL_FACE[1], 300 + SMALL_FACE[0]] > 0.95
    assert canvas.face_mask[:300].max() < 0.05


def test_in_a_large_picture_a_small_face_is_found_beside_a_large_one(portrait: Photo) -> None:
    photo = np.full((1100, 1400, 3), 150, np.uint8)
    photo[76:, :768] = portrait
    photo[300:556, 1100:1292] = cv2.resize(portrait, (192, 256), interpolation=cv2.INTER_AREA)
    canvas = prepare_canvas(photo, seed=0, subject=None, progress=Progress(None))
    assert len(canvas.faces) == 2
    assert canvas.faces[0].width > 2 * canvas.faces[1].width


@pytest.mark.parametrize("size", [(768, 1024), (1411, 1411), (640, 480), (2400, 600)])
def test_tiles_overlap_and_cover_all(size: tuple[int, int]) -> None:
    tiles = list(list_tiles(*size))
    assert 2 <= len(tiles) <= 9
    covered = np.zeros((size[1], size[0]), np.uint8)
    for tile in tiles:
        assert 0 <= tile.x <= size[0] - tile.width
        assert 0 <= tile.y <= size[1] - tile.height
        covered[tile.y : tile.y + tile.height, tile.x : tile.x + tile.width] = 1
    assert covered.all()


@pytest.mark.parametrize("size", [(256, 256), (300, 256), (64, 90)])
def test_small_pictures_have_no_tiles(size: tuple[int, int]) -> None:
    assert list(list_tiles(*size)) == []


def test_a_box_holds_what_is_in_it() -> None:
    box = Box(10, 20, 30, 40)
    assert box.holds(10, 60)
    assert not box.holds(9.9, 30)
    assert not box.holds(20, 61)
