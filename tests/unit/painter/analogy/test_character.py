"""Posters, screens, brushwork and bare walls are told apart."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from painter.analogy.character import Character, read_character
from painter.analogy.exemplar import Exemplar
from painter.arrays import Photo
from painter.canvas import REFERENCE_PX
from tests.unit.painter.analogy.pictures import make_brushwork, make_hatching, make_poster


def judge(picture: Photo) -> Character:
    return read_character(Exemplar(picture).fit(REFERENCE_PX))


def test_a_poster_is_flat() -> None:
    character = judge(make_poster())
    assert character.flatness == 1.0
    assert character.screen == 0.0
    assert len(character.palette) == 3


def test_a_poster_that_was_scanned_is_still_flat(generator: np.random.Generator) -> None:
    scan = make_poster().astype(np.float32) + generator.normal(0, 2.0, (400, 300, 1))
    assert judge(np.clip(scan, 0, 255).astype(np.uint8)).flatness > 0.7


def test_hatching_is_a_screen() -> None:
    character = judge(make_hatching())
    assert character.screen > 0.9
    assert character.flatness == pytest.approx(0.0, abs=0.1)


def test_brushwork_is_neither() -> None:
    character = judge(make_brushwork())
    assert character.flatness == 0.0
    assert character.screen < 0.2
    assert character.marks > 1.0


def test_a_photo_is_neither(small_portrait: Photo) -> None:
    character = judge(small_portrait)
    assert character.flatness < 0.2
    assert character.screen < 0.2
    assert character.monotony == 0.0


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_bare_wall_has_one_tone(level: int) -> None:
    character = judge(np.full((100, 80, 3), level, dtype=np.uint8))
    assert character.monotony == 1.0
    assert character.flatness == 0.0
    assert len(character.palette) == 1


def test_character_does_not_depend_on_the_size_of_the_file() -> None:
    small = make_poster()
    large = np.asarray(cv2.resize(small, None, fx=3, fy=3, interpolation=cv2.INTER_NEAREST), dtype=np.uint8)
    assert judge(large).flatness == judge(small).flatness == 1.0


def test_a_sheet_is_what_most_of_its_pictures_are() -> None:
    poster, other = make_poster(), np.ascontiguousarray(make_poster()[..., ::-1])
    brush = make_brushwork()
    flat = read_character(
        Exemplar(np.vstack([np.hstack([poster, other]), np.hstack([poster, brush])]), 2).fit(10**6), 2
    )
    rough = read_character(
        Exemplar(np.vstack([np.hstack([poster, brush]), np.hstack([brush, brush])]), 2).fit(10**6), 2
    )
    assert flat.flatness > 0.9
    assert len(flat.palette) >= 6
    assert rough.flatness == 0.0
