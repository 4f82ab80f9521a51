"""Learning a style, and what is said of the pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator

import cv2
import numpy as np
import pytest

import painter
from painter.arrays import Photo
from painter.atlas.index import CELLS
from painter.atlas.learn import MAX_PICTURES
from tests.unit.painter.analogy.pictures import make_brushwork
from tests.unit.painter.atlas.conftest import make_set


def get_codes(atlas: painter.Atlas) -> set[str]:
    return {note.code for note in atlas.notes}


def test_every_picture_is_kept_and_indexed(atlas: painter.Atlas) -> None:
    assert len(atlas.exemplars) == 8
    assert atlas.histograms.shape == (8, CELLS)
    np.testing.assert_allclose(atlas.histograms.sum(axis=1), 1.0, atol=1e-5)
    assert atlas.lut.shape == (17, 17, 17, 3)


def test_the_palette_is_that_of_the_pictures(atlas: painter.Atlas) -> None:
    assert 4 <= len(atlas.palette) <= 8
    assert all(re.fullmatch(r"#[0-9a-f]{6}", colour) for colour in atlas.palette)
    rgb = [[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in atlas.palette]
    assert any(blue > red + 60 for red, _, blue in rgb)
    assert any(red > blue + 60 for red, _, blue in rgb)


def test_the_live_table_gives_grey_the_style_s_colours() -> None:
    lut = painter.learn_atlas([make_brushwork(seed) for seed in range(3)]).lut
    cold, dark, light = lut[8, 8, 8], lut[1, 1, 1], lut[15, 15, 15]
    assert cold[2] > cold[0] + 0.1
    assert dark.mean() < cold.mean() < light.mean()


def test_doubles_are_dropped_whatever_their_size_or_side() -> None:
    first, other = make_brushwork(1), make_brushwork(2)
    smaller = np.asarray(cv2.resize(first, None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    atlas = painter.learn_atlas([first, smaller, np.ascontiguousarray(first[:, ::-1]), other])
    assert len(atlas.exemplars) == 2
    assert "duplicates_dropped" in get_codes(atlas)


def test_few_pictures_are_said_to_be_few(atlas: painter.Atlas) -> None:
    assert get_codes(atlas) == {"few_pictures"}


def test_twenty_different_pictures_are_a_good_set() -> None:
    generator = np.random.default_rng(6)
    pictures = []
    for picture in make_set(20):
        tint = generator.uniform(0.4, 1.0, 3)
        pictures.append(np.asarray(picture * tint, dtype=np.uint8))
    assert get_codes(painter.learn_atlas(pictures)) == set()


def test_pictures_of_the_same_colours_are_too_alike() -> None:
    stripes = [np.full((96, 64, 3), (150, 140, 120), dtype=np.uint8) for _ in range(4)]
    for number, picture in enumerate(stripes):
        picture[24 * number : 24 * number + 24] = (70, 60, 90)
    assert get_codes(painter.learn_atlas(stripes)) == {"too_alike", "small_pictures", "few_pictures"}


def test_notes_speak_both_languages(atlas: painter.Atlas) -> None:
    for note in atlas.notes:
        assert set(note.text) == {"ko", "en"}
        assert all(text.endswith(".") for text in note.text.values())


def test_learning_is_repeatable() -> None:
    one, other = painter.learn_atlas(make_set(3)), painter.learn_atlas(make_set(3))
    assert one.exemplars == other.exemplars
    assert one.palette == other.palette
    np.testing.assert_array_equal(one.lut, other.lut)


def test_pictures_may_come_one_by_one(noise_picture: Photo) -> None:
    def bring() -> Iterator[Photo]:
        yield noise_picture

    assert len(painter.learn_atlas(bring()).exemplars) == 1


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_flat_picture_can_be_learnt(level: int) -> None:
    atlas = painter.learn_atlas([np.full((64, 64, 3), level, dtype=np.uint8)])
    assert np.isfinite(atlas.lut).all()
    assert atlas.palette == (f"#{level:02x}{level:02x}{level:02x}",)


def test_too_few_and_too_many_are_refused(noise_picture: Photo) -> None:
    with pytest.raises(painter.InvalidPhotoError, match="at least one"):
        painter.learn_atlas([])
    with pytest.raises(painter.InvalidPhotoError, match="at most"):
        painter.learn_atlas(noise_picture for _ in range(MAX_PICTURES + 1))
    with pytest.raises(painter.InvalidPhotoError, match="uint8"):
        painter.learn_atlas([noise_picture, noise_picture / 255])  # type: ignore[list-item]


def test_progress_grows_and_can_end_the_learning(noise_picture: Photo) -> None:
    heard: list[float] = []
    painter.learn_atlas([noise_picture] * 5, on_progress=heard.append)
    assert heard == sorted(set(heard))
    assert heard[-1] == 1.0

    def stop(fraction: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        painter.learn_atlas([noise_picture], on_progress=stop)
