"""Odd pictures are painted; wrong ones are refused with a sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import painter
from painter.arrays import Photo
from tests.unit.painter.analogy.pictures import make_brushwork, make_poster

NOISE = np.random.default_rng(9).integers(0, 256, (90, 70, 3), dtype=np.uint8)
ODD = {
    "black": np.zeros((64, 96, 3), dtype=np.uint8),
    "white": np.full((97, 65, 3), 255, dtype=np.uint8),
    "grey": np.full((96, 64, 3), 128, dtype=np.uint8),
    "noise": NOISE,
    "grey noise": np.repeat(NOISE[..., :1], 3, axis=2),
    "strip": np.tile(NOISE[:64], (1, 9, 1)),
}
EXEMPLARS = {**ODD, "tiny": NOISE[:16, :16], "thread": np.tile(NOISE[:16], (1, 20, 1)), "poster": make_poster()}


@pytest.mark.parametrize("photo_name", ODD)
@pytest.mark.parametrize("exemplar_name", EXEMPLARS)
def test_every_pair_of_odd_pictures_is_painted(photo_name: str, exemplar_name: str) -> None:
    photo = ODD[photo_name]
    painting = painter.transfer_style(photo, EXEMPLARS[exemplar_name], seed=1)
    assert painting.shape == photo.shape
    assert painting.dtype == np.uint8


def test_a_bare_wall_as_exemplar_tints_the_photo(small_portrait: Photo) -> None:
    wall = np.full((80, 60, 3), (40, 110, 160), dtype=np.uint8)
    painting = painter.transfer_style(small_portrait, wall)
    light = [picture.mean(axis=2).ravel() for picture in (small_portrait, painting)]
    assert np.corrcoef(light)[0, 1] > 0.85
    corner = painting[:20, 80:120].mean(axis=(0, 1))
    assert corner[2] > corner[0] + 20


def test_a_photo_in_its_own_manner_stays_close(small_portrait: Photo) -> None:
    painting = painter.transfer_style(small_portrait, small_portrait)
    light = [picture.mean(axis=2).ravel() for picture in (small_portrait, painting)]
    assert np.corrcoef(light)[0, 1] > 0.95


@pytest.mark.parametrize("strength", [-0.1, 1.01, float("nan"), "1", None])
def test_a_strength_out_of_range_is_refused(strength: Any) -> None:
    with pytest.raises(painter.InvalidParameterError, match="strength"):
        painter.transfer_style(ODD["grey"], NOISE, strength=strength)


@pytest.mark.parametrize(
    "exemplar",
    [
        None,
        "picture.png",
        NOISE.astype(np.float32),
        NOISE[..., 0],
        np.dstack([NOISE, NOISE[..., :1]]),
        NOISE[:15],
        np.zeros((16, 8193, 3), dtype=np.uint8),
    ],
)
def test_a_wrong_exemplar_is_refused(exemplar: Any) -> None:
    with pytest.raises(painter.InvalidPhotoError, match="style picture"):
        painter.transfer_style(ODD["grey"], exemplar)


def test_a_wrong_photo_or_matte_is_refused() -> None:
    with pytest.raises(painter.InvalidPhotoError):
        painter.transfer_style(NOISE[:60], NOISE)
    with pytest.raises(painter.InvalidPhotoError, match="matte"):
        painter.transfer_style(NOISE, NOISE, subject=np.zeros((5, 5), dtype=bool))


def test_progress_grows_to_one() -> None:
    heard: list[float] = []
    painter.transfer_style(NOISE, make_brushwork(), on_progress=heard.append)
    assert heard == sorted(set(heard))
    assert heard[-1] == 1.0
    assert len(heard) > 10


class StoppedError(Exception):
    """The visitor walked away."""


@pytest.mark.parametrize("limit", [0.05, 0.5, 0.93])
def test_a_listener_ends_the_painting(limit: float) -> None:
    def stop(fraction: float) -> None:
        if fraction > limit:
            raise StoppedError

    with pytest.raises(StoppedError):
        painter.transfer_style(NOISE, make_brushwork(), on_progress=stop)
