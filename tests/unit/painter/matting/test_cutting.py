"""What is refused, what is rough, and what is said."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import skimage.data

import painter
from painter.arrays import Photo
from painter.matting import Reference, warm_up
from scripts.matting_scenes import Figure, measure_iou
from tests.unit.painter.matting.conftest import learn, take


def place_disc(frame: Photo, radius: int) -> Photo:
    """A red disc in front of the wall."""
    photo = frame.copy()
    cv2.circle(photo, (100, 90), radius, (200, 30, 40), -1, cv2.LINE_AA)
    return photo


@pytest.fixture
def wall(empty_frames: list[Photo]) -> Reference:
    return painter.learn_reference(empty_frames)


def test_a_disc_is_cut_out_whole(wall: Reference, empty_frames: list[Photo]) -> None:
    matte = painter.cut_out(place_disc(empty_frames[0], 40), wall)
    truth = np.zeros((160, 200), np.float32)
    cv2.circle(truth, (100, 90), 40, 1.0, -1)
    assert measure_iou(matte.alpha, truth) > 0.96


def test_a_gap_that_shows_the_booth_stays_open(wall: Reference, empty_frames: list[Photo]) -> None:
    """As between an arm on the hip and the body."""
    photo = place_disc(empty_frames[0], 60)
    gap = np.zeros((160, 200), np.uint8)
    cv2.circle(gap, (100, 90), 18, 1, -1)
    photo[gap > 0] = empty_frames[1][gap > 0]
    assert painter.cut_out(photo, wall).alpha[85:95, 95:105].max() < 0.1


def test_an_empty_booth_is_refused(wall: Reference, empty_frames: list[Photo]) -> None:
    with pytest.raises(painter.CutOutError, match="Nobody is in front"):
        painter.cut_out(empty_frames[2], wall)


def test_a_changed_booth_is_refused(wall: Reference) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (160, 200, 3), dtype=np.uint8)
    with pytest.raises(painter.CutOutError, match="the booth's light or camera has changed"):
        painter.cut_out(noise, wall)


def test_a_soft_shadow_alone_is_nobody(wall: Reference, empty_frames: list[Photo]) -> None:
    blob = np.zeros((160, 200), np.float32)
    cv2.circle(blob, (100, 110), 50, 1.0, -1)
    shade = 1.0 - 0.3 * cv2.GaussianBlur(blob, (0, 0), 14)
    photo = np.asarray(empty_frames[0] * shade[..., None], dtype=np.uint8)
    with pytest.raises(painter.CutOutError, match="Nobody"):
        painter.cut_out(photo, wall)


def test_a_photo_of_another_size_is_refused(wall: Reference) -> None:
    with pytest.raises(painter.InvalidReferenceError, match="200x160 pixels, this one has 96x128"):
        painter.cut_out(np.zeros((128, 96, 3), np.uint8), wall)


@pytest.mark.parametrize("value", [0, 128, 255])
def test_flat_photos_end_in_a_sentence_or_a_matte(value: int, wall: Reference) -> None:
    try:
        matte = painter.cut_out(np.full((160, 200, 3), value, np.uint8), wall)
    except painter.CutOutError as error:
        assert str(error).endswith(".")
    else:
        assert np.isfinite(matte.alpha).all()


@pytest.mark.parametrize("shape", [(64, 64), (65, 99), (333, 71)])
def test_odd_sizes_are_cut_out(shape: tuple[int, int]) -> None:
    generator = np.random.default_rng(1)
    frames = [np.asarray(120 + generator.normal(0, 2, (*shape, 3)), dtype=np.uint8) for _ in range(5)]
    photo = frames[0].copy()
    photo[shape[0] // 2 :, shape[1] // 4 : 3 * shape[1] // 4] = (30, 60, 160)
    matte = painter.cut_out(photo, painter.learn_reference(frames))
    assert matte.alpha.shape == shape
    assert matte.alpha[-3, shape[1] // 2] > 0.95
    assert matte.alpha[3, 3] < 0.05


def test_progress_grows_to_one(wall: Reference, empty_frames: list[Photo]) -> None:
    heard: list[float] = []
    painter.cut_out(place_disc(empty_frames[0], 40), wall, on_progress=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    assert len(heard) >= 4


def test_a_listener_can_end_the_work(wall: Reference, empty_frames: list[Photo]) -> None:
    def stop(fraction: float) -> None:
        if fraction > 0.4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        painter.cut_out(place_disc(empty_frames[0], 40), wall, on_progress=stop)


def test_without_a_reference_the_face_is_the_seed(figure: Figure) -> None:
    matte = painter.cut_out(take("grey"))
    assert (matte.method, matte.is_rough) == ("face", True)
    assert measure_iou(matte.alpha, figure.alpha) > 0.95


def test_the_rough_cut_is_deterministic_and_leaves_the_random_state_alone() -> None:
    first = painter.cut_out(take("grey")).alpha
    cv2.setRNGSeed(77)
    expected = cv2.randu(np.zeros((1, 8), np.float32), 0, 1).copy()
    cv2.setRNGSeed(77)
    second = painter.cut_out(take("grey")).alpha
    np.testing.assert_array_equal(cv2.randu(np.zeros((1, 8), np.float32), 0, 1), expected)
    np.testing.assert_array_equal(first, second)


def test_without_reference_and_face_there_is_a_sentence() -> None:
    cat = np.ascontiguousarray(skimage.data.chelsea())
    with pytest.raises(painter.CutOutError, match="a face is needed"):
        painter.cut_out(cat)


def test_a_matte_serves_as_a_subject_for_painting() -> None:
    photo = take("grey")
    matte = painter.cut_out(photo, learn("grey"))
    painting = painter.paint(photo, style="watercolour", subject=matte.alpha)
    plain = painter.paint(photo, style="watercolour")
    # the backdrop becomes paper
    assert painting[40:200, 60:160].mean() > plain[40:200, 60:160].mean()


def test_what_is_no_photo_is_refused(wall: Reference) -> None:
    with pytest.raises(painter.InvalidPhotoError):
        painter.cut_out(np.zeros((160, 200), np.uint8), wall)  # type: ignore[arg-type]


def test_warming_up_compiles_the_loops() -> None:
    from painter.matting.pixels import find_colours, solve_coverage

    warm_up()
    assert solve_coverage.signatures
    assert find_colours.signatures
