"""What counts as the same sitter in the same pose, and what does not."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
import skimage.data

import painter
from generator_server.engines.protocol import Pixels
from generator_server.runner.likeness import compare_likeness
from scripts.contact_sheet import HARD_CASES
from tests.unit.painter.conftest import STYLE_IDS

SIZE = (384, 512)


@pytest.fixture(scope="module")
def photo() -> Pixels:
    return _shrink(painter.sample_portrait())


def _shrink(picture: Pixels) -> Pixels:
    return np.asarray(cv2.resize(picture, SIZE, interpolation=cv2.INTER_AREA), dtype=np.uint8)


@pytest.mark.parametrize("style_id", STYLE_IDS)
def test_every_style_keeps_the_sitter(photo: Pixels, style_id: str) -> None:
    likeness = compare_likeness(photo, painter.paint(photo, style=style_id))
    assert likeness.is_kept, likeness


@pytest.mark.parametrize("style_id", ["watercolour", "ink_wash", "stained_glass"])
def test_hard_light_is_no_reason(style_id: str) -> None:
    photo = _shrink(HARD_CASES["against the light"](painter.sample_portrait()))
    likeness = compare_likeness(photo, painter.paint(photo, style=style_id))
    assert likeness.is_kept, likeness


def test_a_photo_is_like_itself(photo: Pixels) -> None:
    likeness = compare_likeness(photo, photo)
    assert likeness.structure == pytest.approx(1, abs=0.02)
    assert (likeness.faces, likeness.lost, likeness.added) == (1, 0, 0)


def test_colour_and_light_may_turn_over(photo: Pixels) -> None:
    """A negative has the same lines; that is all that is asked where no face is seen."""
    assert compare_likeness(photo, 255 - photo).structure > 0.9


def _erase_face(photo: Pixels) -> Pixels:
    (face,) = painter.detect_faces(photo)
    mask = np.zeros(photo.shape[:2], np.uint8)
    x, y = face.centre
    cv2.ellipse(mask, (round(x), round(y)), (round(0.6 * face.width), round(0.8 * face.height)), 0, 0, 360, (255,), -1)
    return np.asarray(cv2.inpaint(photo, mask, 5, cv2.INPAINT_TELEA), dtype=np.uint8)


def _turn_face_over(photo: Pixels) -> Pixels:
    (face,) = painter.detect_faces(photo)
    picture = photo.copy()
    part = picture[face.y : face.y + face.height, face.x : face.x + face.width]
    part[:] = part[::-1].copy()
    return picture


@pytest.mark.parametrize("change", [_erase_face, _turn_face_over])
def test_a_lost_face_is_noticed_though_all_else_stays(photo: Pixels, change: Callable[[Pixels], Pixels]) -> None:
    likeness = compare_likeness(photo, change(photo))
    assert likeness.structure > 0.8
    assert (likeness.lost, likeness.added, likeness.is_kept) == (1, 0, False)


def test_a_face_that_was_not_there_is_noticed(photo: Pixels) -> None:
    (face,) = painter.detect_faces(photo)
    head = photo[face.y - 10 : face.y + face.height + 10, face.x - 10 : face.x + face.width + 10]
    picture = photo.copy()
    picture[300 : 300 + head.shape[0], 20 : 20 + head.shape[1]] = head
    likeness = compare_likeness(photo, picture)
    assert (likeness.lost, likeness.added, likeness.is_kept) == (0, 1, False)


def test_a_ghost_in_a_picture_without_people_is_noticed(photo: Pixels) -> None:
    """An empty chair must not be given a sitter."""
    empty = np.full_like(photo, 128)
    likeness = compare_likeness(empty, photo)
    assert (likeness.faces, likeness.added, likeness.is_kept) == (0, 1, False)


@pytest.mark.parametrize("other", [skimage.data.coffee, skimage.data.chelsea])
def test_another_picture_is_not_like_it(photo: Pixels, other: Callable[[], Pixels]) -> None:
    likeness = compare_likeness(photo, _shrink(other()))
    assert likeness.structure < 0.2
    assert likeness.lost == 1


def test_a_sitter_who_moved_is_not_like_the_photo(photo: Pixels) -> None:
    moved = np.roll(photo, photo.shape[1] // 5, axis=1)
    likeness = compare_likeness(photo, moved)
    assert not likeness.is_kept
    assert likeness.structure < 0.2


def test_noise_and_grey_are_not_like_it(photo: Pixels) -> None:
    noise = np.random.default_rng(0).integers(0, 256, photo.shape, dtype=np.uint8)
    for picture in (noise, np.full_like(photo, 128)):
        assert not compare_likeness(photo, picture).is_kept


def test_both_of_two_sitters_are_asked_for(photo: Pixels) -> None:
    pair = np.hstack([photo, photo[:, ::-1]])
    alone = np.hstack([photo, _erase_face(photo)[:, ::-1]])
    likeness = compare_likeness(pair, alone)
    assert (likeness.faces, likeness.lost) == (2, 1)


def test_a_view_without_people_keeps_its_lines() -> None:
    view = _shrink(skimage.data.coffee())  # type: ignore[no-untyped-call]
    assert compare_likeness(view, painter.paint(view, style="watercolour")).lost == 0
    assert compare_likeness(view, view).is_kept


def test_a_flat_photo_asks_for_nothing() -> None:
    flat = np.full((64, 64, 3), 90, np.uint8)
    assert compare_likeness(flat, flat).is_kept


def test_what_is_written_into_the_file(photo: Pixels) -> None:
    assert compare_likeness(photo, photo).describe() == "1.00, faces 1"
