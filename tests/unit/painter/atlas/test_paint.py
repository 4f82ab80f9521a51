"""Choosing pictures for a photo and painting after them."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

import painter
from painter.arrays import Photo
from painter.atlas.choose import TILE_PX, choose_exemplars, make_sheet
from tests.unit.painter.analogy.pictures import make_brushwork, make_poster
from tests.unit.painter.atlas.conftest import make_set


@pytest.fixture(scope="module")
def painting(atlas: painter.Atlas, small_portrait: Photo) -> Photo:
    return painter.paint_atlas(small_portrait, atlas, seed=2)


def test_four_different_pictures_are_chosen(atlas: painter.Atlas, small_portrait: Photo) -> None:
    chosen = choose_exemplars(atlas, small_portrait)
    assert len(set(chosen)) == len(chosen) == 4
    assert set(chosen) <= set(range(8))


def test_the_choice_follows_the_photo_s_colours(atlas: painter.Atlas) -> None:
    """Warm pictures have odd numbers."""
    warm, cold = (np.full((80, 80, 3), colour, dtype=np.uint8) for colour in ((230, 150, 90), (30, 90, 170)))
    assert choose_exemplars(atlas, warm)[0] % 2 == 1
    assert choose_exemplars(atlas, cold)[0] % 2 == 0


def test_the_sheet_holds_four_squares(atlas: painter.Atlas) -> None:
    sheet = make_sheet(atlas, (0, 1, 2, 3))
    assert sheet.tiles == 2
    assert sheet.picture.shape == (2 * TILE_PX, 2 * TILE_PX, 3)
    square = cv2.resize(make_brushwork(0)[50:350], (TILE_PX, TILE_PX), interpolation=cv2.INTER_CUBIC)
    assert np.abs(sheet.picture[:TILE_PX, :TILE_PX].astype(int) - square).mean() < 4.0


def test_two_pictures_fill_a_sheet_with_their_mirror_images(atlas: painter.Atlas) -> None:
    picture = make_sheet(atlas, (0, 1)).picture
    np.testing.assert_array_equal(picture[TILE_PX:, :TILE_PX], picture[:TILE_PX, :TILE_PX][:, ::-1])
    np.testing.assert_array_equal(picture[TILE_PX:, TILE_PX:], picture[:TILE_PX, TILE_PX:][:, ::-1])


def test_a_single_picture_stands_alone(atlas: painter.Atlas) -> None:
    assert make_sheet(atlas, (0,)).tiles == 1


def test_the_painting_has_size_style_and_likeness(painting: Photo, small_portrait: Photo) -> None:
    assert painting.shape == small_portrait.shape
    assert painting.dtype == np.uint8
    assert np.abs(painting.astype(int) - small_portrait).mean() > 10.0
    face = painter.detect_faces(small_portrait)[0]
    light = [
        cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), (0, 0), 1.5)[
            face.y : face.y + face.height, face.x : face.x + face.width
        ].ravel()
        for picture in (small_portrait, painting)
    ]
    assert np.corrcoef(light)[0, 1] > 0.85


def test_a_saved_style_paints_the_same(
    atlas: painter.Atlas, painting: Photo, small_portrait: Photo, tmp_path: Path
) -> None:
    atlas.save(tmp_path)
    again = painter.paint_atlas(small_portrait, painter.Atlas.load(tmp_path), seed=2)
    np.testing.assert_array_equal(again, painting)


def test_threads_share_an_atlas(atlas: painter.Atlas, painting: Photo, small_portrait: Photo) -> None:
    with ThreadPoolExecutor(2) as pool:
        for result in pool.map(lambda seed: painter.paint_atlas(small_portrait, atlas, seed=seed), (2, 2)):
            np.testing.assert_array_equal(result, painting)


def test_strength_zero_is_the_photo(atlas: painter.Atlas, small_portrait: Photo) -> None:
    np.testing.assert_array_equal(painter.paint_atlas(small_portrait, atlas, strength=0.0), small_portrait)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_small_sets_paint_too(count: int, small_portrait: Photo) -> None:
    atlas = painter.learn_atlas(make_set(count))
    photo = np.ascontiguousarray(small_portrait[:128, 40:136])
    assert painter.paint_atlas(photo, atlas).shape == photo.shape


def test_posters_with_different_palettes_stay_flat(small_portrait: Photo) -> None:
    posters = [np.roll(make_poster(seed), seed, axis=2) for seed in (1, 2, 3, 4)]
    made = painter.paint_atlas(small_portrait, painter.learn_atlas(posters))
    below = cv2.cvtColor(made[200:], cv2.COLOR_RGB2GRAY).astype(np.float32)
    steps = np.abs(np.diff(below, axis=1))
    assert (steps < 2.0).mean() > 0.75


@pytest.mark.parametrize("level", [0, 255])
def test_a_flat_photo_can_be_painted(level: int, atlas: painter.Atlas) -> None:
    photo = np.full((64, 96, 3), level, dtype=np.uint8)
    assert painter.paint_atlas(photo, atlas).shape == photo.shape


def test_progress_grows_to_one(atlas: painter.Atlas, noise_picture: Photo) -> None:
    heard: list[float] = []
    painter.paint_atlas(noise_picture, atlas, on_progress=heard.append)
    assert heard == sorted(set(heard))
    assert heard[-1] == 1.0


def test_a_broken_picture_inside_is_told(atlas: painter.Atlas, noise_picture: Photo) -> None:
    broken = dataclasses.replace(atlas, exemplars=(b"not a picture",) * 8)
    with pytest.raises(painter.InvalidAtlasError):
        painter.paint_atlas(noise_picture, broken)


@pytest.mark.parametrize("strength", [-0.01, 2, "full"])
def test_a_wrong_strength_is_refused(strength: Any, atlas: painter.Atlas, noise_picture: Photo) -> None:
    with pytest.raises(painter.InvalidParameterError):
        painter.paint_atlas(noise_picture, atlas, strength=strength)


def test_a_wrong_photo_is_refused(atlas: painter.Atlas, noise_picture: Photo) -> None:
    with pytest.raises(painter.InvalidPhotoError):
        painter.paint_atlas(noise_picture[:20], atlas)
