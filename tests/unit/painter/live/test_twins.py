"""Every live twin: the right size, calm, the same person, and near to its full style."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage.metrics import structural_similarity

import painter
from painter.arrays import Photo
from painter.errors import InvalidPhotoError, UnknownStyleError
from painter.live import LivePainter, Lut
from tests.unit.painter.live.conftest import STYLE_IDS, measure_change, paint_frames

FULL_STYLE_IDS = {style.style_id for style in painter.list_styles()}
SHAPES = [(320, 240), (64, 96), (97, 131), (64, 64), (65, 300)]
LIKENESS = {
    "watercolour": 0.80,
    "oil": 0.75,
    "pencil": 0.65,
    "ink_wash": 0.70,
    "cel": 0.75,
    "sepia": 0.75,
    "riso_print": 0.40,
}


@pytest.mark.parametrize("style_id", STYLE_IDS)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_frame_of_any_size_keeps_its_size(style_id: str, shape: tuple[int, int], frame: Photo) -> None:
    photo = np.asarray(cv2.resize(frame, shape[::-1]), dtype=np.uint8)
    painted = LivePainter(style_id).paint(photo)
    assert painted.shape == photo.shape
    assert painted.dtype == np.uint8
    assert painted.std() > 8.0


@pytest.mark.parametrize("style_id", STYLE_IDS)
@pytest.mark.parametrize("level", [0, 128, 255])
def test_flat_frames_stay_calm_paper_or_paint(style_id: str, level: int) -> None:
    frames = [np.full((96, 128, 3), level, np.uint8)] * 3
    painted = paint_frames(style_id, frames)
    assert measure_change(painted[0], painted[2]) < 1.0
    # no confetti: a grey sheet has no glaring colours
    lab = cv2.cvtColor(cv2.GaussianBlur(painted[2], (0, 0), 4).astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    assert np.percentile(np.hypot(lab[..., 1], lab[..., 2]), 95) < 32


@pytest.mark.parametrize("style_id", STYLE_IDS)
def test_the_same_frames_and_seed_give_the_same_pictures(style_id: str, noisy_frames: list[Photo]) -> None:
    first = paint_frames(style_id, noisy_frames[:3], seed=5)
    np.testing.assert_array_equal(paint_frames(style_id, noisy_frames[:3], seed=5), first)
    assert measure_change(first[0], paint_frames(style_id, noisy_frames[:1], seed=6)[0]) > 0.3


@pytest.mark.parametrize("style_id", STYLE_IDS)
def test_a_still_scene_flickers_less_than_its_noise(style_id: str, noisy_frames: list[Photo]) -> None:
    painted = paint_frames(style_id, noisy_frames)
    pairs = range(4, len(painted))
    flicker = np.mean([measure_change(painted[index - 1], painted[index]) for index in pairs])
    noise = np.mean([measure_change(noisy_frames[index - 1], noisy_frames[index]) for index in pairs])
    assert 0.0 < flicker < 0.6 * noise


@pytest.mark.parametrize("style_id", STYLE_IDS)
def test_textures_lie_still_while_the_scene_moves(style_id: str) -> None:
    """Empty backdrops of two brightnesses: paper, border and grain are at the same places in both."""
    dark, light = (np.full((120, 160, 3), level, np.uint8) for level in (90, 96))
    painted = [picture.astype(np.float32) for picture in paint_frames(style_id, [dark, light])]
    textures = [cv2.GaussianBlur(picture, (0, 0), 1) - cv2.GaussianBlur(picture, (0, 0), 5) for picture in painted]
    assert np.corrcoef(textures[0].ravel(), textures[1].ravel())[0, 1] > 0.8


@pytest.mark.parametrize("style_id", STYLE_IDS)
def test_a_painted_face_is_the_same_face_but_not_the_photo(style_id: str, portrait: Photo) -> None:
    photo = np.asarray(cv2.resize(portrait, (360, 480), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    face = painter.detect_faces(photo)[0]
    area = (slice(face.y, face.y + face.height), slice(face.x, face.x + face.width))
    faces = [
        cv2.GaussianBlur(cv2.cvtColor(np.ascontiguousarray(picture[area]), cv2.COLOR_RGB2GRAY), (0, 0), 1.2)
        for picture in (paint_frames(style_id, [photo] * 2)[1], photo)
    ]
    assert LIKENESS[style_id] <= structural_similarity(*faces, data_range=255) <= 0.97


@pytest.mark.parametrize("style_id", [style_id for style_id in STYLE_IDS if style_id in FULL_STYLE_IDS])
def test_a_twin_resembles_its_full_style(style_id: str, small_portrait: Photo) -> None:
    """Large forms and colours, as a visitor sees them from a step away."""
    full = painter.paint(small_portrait, style=style_id)
    twin = paint_frames(style_id, [small_portrait])[0]
    labs = [
        cv2.cvtColor(
            cv2.resize(picture, (18, 24), interpolation=cv2.INTER_AREA).astype(np.float32) / 255, cv2.COLOR_RGB2Lab
        )
        for picture in (full, twin)
    ]
    assert np.corrcoef(labs[0][..., 0].ravel(), labs[1][..., 0].ravel())[0, 1] > 0.9
    assert np.linalg.norm(labs[0].mean(axis=(0, 1)) - labs[1].mean(axis=(0, 1))) < 9.0


def test_another_size_begins_a_new_preview(frame: Photo) -> None:
    painter_ = LivePainter("pencil")
    painter_.paint(frame)
    other = frame[:200].copy()
    np.testing.assert_array_equal(painter_.paint(other), LivePainter("pencil").paint(other))


def test_after_a_reset_the_next_frame_is_the_first(noisy_frames: list[Photo]) -> None:
    painter_ = LivePainter("cel")
    first = painter_.paint(noisy_frames[0])
    assert measure_change(painter_.paint(noisy_frames[1]), first) > 0.0
    painter_.reset()
    np.testing.assert_array_equal(painter_.paint(noisy_frames[0]), first)


def test_frames_are_not_written(frame: Photo) -> None:
    kept = frame.copy()
    paint_frames("oil", [frame, frame])
    np.testing.assert_array_equal(frame, kept)


def test_a_frame_may_be_a_view_into_a_larger_one(portrait: Photo) -> None:
    view = portrait[100:400, 200:440]
    np.testing.assert_array_equal(paint_frames("sepia", [view])[0], paint_frames("sepia", [view.copy()])[0])


def test_global_settings_of_opencv_are_not_changed(frame: Photo) -> None:
    threads = cv2.getNumThreads()
    paint_frames("watercolour", [frame])
    assert cv2.getNumThreads() == threads


def test_unknown_styles_and_wrong_frames_are_refused(warm_lut: Lut) -> None:
    with pytest.raises(UnknownStyleError):
        LivePainter("woodcut")
    with pytest.raises(InvalidPhotoError):
        LivePainter("sepia").paint(np.zeros((200, 200), np.uint8))
    with pytest.raises(InvalidPhotoError):
        LivePainter(warm_lut).paint(np.zeros((32, 200, 3), np.uint8))
