"""painter.transfer_style from outside."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

import painter
from painter.arrays import Photo
from painter.blocks import bands
from tests.unit.painter.analogy.pictures import make_brushwork, make_hatching, make_poster

EXEMPLARS = {
    "brushwork": make_brushwork(),
    "warm brushwork": make_brushwork(warm=True),
    "hatching": make_hatching(),
    "poster": make_poster(),
}


def to_lab(picture: Photo) -> np.ndarray:
    return cv2.cvtColor(picture.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2Lab)


def cut_face(picture: Photo, face: painter.Box) -> np.ndarray:
    return picture[face.y : face.y + face.height, face.x : face.x + face.width]


@pytest.fixture(scope="module")
def bust(small_portrait: Photo) -> Photo:
    """160x200, one face."""
    return np.ascontiguousarray(small_portrait[20:220, 60:220])


@pytest.fixture(scope="module")
def paintings(small_portrait: Photo) -> dict[str, Photo]:
    return {name: painter.transfer_style(small_portrait, picture, seed=3) for name, picture in EXEMPLARS.items()}


@pytest.mark.parametrize("name", ["brushwork", "warm brushwork", "hatching"])
def test_colours_come_nearer_to_the_exemplar(name: str, paintings: dict[str, Photo], small_portrait: Photo) -> None:
    wanted = np.median(to_lab(EXEMPLARS[name]).reshape(-1, 3), axis=0)
    before, after = (np.abs(to_lab(picture) - wanted)[..., 1:].mean() for picture in (small_portrait, paintings[name]))
    assert after < 0.85 * before


@pytest.mark.parametrize("name", EXEMPLARS)
def test_the_face_keeps_its_likeness(name: str, paintings: dict[str, Photo], small_portrait: Photo) -> None:
    face = painter.detect_faces(small_portrait)[0]
    light = [
        cv2.GaussianBlur(to_lab(cut_face(picture, face))[..., 0], (0, 0), 1.5).ravel()
        for picture in (small_portrait, paintings[name])
    ]
    assert np.corrcoef(light)[0, 1] > 0.85


@pytest.mark.parametrize("name", EXEMPLARS)
def test_skin_is_never_green_nor_blue(name: str, paintings: dict[str, Photo], small_portrait: Photo) -> None:
    face = painter.detect_faces(small_portrait)[0]
    x, y = (int(value) for value in face.centre)
    cheeks = to_lab(paintings[name][y : y + face.height // 6, x - face.width // 4 : x + face.width // 4])
    assert cheeks[..., 1].mean() > -1.0
    assert cheeks[..., 2].mean() > -1.0


def test_a_poster_leaves_few_colours(paintings: dict[str, Photo], small_portrait: Photo) -> None:
    wanted = to_lab(np.uint8([[(28, 52, 88), (226, 92, 62), (244, 226, 190)]]))[0]

    def share(picture: Photo) -> float:
        below = to_lab(picture)[picture.shape[0] // 2 :]
        return float((np.min([((below - c) ** 2).sum(axis=2) for c in wanted], axis=0) < 10.0**2).mean())

    assert share(paintings["poster"]) > 0.8
    assert share(small_portrait) < 0.3


def test_hatching_arrives_as_lines(paintings: dict[str, Photo], small_portrait: Photo) -> None:
    """The backdrop of the photo is smooth; in the painting neighbours differ as in the exemplar."""

    def roughness(picture: Photo) -> float:
        return float(np.abs(np.diff(picture[..., 1].astype(np.float32), axis=1)).mean())

    below = slice(small_portrait.shape[0] // 2, None)
    assert roughness(paintings["hatching"][below]) > 1.5 * roughness(small_portrait[below])


def test_strength_runs_evenly_from_the_photo_to_the_painting(bust: Photo) -> None:
    steps = [
        painter.transfer_style(bust, EXEMPLARS["brushwork"], strength=strength, seed=3).astype(np.float32)
        for strength in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    np.testing.assert_array_equal(steps[0], bust)
    distances = [np.abs(step - steps[0]).mean() for step in steps]
    np.testing.assert_allclose(distances, np.linspace(0, distances[-1], 5), atol=0.6)


def test_the_same_seed_gives_the_same_picture_from_any_thread(bust: Photo) -> None:
    wishes = [(name, seed) for name in ("brushwork", "poster", "hatching") for seed in (1, 2)]

    def grant(wish: tuple[str, int]) -> Photo:
        return painter.transfer_style(bust, EXEMPLARS[wish[0]], seed=wish[1])

    alone = [grant(wish) for wish in wishes]
    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(grant, wishes))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, other)
    assert np.abs(alone[0].astype(int) - alone[1]).mean() > 0.2


@pytest.mark.parametrize("threads", [1, 3])
def test_the_number_of_threads_does_not_show(
    threads: int, paintings: dict[str, Photo], small_portrait: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bands, "count_threads", lambda: threads)
    again = painter.transfer_style(small_portrait, EXEMPLARS["hatching"], seed=3)
    np.testing.assert_array_equal(again, paintings["hatching"])


@pytest.mark.parametrize("seed", [-1, 2**32, 2**64 + 5])
def test_any_integer_is_a_seed(seed: int, small_portrait: Photo) -> None:
    small = np.ascontiguousarray(small_portrait[:96, :64])
    assert painter.transfer_style(small, EXEMPLARS["brushwork"], seed=seed).shape == small.shape


def test_no_argument_is_written_to(small_portrait: Photo) -> None:
    photo, exemplar = small_portrait[:128, :96].copy(), EXEMPLARS["brushwork"].copy()
    subject = np.ones((128, 96), dtype=bool)
    kept = [array.copy() for array in (photo, exemplar, subject)]
    painter.transfer_style(photo, exemplar, subject=subject, strength=0.5)
    for array, copy in zip((photo, exemplar, subject), kept, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_a_matte_changes_who_is_protected(small_portrait: Photo) -> None:
    night = np.zeros((60, 60, 3), dtype=np.uint8)
    night[::7, ::5] = 90
    height = small_portrait.shape[0]
    subject = np.zeros(small_portrait.shape[:2], dtype=np.uint8)
    subject[height // 2 :] = 255
    with_matte = painter.transfer_style(small_portrait, night, subject=subject)
    without = painter.transfer_style(small_portrait, night, subject=np.zeros_like(subject))
    assert with_matte[height // 2 + 30 :].mean() > without[height // 2 + 30 :].mean()


def test_a_large_photo_keeps_its_size_and_detail(small_portrait: Photo) -> None:
    large = np.asarray(cv2.resize(small_portrait, (850, 1100), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
    large[600:604, 300:600] = 255
    painting = painter.transfer_style(large, EXEMPLARS["brushwork"], seed=3)
    assert painting.shape == large.shape
    assert painting[601, 320:580].mean() > painting[590, 320:580].mean() + 10
