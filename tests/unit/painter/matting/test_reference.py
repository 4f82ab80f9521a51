"""Learning the empty booth, and noticing when it was not empty."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import painter
from painter.arrays import Photo
from painter.matting import Reference


def test_the_reference_is_the_middle_of_its_frames(empty_frames: list[Photo]) -> None:
    reference = painter.learn_reference(empty_frames)
    np.testing.assert_allclose(reference.background, np.mean(empty_frames, axis=0), atol=0.6)
    assert reference.background.dtype == np.float32
    assert reference.shape == (160, 200)


def test_the_noise_is_that_of_the_camera(empty_frames: list[Photo]) -> None:
    noise = painter.learn_reference(empty_frames).noise
    assert noise.shape == (40, 50, 3)
    assert float(noise.mean()) == pytest.approx(2.0, abs=0.35)


def test_a_noiseless_camera_has_the_least_noise() -> None:
    frames = [np.full((64, 64, 3), 120, np.uint8)] * 5
    assert (painter.learn_reference(frames).noise == np.float32(1.2)).all()


def test_flicker_of_the_lamps_is_forgiven(empty_frames: list[Photo]) -> None:
    flickering = [
        np.asarray(np.clip(frame * (0.96 + 0.02 * number), 0, 255), dtype=np.uint8)
        for number, frame in enumerate(empty_frames)
    ]
    noise = painter.learn_reference(flickering).noise
    assert float(noise.mean()) < 2.6


@pytest.mark.parametrize("count", [0, 4, 61])
def test_too_few_and_too_many_frames_are_refused(count: int, empty_frames: list[Photo]) -> None:
    with pytest.raises(painter.InvalidReferenceError, match=f"5 to 60 empty frames, not {count}"):
        painter.learn_reference((empty_frames * 11)[:count])


def test_different_sizes_are_refused(empty_frames: list[Photo]) -> None:
    with pytest.raises(painter.InvalidReferenceError, match="different sizes"):
        painter.learn_reference([*empty_frames, empty_frames[0][:100]])


def test_somebody_in_a_frame_is_noticed(empty_frames: list[Photo]) -> None:
    empty_frames[3][60:140, 90:130] = (180, 140, 120)
    with pytest.raises(painter.InvalidReferenceError, match="Something moved in frame 4 of 6"):
        painter.learn_reference(empty_frames)


def test_a_moving_camera_is_noticed(portrait: Photo) -> None:
    frames = [np.ascontiguousarray(portrait[100 + 4 * n : 400 + 4 * n, 100:400]) for n in range(5)]
    with pytest.raises(painter.InvalidReferenceError, match="Something moved"):
        painter.learn_reference(frames)


def test_a_lamp_switched_on_is_noticed(empty_frames: list[Photo]) -> None:
    empty_frames[1] = np.asarray(np.clip(empty_frames[1] * 1.4, 0, 255), dtype=np.uint8)
    with pytest.raises(painter.InvalidReferenceError, match="light changed in frame 2"):
        painter.learn_reference(empty_frames)


def test_a_frame_that_is_no_photo_is_refused(empty_frames: list[Photo]) -> None:
    with pytest.raises(painter.InvalidPhotoError):
        painter.learn_reference([frame.astype(np.float32) for frame in empty_frames])  # type: ignore[misc]


def test_a_reference_is_saved_and_loaded(empty_frames: list[Photo], tmp_path: Path) -> None:
    reference = painter.learn_reference(empty_frames)
    reference.save(tmp_path / "booth.npz")
    loaded = Reference.load(tmp_path / "booth.npz")
    np.testing.assert_allclose(loaded.background, reference.background, atol=0.1)
    np.testing.assert_allclose(loaded.noise, reference.noise, atol=0.01)
    assert loaded.background.dtype == np.float32


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"no archive"])
def test_a_broken_file_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "booth.npz"
    path.write_bytes(content)
    with pytest.raises(painter.InvalidReferenceError, match=r"booth\.npz is not a reference"):
        Reference.load(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(painter.InvalidReferenceError):
        Reference.load(tmp_path / "none.npz")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_no_numbers_are_refused(value: float, tmp_path: Path) -> None:
    background = np.full((64, 64, 3), value, np.float32)
    Reference(background, np.ones((16, 16, 3), np.float32)).save(tmp_path / "booth.npz")
    with pytest.raises(painter.InvalidReferenceError, match="no numbers"):
        Reference.load(tmp_path / "booth.npz")


def test_pickled_objects_are_never_loaded(tmp_path: Path) -> None:
    objects = np.array([{"a": 1}], dtype=object)
    np.savez(tmp_path / "booth.npz", format=1, background=objects, noise=objects)
    with pytest.raises(painter.InvalidReferenceError):
        Reference.load(tmp_path / "booth.npz")


def test_mismatched_planes_are_refused(tmp_path: Path) -> None:
    Reference(np.ones((64, 64, 3), np.float32), np.ones((9, 9, 3), np.float32)).save(tmp_path / "booth.npz")
    with pytest.raises(painter.InvalidReferenceError):
        Reference.load(tmp_path / "booth.npz")
