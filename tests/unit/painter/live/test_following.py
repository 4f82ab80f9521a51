"""What is followed from frame to frame: faces, tone, noise, palette."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from painter.arrays import Photo
from painter.boxes import Box
from painter.live.calm import FrameCalmer
from painter.live.faces import SEARCH_EVERY_FRAMES, FaceTracker, draw_masks
from painter.live.palette import PaletteKeeper, drift
from painter.live.tone import PLAIN_CURVES, ToneKeeper, measure_tone
from painter.live.view import ViewMaker
from tests.unit.painter.live.conftest import add_noise, measure_change

NO_FACE = np.zeros((60, 80), np.float32)


def follow(tracker: FaceTracker, photo: Photo, frames: int) -> float:
    """Weight of the strongest face after so many frames."""
    for _ in range(frames):
        tracker.follow(photo)
    return max((face.weight for face in tracker.faces), default=0.0)


def test_a_face_of_the_first_frame_is_there_at_once(frame: Photo) -> None:
    tracker = FaceTracker()
    masks = tracker.follow(frame)
    assert [face.weight for face in tracker.faces] == [1.0]
    assert masks.face.max() > 0.95
    assert masks.head.sum() > masks.face.sum()


def test_a_face_fades_in_and_survives_one_missed_search(frame: Photo) -> None:
    tracker, empty = FaceTracker(), np.full_like(frame, 128)
    assert follow(tracker, empty, SEARCH_EVERY_FRAMES) == 0.0
    assert 0.0 < follow(tracker, frame, 1) < 0.5
    assert follow(tracker, frame, 3 * SEARCH_EVERY_FRAMES - 1) == 1.0
    assert follow(tracker, empty, SEARCH_EVERY_FRAMES) == 1.0
    assert 0.0 < follow(tracker, empty, SEARCH_EVERY_FRAMES // 2) < 1.0
    assert follow(tracker, empty, 2 * SEARCH_EVERY_FRAMES) == 0.0


def test_a_moving_face_is_followed_without_a_jump(frame: Photo) -> None:
    tracker = FaceTracker()
    follow(tracker, frame, SEARCH_EVERY_FRAMES)
    before = tracker.faces[0].x
    moved = np.roll(frame, 40, axis=1)
    places = [before]
    for _ in range(2 * SEARCH_EVERY_FRAMES):
        tracker.follow(moved)
        places.append(tracker.faces[0].x)
    assert len(tracker.faces) == 1
    steps = np.diff(places)
    assert steps.max() < 10.0
    # 40 px of the frame are 30 px of the search picture
    assert places[-1] - before == pytest.approx(30, abs=5)


def test_without_a_face_skin_gets_some_of_its_care() -> None:
    photo = np.full((240, 320, 3), (90, 110, 200), np.uint8)
    photo[60:180, 100:220] = (200, 150, 120)
    masks = FaceTracker().follow(photo)
    assert 0.6 < masks.face[90, 120] < 0.9
    assert masks.face[5, 5] < 0.05


def test_masks_of_a_faint_face_are_faint() -> None:
    box = Box(60, 40, 50, 50)
    strong, faint = draw_masks((180, 240), [(box, 1.0)]), draw_masks((180, 240), [(box, 0.3)])
    np.testing.assert_allclose(faint.face, 0.3 * strong.face, atol=1e-5)
    nobody = draw_masks((180, 240), [])
    assert not nobody.face.any()
    assert nobody.subject[90, 120] == pytest.approx(1.0)
    assert strong.subject[10, 230] < faint.subject[10, 230] < nobody.subject[10, 230]


def test_tone_is_taken_from_the_first_frame_and_then_followed_slowly(frame: Photo) -> None:
    keeper = ToneKeeper()
    dark = (frame * 0.4).astype(np.uint8)
    first = keeper.follow(dark, NO_FACE)
    np.testing.assert_array_equal(keeper.follow(dark, NO_FACE), first)
    assert first[1, 60] > 80
    second = keeper.follow(frame, NO_FACE)
    assert 0.0 < np.abs(second - first).max() < 25
    for _ in range(80):
        last = keeper.follow(frame, NO_FACE)
    np.testing.assert_allclose(last, ToneKeeper().follow(frame, NO_FACE), atol=1.5)


def test_curves_rise_and_stay_in_range(frame: Photo) -> None:
    curves = ToneKeeper().follow(frame, NO_FACE)
    assert curves.shape == (3, 256)
    assert (np.diff(curves, axis=1) >= 0.0).all()
    assert 0.0 <= curves.min() <= curves.max() <= 255.01


def test_yellow_light_is_balanced(frame: Photo) -> None:
    yellow = (frame * np.array([1.0, 0.9, 0.6])).astype(np.uint8)
    gains = measure_tone(yellow, NO_FACE)[:3]
    assert gains[2] > gains[1] > gains[0]


def test_a_face_against_the_light_is_lifted(frame: Photo) -> None:
    face = np.zeros((60, 80), np.float32)
    face[20:40, 30:50] = 1.0
    backlit = np.full((240, 320, 3), 235, np.uint8)
    backlit[80:160, 120:200] = 45
    assert measure_tone(backlit, face)[5] < measure_tone(backlit, NO_FACE)[5]
    assert measure_tone(np.full_like(backlit, 60), face)[5] == 1.0


def test_noise_is_averaged_and_motion_is_not(noisy_frames: list[Photo], frame: Photo) -> None:
    calmer = FrameCalmer()
    calmed = [calmer.calm(noisy, PLAIN_CURVES)[0] for noisy in noisy_frames]
    np.testing.assert_array_equal(calmed[0], noisy_frames[0])
    assert measure_change(calmed[-1], frame) < 0.55 * measure_change(noisy_frames[-1], frame)
    other = frame[::-1].copy()
    moved = calmer.calm(other, PLAIN_CURVES)[0]
    changed = np.abs(frame.astype(int) - other).mean(axis=2) > 60
    assert np.abs(moved.astype(int) - other)[changed].mean() < 3.0


@pytest.mark.parametrize("shape", [(64, 96), (65, 97)])
def test_the_half_frame_is_the_mean_of_its_blocks(shape: tuple[int, int], generator: np.random.Generator) -> None:
    photo = generator.integers(0, 256, (*shape, 3), dtype=np.uint8)
    _, half = FrameCalmer().calm(photo, PLAIN_CURVES)
    assert half.shape == ((shape[0] + 1) // 2, (shape[1] + 1) // 2, 3)
    blocks = photo[:64, :96].reshape(32, 2, 48, 2, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(half[:32, :48], blocks, atol=0.51)


def test_a_plain_view_keeps_the_tone_of_its_frame(frame: Photo) -> None:
    dark = (frame * 0.4).astype(np.uint8)
    np.testing.assert_array_equal(ViewMaker(is_toned=False).make(dark).full, dark)
    assert ViewMaker().make(dark).full.mean() > 1.3 * dark.mean()


def test_masks_of_a_view_have_the_half_size(frame: Photo) -> None:
    view = ViewMaker().make(frame[:319, :239])
    assert view.half.shape[:2] == view.face.shape == view.head.shape == view.subject.shape == (160, 120)


def test_a_palette_drifts_towards_new_colours() -> None:
    palette = np.array([[20, 0, 0], [80, 0, 0]], np.float32)
    samples = np.array([[30, 10, 0], [30, 10, 0], [90, 0, 10]], np.float32)
    moved = drift(palette, samples, np.ones(3))
    np.testing.assert_allclose(moved, [[20.6, 0.6, 0], [80.6, 0, 0.6]], atol=1e-4)
    np.testing.assert_array_equal(drift(palette, samples, np.zeros(3)), palette)


def test_pots_stay_the_same_ones(frame: Photo) -> None:
    keeper = PaletteKeeper(8)
    lab = cv2.cvtColor(frame.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    weight = np.ones(frame.shape[:2], np.float32)
    first = keeper.follow(lab, weight)
    noisy = add_noise(frame, np.random.default_rng(1))
    second = keeper.follow(cv2.cvtColor(noisy.astype(np.float32) / 255, cv2.COLOR_RGB2Lab), weight)
    assert len(first) == 8
    assert np.abs(second - first).max() < 1.0
