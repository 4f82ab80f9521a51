"""Strength, parameters and progress."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

import painter
from painter.arrays import Photo
from tests.unit.painter.conftest import STYLE_IDS


def _measure_distance(first: Photo, second: Photo) -> float:
    return float(np.sqrt(np.mean((first.astype(np.float32) - second.astype(np.float32)) ** 2)))


@pytest.mark.parametrize("style_id", STYLE_IDS)
def test_strength_leads_away_from_the_photo_step_by_step(style_id: str, small_portrait: Photo) -> None:
    results = [
        painter.paint(small_portrait, style=style_id, strength=strength, seed=5)
        for strength in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    distances = [_measure_distance(result, small_portrait) for result in results]
    assert distances == sorted(distances)
    assert distances[-1] > 2.0 * distances[0]


@pytest.mark.parametrize("style_id", STYLE_IDS)
def test_no_strength_is_the_photo_on_paper(style_id: str, small_portrait: Photo) -> None:
    result = painter.paint(small_portrait, style=style_id, strength=0.0)
    greys = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).ravel() for picture in (result, small_portrait)]
    assert np.corrcoef(greys)[0, 1] > 0.99
    assert _measure_distance(result, small_portrait) < 25


@pytest.mark.parametrize(
    ("style_id", "name"), [(style.style_id, p.name) for style in painter.list_styles() for p in style.parameters]
)
def test_every_parameter_shows(style_id: str, name: str, small_portrait: Photo) -> None:
    parameter = next(
        p for style in painter.list_styles() if style.style_id == style_id for p in style.parameters if p.name == name
    )
    low, high = (
        painter.paint(small_portrait, style=style_id, parameters={name: value}, seed=1)
        for value in (parameter.minimum, parameter.maximum)
    )
    assert _measure_distance(low, high) > 1.0


def test_without_a_border_the_paint_reaches_the_sides() -> None:
    photo = np.full((320, 240, 3), 60, np.uint8)
    full = painter.paint(photo, style="watercolour", parameters={"border": 0.0}, subject=np.ones((320, 240), bool))
    assert full[:6].mean() < 130
    assert painter.paint(photo, style="watercolour")[:6].mean() > 200


def test_ink_alone_has_no_colour(small_portrait: Photo) -> None:
    painted = painter.paint(small_portrait, style="ink_wash", parameters={"colourfulness": 0.0, "seal": 0.0})
    coloured = painter.paint(small_portrait, style="ink_wash", parameters={"seal": 0.0})
    spread = [np.ptp(picture.astype(np.float32), axis=2)[150:].mean() for picture in (painted, coloured)]
    assert spread[0] < 0.6 * spread[1]


def test_the_seal_is_red_and_leaves_the_face_alone(small_portrait: Photo) -> None:
    face = painter.detect_faces(small_portrait)[0]
    plain, sealed = (
        painter.paint(small_portrait, style="ink_wash", parameters={"seal": value}).astype(np.int16)
        for value in (0.0, 1.0)
    )
    changed = np.abs(plain - sealed).max(axis=2) > 20
    assert changed.any()
    assert not changed[face.y : face.y + face.height, face.x : face.x + face.width].any()
    red, green, blue = sealed[changed].mean(axis=0)
    assert red > green + 60
    assert red > blue + 60


@pytest.mark.parametrize("style_id", STYLE_IDS)
def test_progress_grows_to_one(style_id: str, small_portrait: Photo) -> None:
    heard: list[float] = []
    painter.paint(small_portrait, style=style_id, on_progress=heard.append)
    assert heard == sorted(set(heard))
    assert heard[0] < 0.05
    assert heard[-1] == 1.0
    assert len(heard) >= 6
    assert max(np.diff(heard)) <= 0.4


class _CancelledError(Exception):
    pass


@pytest.mark.parametrize("style_id", STYLE_IDS)
def test_the_listener_can_end_the_painting(style_id: str, small_portrait: Photo) -> None:
    heard: list[float] = []

    def listen(fraction: float) -> None:
        heard.append(fraction)
        if fraction >= 0.4:
            raise _CancelledError

    with pytest.raises(_CancelledError):
        painter.paint(small_portrait, style=style_id, on_progress=listen)
    assert heard[-1] < 1.0
    assert painter.paint(small_portrait, style=style_id).shape == small_portrait.shape
