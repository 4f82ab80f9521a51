"""A scene is a value: it can be stored, read back and never holds nonsense."""

from __future__ import annotations

import dataclasses
import json

import pytest

from painter import InvalidParameterError, Scene
from painter.scenery import Lanterns, Place, Season, Time, Trees, Weather

FULL = Scene(
    Place.RIVER,
    Trees.CHERRY,
    Season.SPRING,
    Time.NIGHT,
    Weather.CLEAR,
    sun=False,
    moon=True,
    stars=True,
    lanterns=Lanterns.FLOATING,
    birds=True,
)


@pytest.mark.parametrize("scene", [Scene(), FULL, Scene(place=Place.SEA, sun=True)])
def test_a_scene_survives_storage(scene: Scene) -> None:
    assert Scene.from_dict(json.loads(json.dumps(scene.to_dict()))) == scene


def test_missing_fields_take_their_default() -> None:
    assert Scene.from_dict({"place": "sea"}) == Scene(place=Place.SEA)


def test_stored_values_become_members() -> None:
    assert Scene.from_dict({"time": "dusk"}).time is Time.DUSK


def test_a_scene_is_frozen_and_can_be_a_key() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        FULL.place = Place.SEA  # type: ignore[misc]
    assert {FULL: 1}[dataclasses.replace(FULL)] == 1


@pytest.mark.parametrize(
    ("values", "hint"),
    [
        ({"place": "moon base"}, "place is one of mountains"),
        ({"trees": None}, "trees is one of none"),
        ({"season": 3}, "season is one of spring"),
        ({"moon": "yes"}, "moon is true or false"),
        ({"sun": 1}, "sun is true or false"),
        ({"colour": "red"}, "no field 'colour'"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(values: dict[str, object], hint: str) -> None:
    with pytest.raises(InvalidParameterError, match=hint):
        Scene.from_dict(values)
