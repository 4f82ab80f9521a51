"""What one frame decides holds for those after it, as long as the scene stays what it is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

import painter
from painter.arrays import Photo
from painter.canvas import find_people
from painter.clips.scene import SEARCH_EVERY_FRAMES, FilmedScene
from painter.painting import paint_in_scene
from tests.unit.painter.conftest import STYLE_IDS

SIZE = (144, 192)


@pytest.fixture(scope="module")
def frame(portrait: Photo) -> Photo:
    """144x192, one face."""
    return np.asarray(cv2.resize(portrait, SIZE, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def paint_next(scene: FilmedScene, frame: Photo, style_id: str) -> Photo:
    return paint_in_scene(frame, scene, style=style_id, strength=1.0, seed=2)


@pytest.mark.parametrize("style_id", STYLE_IDS)
def test_the_first_frame_is_painted_like_a_photo(style_id: str, frame: Photo) -> None:
    painted = paint_next(FilmedScene(), frame, style_id)
    np.testing.assert_array_equal(painted, painter.paint(frame, style=style_id, seed=2))


@pytest.mark.parametrize("style_id", ["watercolour", "cel", "woodcut", "pencil"])
def test_a_bright_thing_that_comes_in_does_not_change_the_rest(style_id: str, frame: Photo) -> None:
    """A photo of its own would get another white, another tone and other colours."""
    lit = frame.copy()
    lit[150:, :50] = (255, 250, 120)
    scene = FilmedScene()
    before = paint_next(scene, frame, style_id).astype(np.int16)
    together, alone = paint_next(scene, lit, style_id), painter.paint(lit, style=style_id, seed=2)
    untouched = (slice(0, 110), slice(0, SIZE[0]))
    change = np.abs(before - together)[untouched].mean()
    assert change < 0.5 * np.abs(before - alone)[untouched].mean()


def test_what_is_decided_is_measured_once() -> None:
    scene, asked = FilmedScene(), []

    def measure() -> int:
        asked.append(1)
        return len(asked)

    assert [scene.decide("tone", measure), scene.decide("tone", measure)] == [1, 1]
    assert scene.decide("palette", measure) == 2


def test_a_fade_in_is_decided_anew(frame: Photo) -> None:
    """Else a clip that begins in black would be painted with the palette of black."""
    scene = FilmedScene()
    for share in (0.0, 0.3, 0.6, 1.0):
        painted = paint_next(scene, (share * frame).astype(np.uint8), "cel")
    fresh = painter.paint(frame, style="cel", seed=2)
    blurred = [cv2.GaussianBlur(picture, (0, 0), 3).astype(np.float32) for picture in (painted, fresh)]
    assert np.abs(blurred[0] - blurred[1]).mean() < 4.0


def test_noise_and_motion_change_no_decision(frame: Photo, generator: np.random.Generator) -> None:
    scene = FilmedScene()
    scene.find_people(frame)
    decided = scene.decide("number", lambda: 1)
    for shift in range(4):
        moved = np.roll(frame, shift, axis=1) + generator.normal(0, 4, frame.shape)
        scene.find_people(np.clip(moved, 0, 255).astype(np.uint8))
    assert scene.decide("number", lambda: 2) == decided


def test_the_first_face_that_comes_in_decides_anew(frame: Photo) -> None:
    scene = FilmedScene()
    empty = np.ascontiguousarray(frame[::-1])
    assert scene.find_people(empty).faces == ()
    scene.decide("number", lambda: 1)
    for _ in range(SEARCH_EVERY_FRAMES):
        people = scene.find_people(frame)
    assert len(people.faces) == 1
    assert scene.decide("number", lambda: 2) == 2


def test_a_face_is_followed_smoothly(frame: Photo) -> None:
    scene = FilmedScene()
    first = scene.find_people(frame)
    assert first.faces == find_people(frame).faces
    moved = np.roll(frame, 12, axis=1)
    places = [scene.find_people(moved).faces[0].x - first.faces[0].x for _ in range(24)]
    assert np.abs(np.diff([0, *places])).max() <= 4
    assert places[-1] == pytest.approx(12, abs=3)


def test_a_face_missed_once_stays(frame: Photo) -> None:
    scene = FilmedScene()
    scene.find_people(frame)
    hidden = cv2.GaussianBlur(frame, (0, 0), 12)
    weights = [float(scene.find_people(np.asarray(hidden, np.uint8)).face.max()) for _ in range(SEARCH_EVERY_FRAMES)]
    assert min(weights) > 0.9


def test_people_are_searched_for_in_full_and_masks_have_the_frame_s_size(frame: Photo) -> None:
    people = FilmedScene().find_people(frame)
    for mask in (people.face, people.head, people.subject):
        assert mask.shape == frame.shape[:2]
    np.testing.assert_array_equal(people.subject, find_people(frame).subject)
