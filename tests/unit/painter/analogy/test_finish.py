"""Likeness, evenness, size and strength after the patches."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from painter.analogy.character import Character
from painter.analogy.finish import blend, enlarge, return_likeness
from painter.arrays import Picture
from painter.blocks.tone import to_lab, to_rgb

SIDE = 120


def make_character(**traits: float) -> Character:
    usual = {"flatness": 0.0, "screen": 0.0, "monotony": 0.0, "marks": 4.0}
    return Character(**{**usual, **traits}, palette=np.float32([[50, 0, 0]]))


@pytest.fixture
def aim() -> Picture:
    lab = np.full((SIDE, SIDE, 3), (60, 12, 18), dtype=np.float32)
    lab[..., 0] += np.linspace(-10, 10, SIDE, dtype=np.float32)
    return lab


def finish(drawn: Picture, aim: Picture, skin: float, character: Character, own: Picture | None = None) -> Picture:
    mask = np.full((SIDE, SIDE), skin, dtype=np.float32)
    made = return_likeness(to_rgb(drawn), aim, aim if own is None else own, mask, character, unit=1.0, keep=0.35)
    return to_lab(made)


def test_blotches_on_skin_go(aim: Picture) -> None:
    drawn = aim.copy()
    drawn[40:80, 40:80] += np.float32([0, -25, 0])
    spot, around = slice(50, 70), slice(0, 20)
    for skin, most in ((1.0, 6.0), (0.0, 40.0)):
        made = finish(drawn, aim, skin, make_character())
        step = abs(made[spot, spot, 1].mean() - made[around, around, 1].mean())
        assert step < most
    assert step > 10.0


def test_a_star_on_skin_is_no_brush_mark(aim: Picture) -> None:
    drawn = aim.copy()
    drawn[60:63, 60:63, 0] = 98.0
    calm = finish(drawn, aim, 1.0, make_character())[61, 61, 0] - aim[61, 61, 0]
    left = finish(drawn, aim, 0.0, make_character())[61, 61, 0] - aim[61, 61, 0]
    assert calm < 15.0
    assert left > 2 * calm


def test_hatching_is_calmer_on_skin(aim: Picture) -> None:
    drawn = aim.copy()
    drawn[..., 0] += np.where(np.arange(SIDE) % 6 < 3, 22.0, -22.0)
    character = make_character(screen=1.0, marks=15.0)
    spread = [finish(drawn, aim, skin, character)[30:90, 30:90, 0].std() for skin in (0.0, 1.0)]
    assert 5.0 < spread[1] < 0.75 * spread[0]


def test_where_the_exemplar_lacked_the_tone_skin_shows_the_photo(aim: Picture) -> None:
    dark = aim - np.float32([45, 0, 0])
    made = finish(dark, aim, 1.0, make_character())
    assert np.abs(made[20:-20, 20:-20, 0] - aim[20:-20, 20:-20, 0]).mean() < 3.0


def test_the_photo_s_details_return_more_on_skin(aim: Picture) -> None:
    own = aim.copy()
    own[:, 58:62, 0] -= 30.0
    depth = [aim[60, 60, 0] - finish(aim, aim, skin, make_character(), own)[60, 60, 0] for skin in (0.0, 1.0)]
    assert 2.0 < depth[0] < depth[1]
    flat = aim[60, 60, 0] - finish(aim, aim, 0.0, make_character(flatness=1.0), own)[60, 60, 0]
    assert abs(flat) < 0.5


def test_a_wall_tints_the_photo(aim: Picture) -> None:
    wall = np.full_like(aim, 50.0)
    wall[..., 1:] = 0.0
    made = finish(wall, aim, 0.0, make_character(monotony=1.0))
    assert np.corrcoef(made[..., 0].ravel(), aim[..., 0].ravel())[0, 1] > 0.99


def test_enlarging_brings_fine_detail_back(portrait: np.ndarray) -> None:
    photo = np.ascontiguousarray(portrait[:512, 100:500])
    small = cv2.resize(photo, (200, 256), interpolation=cv2.INTER_AREA).astype(np.float32) / np.float32(255)
    plain, detailed = enlarge(small, photo, 0.0), enlarge(small, photo, 1.0)
    truth = photo.astype(np.float32) / 255
    assert detailed.shape == photo.shape
    assert np.abs(detailed - truth).mean() < 0.75 * np.abs(plain - truth).mean()
    np.testing.assert_array_equal(enlarge(truth, photo, 1.0), truth)


def test_blending_is_exact_at_both_ends(generator: np.random.Generator) -> None:
    photo = generator.integers(0, 256, (30, 20, 3), dtype=np.uint8)
    painted = generator.uniform(-0.1, 1.1, (30, 20, 3)).astype(np.float32)
    np.testing.assert_array_equal(blend(photo, painted.copy(), 0.0), photo)
    full = np.rint(np.clip(painted, 0, 1) * 255)
    assert np.abs(blend(photo, painted.copy(), 1.0) - full).max() <= 1
    half = blend(photo, painted.copy(), 0.5).astype(np.float32)
    assert np.abs(half - (photo + full) / 2).max() <= 1.01
