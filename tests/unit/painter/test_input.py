"""Which photos are painted, and what is said about the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

import painter
from painter.arrays import Photo
from tests.unit.painter.conftest import STYLE_IDS


def _make_noise(height: int, width: int) -> Photo:
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)


def _make_grey() -> Photo:
    ramp = np.linspace(0, 255, 160, dtype=np.uint8)
    return np.ascontiguousarray(np.broadcast_to(ramp[:, None, None], (160, 120, 3)))


DEGENERATE: dict[str, Callable[[], Photo]] = {
    "flat": lambda: np.full((160, 120, 3), 128, np.uint8),
    "black": lambda: np.zeros((160, 120, 3), np.uint8),
    "white": lambda: np.full((160, 120, 3), 255, np.uint8),
    "one red pixel": lambda: _with_red_pixel(),
    "noise": lambda: _make_noise(160, 120),
    "64x96": lambda: _make_noise(96, 64),
    "smallest": lambda: _make_noise(64, 64),
    "251x333": lambda: _make_noise(333, 251),
    "grey": _make_grey,
    "wide strip": lambda: _make_noise(64, 900),
    "high strip": lambda: _make_noise(900, 64),
}


def _with_red_pixel() -> Photo:
    photo = np.full((160, 120, 3), 200, np.uint8)
    photo[80, 60] = (255, 0, 0)
    return photo


@pytest.mark.parametrize("style_id", STYLE_IDS)
@pytest.mark.parametrize("case", DEGENERATE)
def test_degenerate_photos_keep_their_size(case: str, style_id: str) -> None:
    photo = DEGENERATE[case]()
    with np.errstate(all="raise", under="ignore"):
        painting = painter.paint(photo, style=style_id)
    assert painting.shape == photo.shape
    assert painting.dtype == np.uint8


@pytest.mark.parametrize("style_id", STYLE_IDS)
def test_no_value_is_lost_on_the_way(style_id: str, small_portrait: Photo) -> None:
    """A NaN would come out as 0 in all channels, which paint on paper never is."""
    for photo in (small_portrait, np.zeros_like(small_portrait)):
        painting = painter.paint(photo, style=style_id, parameters={} if style_id != "ink_wash" else {"seal": 0.0})
        assert painting.max(axis=2).min() > 0


@pytest.mark.parametrize("style_id", STYLE_IDS)
def test_white_stays_paper_and_black_becomes_paint(style_id: str) -> None:
    white = painter.paint(DEGENERATE["white"](), style=style_id)
    black = painter.paint(DEGENERATE["black"](), style=style_id)
    assert np.median(white) > 215
    assert np.median(black[40:120, 30:90]) < 110


def test_a_photo_that_is_not_contiguous_is_painted_like_its_copy(small_portrait: Photo) -> None:
    mirrored = small_portrait[:, ::-1]
    assert not mirrored.flags.c_contiguous
    expected = painter.paint(mirrored.copy(), style="watercolour")
    np.testing.assert_array_equal(painter.paint(mirrored, style="watercolour"), expected)


def test_the_photo_is_not_changed(small_portrait: Photo) -> None:
    before = small_portrait.copy()
    painter.paint(small_portrait, style="ink_wash")
    np.testing.assert_array_equal(small_portrait, before)


def test_a_read_only_photo_is_painted(small_portrait: Photo) -> None:
    frozen = small_portrait.copy()
    frozen.flags.writeable = False
    assert painter.paint(frozen, style="colour_pencil").shape == frozen.shape


def test_a_photo_above_the_painted_size_comes_back_at_its_own_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("painter.painting.MAX_PAINTED_PX", 20_000)
    photo = _make_noise(301, 203)
    matte = np.ones((301, 203), dtype=np.float32)
    assert painter.paint(photo, style="watercolour", subject=matte).shape == photo.shape


@pytest.mark.parametrize(
    ("photo", "reason"),
    [
        (None, "numpy array, not NoneType"),
        ([[0]], "numpy array, not list"),
        (np.zeros((100, 100, 3), np.float32), "type uint8, not float32"),
        (np.zeros((100, 100, 3), np.uint16), "type uint8, not uint16"),
        (np.zeros((100, 100), np.uint8), r"\(height, width, 3\), not \(100, 100\)"),
        (np.zeros((100, 100, 4), np.uint8), r"\(height, width, 3\), not \(100, 100, 4\)"),
        (np.zeros((2, 100, 100, 3), np.uint8), r"\(height, width, 3\)"),
        (np.zeros((100, 63, 3), np.uint8), "64 to 4096 pixels long; this one is 63x100"),
        (np.zeros((0, 100, 3), np.uint8), "this one is 100x0"),
        (np.zeros((64, 4097, 3), np.uint8), "this one is 4097x64"),
    ],
)
def test_what_is_not_a_photo_is_refused_with_the_reason(photo: Any, reason: str) -> None:
    for use in (lambda: painter.paint(photo, style="watercolour"), lambda: painter.detect_faces(photo)):
        with pytest.raises(painter.InvalidPhotoError, match=reason):
            use()


@pytest.mark.parametrize("strength", [-0.01, 1.01, float("nan"), "1", None, 1j])
def test_a_strength_out_of_range_is_refused(strength: Any, small_portrait: Photo) -> None:
    with pytest.raises(painter.InvalidParameterError, match="strength must lie between 0 and 1"):
        painter.paint(small_portrait, style="watercolour", strength=strength)


def test_an_unknown_style_is_refused_before_anything_else() -> None:
    with pytest.raises(painter.UnknownStyleError):
        painter.paint(np.zeros(3, np.uint8), style="../ink_wash")


@pytest.mark.parametrize(
    "matte",
    [
        np.ones((10, 10), np.float32),
        np.ones((384, 288, 3), np.float32),
        np.ones((384, 288), np.int64),
        np.full((384, 288), np.nan, np.float32),
        "matte",
    ],
)
def test_a_matte_that_does_not_fit_is_refused(matte: Any, small_portrait: Photo) -> None:
    with pytest.raises(painter.InvalidPhotoError, match="subject matte"):
        painter.paint(small_portrait, style="watercolour", subject=matte)


def test_the_kinds_of_matte_mean_the_same(small_portrait: Photo) -> None:
    matte = np.zeros(small_portrait.shape[:2], dtype=bool)
    cv2_mask = matte.astype(np.uint8)
    cv2.circle(cv2_mask, (144, 160), 90, (1,), -1)
    matte = cv2_mask.astype(bool)
    results = [
        painter.paint(small_portrait, style="colour_pencil", subject=form)
        for form in (matte, cv2_mask * np.uint8(255), matte.astype(np.float32), matte.astype(np.float64))
    ]
    for result in results[1:]:
        np.testing.assert_array_equal(result, results[0])


def test_a_matte_clears_the_background(small_portrait: Photo) -> None:
    matte = np.zeros(small_portrait.shape[:2], dtype=np.float32)
    matte[100:, 100:190] = 1.0
    corner = (slice(60, 120), slice(20, 60))
    for style_id in STYLE_IDS:
        with_matte = painter.paint(small_portrait, style=style_id, subject=matte, seed=2)
        everything = painter.paint(small_portrait, style=style_id, subject=np.ones_like(matte), seed=2)
        assert with_matte[corner].mean() > everything[corner].mean() + 2
