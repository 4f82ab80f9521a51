"""What a word does to a scene."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from painter.scenery.scene import Lanterns, Place, Scene, Season, Time, Trees, Weather

Values: TypeAlias = Mapping[str, str | bool]
"""Field of a scene to its value."""


@dataclass(frozen=True)
class Effect:
    """`sets` is what the word says; `implies` is what goes without saying unless other words say otherwise; `needs` are
    the values of other fields without which the word cannot be painted."""

    sets: Values
    implies: Values
    needs: Mapping[str, tuple[str, ...]]

    def is_met(self, scene: Scene) -> bool:
        """Whether the scene can show what the word says."""
        return all(getattr(scene, name) in allowed for name, allowed in self.needs.items())


def _say(sets: Values, *, needs: Mapping[str, tuple[str, ...]] | None = None, **implies: str | bool) -> Effect:
    return Effect(sets, implies, needs or {})


_BY_DAY = (Time.DAWN, Time.DAY, Time.DUSK)
_DRY = (Weather.CLEAR, Weather.CLOUDS, Weather.MIST)
_WATERS = (Place.LAKE, Place.RIVER, Place.SEA)

EFFECTS: Mapping[str, Effect] = {
    "mountains": _say({"place": Place.MOUNTAINS}),
    "sea": _say({"place": Place.SEA}),
    "lake": _say({"place": Place.LAKE}),
    "river": _say({"place": Place.RIVER}),
    "fields": _say({"place": Place.FIELDS}),
    "forest": _say({"place": Place.FOREST}),
    "hill": _say({"place": Place.HILL}),
    "path": _say({}, needs={"place": (Place.HILL, Place.FOREST)}, place=Place.HILL),
    "broadleaf": _say({"trees": Trees.BROADLEAF}),
    "cherry": _say({"trees": Trees.CHERRY}, season=Season.SPRING),
    "maple": _say({"trees": Trees.MAPLE}, season=Season.AUTUMN),
    "ginkgo": _say({"trees": Trees.GINKGO}, season=Season.AUTUMN),
    "pine": _say({"trees": Trees.PINE}),
    "willow": _say({"trees": Trees.WILLOW}),
    "bare": _say({"trees": Trees.BARE}, season=Season.WINTER),
    "spring": _say({"season": Season.SPRING}),
    "summer": _say({"season": Season.SUMMER}),
    "autumn": _say({"season": Season.AUTUMN}),
    "winter": _say({"season": Season.WINTER}),
    "dawn": _say({"time": Time.DAWN}),
    "sunrise": _say({"time": Time.DAWN, "sun": True}, needs={"weather": _DRY}),
    "day": _say({"time": Time.DAY}),
    "dusk": _say({"time": Time.DUSK}),
    "sunset": _say({"time": Time.DUSK, "sun": True}, needs={"weather": _DRY}),
    "night": _say({"time": Time.NIGHT}),
    "clear": _say({"weather": Weather.CLEAR}),
    "clouds": _say({"weather": Weather.CLOUDS}),
    "mist": _say({"weather": Weather.MIST}),
    "rain": _say({"weather": Weather.RAIN}),
    "snow": _say({"weather": Weather.SNOW}, season=Season.WINTER),
    "sun": _say({"sun": True}, needs={"time": _BY_DAY, "weather": _DRY}),
    "moon": _say({"moon": True}, time=Time.NIGHT),
    "stars": _say({"stars": True}, needs={"time": (Time.NIGHT,)}, time=Time.NIGHT),
    "lantern": _say({"lanterns": Lanterns.HANGING}, time=Time.NIGHT),
    "floating lantern": _say(
        {"lanterns": Lanterns.FLOATING}, needs={"place": _WATERS}, time=Time.NIGHT, place=Place.RIVER
    ),
    "birds": _say({"birds": True}),
    "firefly": _say({"season": Season.SUMMER, "time": Time.NIGHT}),
}
"""By the name that the word lists use."""

COMBINATIONS: tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...] = (
    (("해", "sun"), ("뜨", "떠오", "rising", "rises", "rise"), "sunrise"),
    (("해", "sun"), ("지는", "질", "저무", "진", "setting", "sets"), "sunset"),
    (("눈", "snow"), ("덮", "쌓", "녹", "covered", "capped"), "winter"),
    (
        ("등불", "연등", "등", "초롱", "등롱", "풍등", "촛불", "lantern", "candle", "lamp"),
        ("띄", "떠다니", "떠내려", "floating", "drifting", "afloat"),
        "floating lantern",
    ),
)
"""A word next to one that begins like these means something else: lying snow is winter, but no snowfall."""
