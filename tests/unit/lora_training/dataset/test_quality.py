"""Hints on single pictures and on the set."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from lora_training.dataset.quality import describe_look, find_mixture, find_weaknesses, measure_sharpness
from lora_training.dataset.remarks import BLURRED, DARK, MIXED, SENTENCES, SHORT, SMALL, UNLIKE_OTHERS
from tests.unit.lora_training.dataset.pictures import Picture, make_drawing, make_portrait


def blur(picture: Picture, sigma_px: float) -> Picture:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma_px), dtype=np.uint8)


def draw_sketch(seed: int) -> Picture:
    """Thin grey lines on white paper."""
    draw = np.random.default_rng(seed)
    picture = np.full((512, 512, 3), 250, dtype=np.uint8)
    for _ in range(60):
        points = draw.integers(0, 512, (2, 2)).tolist()
        cv2.line(picture, points[0], points[1], (60, 60, 60), 1, cv2.LINE_AA)
    return picture


def test_good_picture_has_no_remark() -> None:
    assert find_weaknesses((512, 512), make_portrait(), 512) == ()


def test_small_counts_what_came_not_what_was_cut() -> None:
    assert find_weaknesses((400, 400), make_portrait(), 512) == (SMALL,)
    assert find_weaknesses((640, 410), make_portrait(), 512) == ()


@pytest.mark.parametrize("sigma_px", [2.0, 4.0, 8.0])
def test_blurred_is_seen(sigma_px: float) -> None:
    assert BLURRED in find_weaknesses((512, 512), blur(make_portrait(), sigma_px), 512)


def test_paleness_is_no_blur_and_grain_no_sharpness() -> None:
    sharp = make_portrait()
    pale = (sharp * 0.2 + 180).astype(np.uint8)
    assert find_weaknesses((512, 512), pale, 512) == ()
    assert measure_sharpness(pale) == pytest.approx(measure_sharpness(sharp), rel=0.2)
    grain = np.random.default_rng(1).normal(0, 4, sharp.shape)
    grainy = np.clip(blur(sharp, 6.0) + grain, 0, 255).astype(np.uint8)
    assert BLURRED in find_weaknesses((512, 512), grainy, 512)


def test_dark_is_seen() -> None:
    assert find_weaknesses((512, 512), (make_portrait() * 0.25).astype(np.uint8), 512) == (DARK,)


def test_one_style_is_not_called_mixed() -> None:
    looks = [describe_look(draw_sketch(seed)) for seed in range(12)]
    assert find_mixture(looks) == ((), [()] * 12)


def test_stranger_in_the_set_is_named() -> None:
    looks = [describe_look(draw_sketch(seed)) for seed in range(12)]
    looks.insert(4, describe_look(make_portrait()))
    on_set, on_pictures = find_mixture(looks)
    assert on_set == ()
    assert [index for index, remarks in enumerate(on_pictures) if remarks == (UNLIKE_OTHERS,)] == [4]


def test_two_styles_half_and_half_are_mixed_material() -> None:
    night = [(make_drawing(seed) * (0.15, 0.2, 0.5)).astype(np.uint8) for seed in range(10)]
    looks = [describe_look(picture) for picture in [*night, *(draw_sketch(seed) for seed in range(10))]]
    assert find_mixture(looks)[0] == (MIXED,)


def test_few_pictures_are_not_compared() -> None:
    looks = [describe_look(picture) for picture in (draw_sketch(1), make_portrait(), make_drawing(1))]
    assert find_mixture(looks) == ((), [(), (), ()])


def test_every_code_has_words_in_both_languages() -> None:
    assert SHORT.keys() == SENTENCES.keys()
    assert all({"ko", "en"} == words.keys() for words in (*SHORT.values(), *SENTENCES.values()))
