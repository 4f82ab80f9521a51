"""Frames in, paintings out: calm, one at a time, the same every time."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import cv2
import numpy as np
import pytest

import painter
from painter.arrays import Photo
from painter.clips.steady import find_motion, follow, hold_tone
from tests.unit.painter.clips.conftest import HEIGHT, WIDTH, film, measure_flicker

STYLE = "watercolour"


@pytest.fixture(scope="module")
def calm() -> list[Photo]:
    return list(painter.paint_frames(film(6), style=STYLE, seed=2))


@pytest.fixture(scope="module")
def raw() -> list[Photo]:
    return list(painter.paint_frames(film(6), style=STYLE, seed=2, steadiness=0.0))


def test_flicker_is_less_than_two_thirds_of_what_single_paintings_show(calm: list[Photo], raw: list[Photo]) -> None:
    assert measure_flicker(calm) < 0.66 * measure_flicker(raw)


def test_without_steadiness_every_frame_is_painted_alone(raw: list[Photo]) -> None:
    for frame, painting in zip(film(6), raw, strict=True):
        np.testing.assert_array_equal(painter.paint(frame, style=STYLE, seed=2), painting)


def test_the_first_frame_is_the_plain_painting(calm: list[Photo], raw: list[Photo]) -> None:
    np.testing.assert_array_equal(calm[0], raw[0])


def test_calm_frames_show_the_same_as_single_paintings(calm: list[Photo], raw: list[Photo]) -> None:
    """Steadiness must not blur the clip into its past."""
    for one, other in zip(calm, raw, strict=True):
        blurred = [cv2.GaussianBlur(picture, (0, 0), 2).ravel() for picture in (one, other)]
        assert np.corrcoef(blurred)[0, 1] > 0.95


def test_the_same_clip_is_painted_the_same_again(calm: list[Photo]) -> None:
    again = list(painter.paint_frames(film(6), style=STYLE, seed=2))
    np.testing.assert_array_equal(np.stack(again), np.stack(calm))


def test_a_still_clip_stands_still() -> None:
    frame = next(film(1))
    paintings = list(painter.paint_frames([frame.copy() for _ in range(3)], style=STYLE))
    np.testing.assert_array_equal(paintings[0], paintings[2])


def test_another_scene_starts_afresh() -> None:
    first = next(film(1))
    other = np.ascontiguousarray(255 - first[::-1])
    painted = list(painter.paint_frames([first, other], style=STYLE))
    np.testing.assert_array_equal(painted[1], painter.paint(other, style=STYLE))


def test_frames_are_taken_one_by_one_and_let_go() -> None:
    """Memory must not grow with the clip: never more than the frame in work and the one before are alive."""
    living: list[weakref.ref[Photo]] = []
    most = 0

    def deliver() -> Iterator[Photo]:
        nonlocal most
        for frame in film(8):
            living.append(weakref.ref(frame))
            yield frame
            del frame
            gc.collect()
            most = max(most, sum(reference() is not None for reference in living))

    taken = 0
    for _ in painter.paint_frames(deliver(), style=STYLE):
        taken += 1
        assert len(living) == taken
    assert taken == 8
    assert most <= 3


@pytest.mark.parametrize("value", [0, 128, 255])
def test_flat_clips_are_painted(value: int) -> None:
    frames = [np.full((64, 96, 3), value, np.uint8), np.full((64, 96, 3), max(0, value - 3), np.uint8)]
    paintings = list(painter.paint_frames(frames, style=STYLE))
    assert [painting.shape for painting in paintings] == [(64, 96, 3)] * 2


def test_frames_of_different_sizes_are_refused() -> None:
    frames = [np.zeros((64, 96, 3), np.uint8), np.zeros((64, 64, 3), np.uint8)]
    with pytest.raises(painter.InvalidPhotoError, match="same size"):
        list(painter.paint_frames(frames, style=STYLE))


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        ({"style": "fresco"}, painter.UnknownStyleError),
        ({"style": STYLE, "strength": 2.0}, painter.InvalidParameterError),
        ({"style": STYLE, "steadiness": 1.5}, painter.InvalidParameterError),
    ],
)
def test_wrong_wishes_are_refused(wish: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        list(painter.paint_frames(film(1), **wish))  # type: ignore[arg-type]


def test_no_frames_give_no_paintings() -> None:
    assert list(painter.paint_frames([], style=STYLE)) == []


def test_motion_is_found_and_followed() -> None:
    first, second = film(2, noise=0.0)
    greys = [np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), np.uint8) for frame in (first, second)]
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
    motion = find_motion(flow, greys[1], greys[0])
    assert np.median(motion[..., 0]) == pytest.approx(2.0, abs=0.3)
    assert np.median(motion[..., 1]) == pytest.approx(1.0, abs=0.3)
    over = follow(first.astype(np.float32), motion)
    inner = (slice(16, HEIGHT - 16), slice(16, WIDTH - 16))
    unmoved = np.abs(first.astype(np.float32) - second)[inner].mean()
    assert np.abs(over - second)[inner].mean() < 0.5 * unmoved


def test_a_jump_of_the_mean_colour_is_held_back() -> None:
    kept = np.full((64, 64, 3), 100.0, np.float32)
    found = np.ones((64, 64), np.float32)
    held = hold_tone(kept + 5.0, kept, found, 1.0)
    assert held.mean() == pytest.approx(101.0, abs=0.01)
    # a real change of the light passes
    assert hold_tone(kept + 60.0, kept, found, 1.0).mean() > 150.0
    np.testing.assert_array_equal(hold_tone(kept + 5.0, kept, 0.0 * found, 1.0), kept + 5.0)
