"""What a scene is: a few chosen words about a landscape, in a form that can be stored."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from painter.errors import InvalidParameterError


class Place(StrEnum):
    """Where the viewer stands."""

    MOUNTAINS = "mountains"
    SEA = "sea"
    LAKE = "lake"
    RIVER = "river"
    FIELDS = "fields"
    FOREST = "forest"
    HILL = "hill"


class Trees(StrEnum):
    """The tree that stands nearest; it follows the season (a cherry blooms in spring only)."""

    NONE = "none"
    BROADLEAF = "broadleaf"
    CHERRY = "cherry"
    MAPLE = "maple"
    GINKGO = "ginkgo"
    PINE = "pine"
    WILLOW = "willow"
    BARE = "bare"


class Season(StrEnum):
    """The time of the year."""

    SPRING = "spring"
    SUMMER = "summer"
    AUTUMN = "autumn"
    WINTER = "winter"


class Time(StrEnum):
    """The time of the day."""

    DAWN = "dawn"
    DAY = "day"
    DUSK = "dusk"
    NIGHT = "night"


class Weather(StrEnum):
    """What the air does."""

    CLEAR = "clear"
    CLOUDS = "clouds"
    MIST = "mist"
    RAIN = "rain"
    SNOW = "snow"


class Lanterns(StrEnum):
    """Lights that people left: hung from a branch or a cord, or set on the water."""

    NONE = "none"
    HANGING = "hanging"
    FLOATING = "floating"


@dataclass(frozen=True)
class Scene:
    """A landscape in words. The defaults are a calm lake in the mist of a spring morning."""

    place: Place = Place.LAKE
    trees: Trees = Trees.NONE
    season: Season = Season.SPRING
    time: Time = Time.DAWN
    weather: Weather = Weather.MIST
    sun: bool = False
    moon: bool = False
    stars: bool = False
    lanterns: Lanterns = Lanterns.NONE
    birds: bool = False

    def __post_init__(self) -> None:
        """Accept a member or its value, so that a stored scene can be given field by field."""
        for field in dataclasses.fields(self):
            object.__setattr__(self, field.name, _check_value(field.name, getattr(self, field.name)))

    def to_dict(self) -> dict[str, str | bool]:
        """Plain values, ready for JSON."""
        values = ((field.name, getattr(self, field.name)) for field in dataclasses.fields(self))
        return {name: value if isinstance(value, bool) else str(value) for name, value in values}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Scene:
        """The scene that `to_dict` gave; missing fields take their default. Raises InvalidParameterError."""
        unknown = sorted(set(values) - {field.name for field in dataclasses.fields(cls)})
        if unknown:
            raise InvalidParameterError(f"A scene has no field {unknown[0]!r}.")
        return cls(**values)


_KINDS: Mapping[str, type[StrEnum]] = {
    "place": Place,
    "trees": Trees,
    "season": Season,
    "time": Time,
    "weather": Weather,
    "lanterns": Lanterns,
}


def _check_value(name: str, value: Any) -> StrEnum | bool:
    kind = _KINDS.get(name)
    if kind is None:
        if not isinstance(value, bool):
            raise InvalidParameterError(f"{name} is true or false, not {value!r}.")
        return value
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(kind)
        raise InvalidParameterError(f"{name} is one of {known}, not {value!r}.") from None
