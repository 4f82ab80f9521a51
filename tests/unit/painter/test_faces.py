"""Faces are found, and stay themselves."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import skimage.data
from skimage.metrics import structural_similarity

import painter
from painter.arrays import Photo
from painter.blocks.faces import guess_subject, hint_skin, mask_faces, mask_heads, soften_matte
from painter.boxes import Box
from scripts.contact_sheet import HARD_CASES, turn_head
from tests.unit.painter.conftest import STYLE_IDS

# Structure (SSIM of lightness, eyes to chin, sigma 1.5 px at 192 px height) that a painted face keeps of its photo.
LIKENESS = {
    "watercolour": 0.82,
    "ink_wash": 0.78,
    "colour_pencil": 0.74,
    "oil": 0.84,
    "pastel": 0.84,
    "pencil": 0.84,
    "cel": 0.84,
    "woodcut": 0.77,
    "stained_glass": 0.72,
    "sepia": 0.90,
    "riso_print": 0.80,
}


def _take_face(picture: Photo, face: Box) -> Photo:
    part = picture[face.y : face.y + face.height, face.x : face.x + face.width]
    grey = cv2.cvtColor(np.ascontiguousarray(part), cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.GaussianBlur(cv2.resize(grey, (192, 192), interpolation=cv2.INTER_AREA), (0, 0), 1.5))


def measure_likeness(painting: Photo, photo: Photo) -> float:
    """SSIM between the largest face of a photo and its painting."""
    face = painter.detect_faces(photo)[0]
    first, second = _take_face(painting, face), _take_face(photo, face)
    return float(structural_similarity(first, second, data_range=255))


@pytest.mark.parametrize("style_id", STYLE_IDS)
def test_a_painted_face_is_the_same_face(style_id: str, paintings: dict[str, Photo], portrait: Photo) -> None:
    assert measure_likeness(paintings[style_id], portrait) >= LIKENESS[style_id]


@pytest.mark.parametrize("style_id", STYLE_IDS)
def test_a_painted_face_is_not_the_photo(style_id: str, paintings: dict[str, Photo], portrait: Photo) -> None:
    assert measure_likeness(paintings[style_id], portrait) <= 0.95


@pytest.mark.parametrize("style_id", STYLE_IDS)
def test_the_detector_still_sees_a_face_in_the_painting(style_id: str, paintings: dict[str, Photo]) -> None:
    """What a machine made for photos takes for a face has its eyes and mouth in place."""
    assert painter.detect_faces(paintings[style_id])


def test_the_face_in_the_portrait_is_found(portrait: Photo) -> None:
    faces = painter.detect_faces(portrait)
    assert len(faces) == 1
    x, y = faces[0].centre
    assert (x, y) == (pytest.approx(376, abs=15), pytest.approx(230, abs=15))
    assert faces[0].width == pytest.approx(198, abs=25)


@pytest.mark.parametrize("case", HARD_CASES)
def test_faces_are_found_in_hard_cases(case: str, portrait: Photo) -> None:
    faces = painter.detect_faces(HARD_CASES[case](portrait))
    assert len(faces) == (2 if case == "two faces" else 1)


def test_the_box_of_a_tilted_face_lies_on_it(portrait: Photo) -> None:
    (face,) = painter.detect_faces(turn_head(portrait))
    # the middle of the upright face, turned by 20 degrees about (384, 341) and enlarged by 1.1
    assert face.centre == (pytest.approx(333, abs=30), pytest.approx(229, abs=30))


@pytest.mark.parametrize("name", ["coffee", "rocket", "chelsea"])
def test_no_face_is_found_where_there_is_none(name: str) -> None:
    assert painter.detect_faces(getattr(skimage.data, name)()) == []


def test_most_of_many_faces_are_found() -> None:
    """100 faces of 25 px, enlarged; a weak but independent check of the repaired cascade."""
    faces = skimage.data.lfw_subset()[:100]
    found = 0
    for face in faces:
        framed = cv2.copyMakeBorder((face * 255).astype(np.uint8), 6, 6, 6, 6, cv2.BORDER_REPLICATE)
        large = cv2.resize(framed, (160, 160), interpolation=cv2.INTER_CUBIC)
        found += bool(painter.detect_faces(np.dstack([large] * 3)))
    assert found >= 85


def test_face_masks_cover_faces_and_fade() -> None:
    mask = mask_faces((200, 200), [Box(60, 60, 80, 80)])
    assert mask[100, 100] == pytest.approx(1.0, abs=0.01)
    assert mask[5, 5] == 0.0
    assert 0.0 < mask[100, 52] < 1.0
    assert mask_heads((200, 200), [Box(60, 60, 80, 80)]).sum() > 1.5 * mask.sum()


def test_without_faces_there_is_no_face_mask() -> None:
    assert not mask_faces((80, 90), []).any()


def test_the_subject_is_below_its_face() -> None:
    subject = guess_subject((400, 300), [Box(120, 60, 60, 60)])
    assert subject[390, 150] > 0.9
    assert subject[20, 10] < 0.05


def test_without_a_face_the_subject_fades_from_the_middle() -> None:
    subject = guess_subject((200, 150), [])
    assert subject[100, 75] == pytest.approx(1.0)
    assert 0.5 < subject[0, 0] < 0.7


@pytest.mark.parametrize("colour", [(240, 200, 175), (200, 150, 120), (110, 75, 58)])
def test_light_and_dark_skin_are_hinted_alike(colour: tuple[int, int, int]) -> None:
    photo = np.full((120, 120, 3), (90, 110, 200), np.uint8)
    photo[30:90, 30:90] = colour
    hint = hint_skin(photo)
    assert hint[60, 60] > 0.95
    assert hint[5, 5] < 0.05


def test_a_matte_grows_softly() -> None:
    matte = np.zeros((100, 100), np.float32)
    matte[40:60, 40:60] = 1.0
    soft = soften_matte(matte, 0.5)
    assert soft.sum() > matte.sum()
    assert 0.0 < soft[38, 50] <= 1.0
    assert soft[5, 5] == 0.0
