"""The same picture is known again; another one is not taken for it."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from lora_training.dataset.duplicates import find_duplicates, is_near_duplicate, take_fingerprint
from tests.unit.lora_training.dataset.pictures import Picture, make_drawing, make_portrait

CHANGES: dict[str, Callable[[Picture], Picture]] = {
    "smaller": lambda picture: np.asarray(cv2.resize(picture, (300, 290), interpolation=cv2.INTER_AREA), np.uint8),
    "mirrored": lambda picture: np.ascontiguousarray(picture[:, ::-1]),
    "recompressed": lambda picture: np.asarray(
        cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 35])[1], cv2.IMREAD_COLOR), np.uint8
    ),
    "lighter": lambda picture: np.clip(picture * 1.08, 0, 255).astype(np.uint8),
    "trimmed": lambda picture: np.ascontiguousarray(picture[5:-5, 5:-5]),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("picture", [make_portrait(), make_drawing(3)], ids=["portrait", "drawing"])
def test_changed_copy_is_a_near_duplicate(picture: Picture, change: str) -> None:
    assert is_near_duplicate(take_fingerprint(picture), take_fingerprint(CHANGES[change](picture)))


def test_other_pictures_are_not_near_duplicates() -> None:
    prints = [take_fingerprint(make_drawing(seed, (320, 256))) for seed in range(25)]
    assert find_duplicates(prints) == {}


def test_same_drawing_in_other_colours_is_another_picture() -> None:
    picture = make_drawing(2)
    recoloured = np.ascontiguousarray(picture[..., ::-1])
    recoloured[..., 0] = np.clip(recoloured[..., 0].astype(int) + 60, 0, 255)
    assert not is_near_duplicate(take_fingerprint(picture), take_fingerprint(recoloured))


def test_upside_down_is_another_picture() -> None:
    picture = make_portrait()
    assert not is_near_duplicate(take_fingerprint(picture), take_fingerprint(np.ascontiguousarray(picture[::-1])))


def test_largest_stays_else_the_first() -> None:
    large, small = make_drawing(5, (960, 768)), CHANGES["smaller"](make_drawing(5, (960, 768)))
    prints = [take_fingerprint(picture) for picture in (small, make_drawing(6), large, large[:, ::-1].copy())]
    assert find_duplicates(prints) == {0: 2, 3: 2}


def test_nothing_of_nothing() -> None:
    assert find_duplicates([]) == {}
