"""Skin is found beyond the face, hair is not backdrop, and both keep their hue."""

from __future__ import annotations

import numpy as np
import pytest

from painter.analogy.skin import Person, find_person, harden, protect_person
from painter.arrays import Photo, Picture
from painter.blocks.tone import to_lab
from painter.canvas import Canvas, prepare_canvas
from painter.progress import Progress


@pytest.fixture
def canvas(small_portrait: Photo) -> Canvas:
    return prepare_canvas(small_portrait, seed=0, subject=None, progress=Progress(None))


@pytest.fixture
def lab(canvas: Canvas) -> Picture:
    return to_lab(canvas.photo)


@pytest.fixture
def person(canvas: Canvas, lab: Picture) -> Person:
    return find_person(canvas, lab)


def test_the_face_is_skin_and_the_hair_is_hair(canvas: Canvas, person: Person) -> None:
    face = canvas.faces[0]
    x, y = (int(value) for value in face.centre)
    assert person.skin[y : y + 10, x - 5 : x + 5].mean() > 0.8
    crown = slice(face.y - face.height // 3, face.y - face.height // 6)
    middle = slice(x - face.width // 4, x + face.width // 4)
    assert person.hair[crown, middle].mean() > 0.4
    assert person.skin[crown, middle].mean() < 0.4


def test_the_neck_is_skin_though_it_lies_outside_the_face(canvas: Canvas, person: Person) -> None:
    face = canvas.faces[0]
    x = int(face.centre[0])
    neck = slice(face.y + face.height, face.y + face.height + face.height // 12)
    assert person.skin[neck, x - 6 : x + 6].mean() > 0.5


def test_the_orange_suit_is_not_skin(person: Person, small_portrait: Photo) -> None:
    height, width = small_portrait.shape[:2]
    suit = person.skin[int(0.7 * height) : int(0.85 * height), int(0.1 * width) : int(0.25 * width)]
    assert suit.mean() < 0.25


def test_without_a_face_skin_is_only_a_guess(generator: np.random.Generator) -> None:
    scene = generator.integers(0, 255, (96, 64, 3), dtype=np.uint8)
    canvas = prepare_canvas(scene, seed=0, subject=None, progress=Progress(None))
    person = find_person(canvas, to_lab(canvas.photo))
    assert not person.is_found
    assert person.skin.max() < 0.6
    assert harden(person, 1.0).max() < 0.2


def test_hardening_adds_the_hair(person: Person) -> None:
    np.testing.assert_array_equal(harden(person, 0.0), person.skin)
    hard = harden(person, 1.0)
    assert hard[person.hair > 0.8].min() > 0.9
    assert hard[(person.hair < 0.2) & (person.skin < 0.2)].max() == 0.0


def test_skin_does_not_turn_green(lab: Picture, person: Person) -> None:
    green = np.broadcast_to(np.float32([60, -45, 30]), lab.shape).copy()
    kept = protect_person(green, lab, person, style_chroma=50.0)
    sure = person.skin > 0.95
    assert kept[sure][:, 1].mean() > 0.0
    far = (person.skin < 0.01) & (person.hair < 0.01)
    assert kept[far][:, 1].max() < -40.0


def test_a_grey_style_keeps_a_grey_face(lab: Picture, person: Person) -> None:
    grey = np.broadcast_to(np.float32([60, 0, 0]), lab.shape).copy()
    kept = protect_person(grey, lab, person, style_chroma=1.0)
    assert np.abs(kept[..., 1:]).max() < 0.01


def test_a_far_darker_style_leaves_the_face_its_light(lab: Picture, person: Person) -> None:
    sure = person.skin > 0.95
    night = np.broadcast_to(np.float32([6, 0, 0]), lab.shape).copy()
    dusk = lab - np.float32([5, 0, 0])
    kept = protect_person(night, lab, person, 40.0)[sure][:, 0].mean() / lab[sure][:, 0].mean()
    assert kept > 0.8
    half = protect_person(dusk, lab, person, 40.0)[sure][:, 0] - dusk[sure][:, 0]
    np.testing.assert_allclose(half, 2.5, atol=0.3)


def test_skin_follows_a_warm_style_further_than_a_cold_one(lab: Picture, person: Person) -> None:
    sure = person.skin > 0.95

    def measure_way(turn: float) -> float:
        """Share of the way to the style's colours that skin goes; the style turns all hues by an angle."""
        styled = lab.copy()
        cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
        styled[..., 1] = 1.4 * (cos * lab[..., 1] - sin * lab[..., 2])
        styled[..., 2] = 1.4 * (sin * lab[..., 1] + cos * lab[..., 2])
        kept = protect_person(styled, lab, person, style_chroma=50.0)
        left = np.hypot(*(kept - styled)[sure][:, 1:].mean(axis=0))
        return 1.0 - float(left / np.hypot(*(lab - styled)[sure][:, 1:].mean(axis=0)))

    assert measure_way(0.2) > measure_way(2.5) + 0.15
