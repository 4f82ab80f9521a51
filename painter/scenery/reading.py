"""From a description to a scene."""

from __future__ import annotations

from dataclasses import dataclass, field

from painter.scenery.scene import Place, Scene, Time, Trees, Weather
from painter.scenery.words.effects import EFFECTS
from painter.scenery.words.tokens import Token, read_tokens

DENIAL_REACH = 3
"""How many words a denial may stand from what it denies."""


@dataclass(frozen=True)
class SceneReading:
    """A scene with the words of the description that shaped it and those that could not be painted.

    Small words (particles, articles, 'beautiful') are in neither list.
    """

    scene: Scene
    understood: tuple[str, ...]
    unknown: tuple[str, ...]


def read_scene(text: str) -> SceneReading:
    """The scene that a text in Korean, English or both describes. Any text is accepted; a text without a known word
    gives the calm default scene."""
    tokens = read_tokens(text)
    draft = gather_wishes(tokens)
    scene = draft.complete()
    understood = [wish.word for wish in draft.wishes if wish.is_met(scene)]
    unknown = [wish.word for wish in draft.wishes if not wish.is_met(scene)]
    unknown.extend(token.text for token in tokens if not token.is_known)
    return SceneReading(scene, tuple(dict.fromkeys(understood)), tuple(dict.fromkeys(unknown)))


@dataclass(frozen=True)
class Wish:
    """A known word of the description; `fits` is False when an earlier word said otherwise."""

    word: str
    names: tuple[str, ...]
    fits: bool = True
    is_denied: bool = False

    def is_met(self, scene: Scene) -> bool:
        """Whether the scene shows it."""
        return self.fits and (self.is_denied or all(EFFECTS[name].is_met(scene) for name in self.names))


@dataclass
class Draft:
    """What has been read so far."""

    said: dict[str, str | bool] = field(default_factory=dict)
    implied: dict[str, str | bool] = field(default_factory=dict)
    denied: set[tuple[str, str | bool]] = field(default_factory=set)
    wishes: list[Wish] = field(default_factory=list)

    def add(self, word: str, names: tuple[str, ...]) -> None:
        """Take a word's effects in. The first word about a field decides; a later one that disagrees is not painted."""
        fits = True
        for name in names:
            for key, value in EFFECTS[name].sets.items():
                fits &= self._set(key, value)
            for key, value in EFFECTS[name].implies.items():
                self.implied.setdefault(key, value)
        self.wishes.append(Wish(word, names, fits))

    def _set(self, key: str, value: str | bool) -> bool:
        before = self.said.get(key)
        if before is None or before == value:
            self.said[key] = value
            return True
        if key == "place" and Place.MOUNTAINS in (before, value):
            # there are mountains behind every place
            self.said[key] = value if before == Place.MOUNTAINS else before
            return True
        return False

    def deny(self, word: str, names: tuple[str, ...]) -> None:
        """Take in that a thing shall not be there."""
        self.denied.update((key, value) for name in names for key, value in EFFECTS[name].sets.items())
        self.wishes.append(Wish(word, names, is_denied=True))

    def complete(self) -> Scene:
        """The scene, with what was not said filled in from what is implied and what suits."""
        if not self.said and not self.implied:
            return _replace_denied(Scene(), self.denied)
        values = {**self._list_usual(), **self.implied, **self.said}
        scene = Scene.from_dict(values)
        # a thing that this scene cannot show is not left in it
        hidden = {name: False for name in ("sun", "stars") if values.get(name) and not EFFECTS[name].is_met(scene)}
        return _replace_denied(Scene.from_dict({**values, **hidden}), self.denied)

    def _list_usual(self) -> dict[str, str | bool]:
        has_tree = self.said.get("trees", Trees.NONE) != Trees.NONE
        place = Place.HILL if has_tree else Place.MOUNTAINS
        return {"place": place, "time": Time.DAY, "weather": Weather.CLEAR}


def gather_wishes(tokens: list[Token]) -> Draft:
    """Everything that the words of a text say, with denials."""
    denied = _find_denied(tokens)
    draft = Draft()
    for index, token in enumerate(tokens):
        for word, names in token.parts:
            if index in denied:
                draft.deny(word, names)
            else:
                draft.add(word, names)
    return draft


def _find_denied(tokens: list[Token]) -> set[int]:
    """Indices of the words that another word denies."""
    denied: set[int] = set()
    for index, token in enumerate(tokens):
        if token.denies == 0:
            continue
        if token.parts:
            denied.add(index)
            continue
        reach = range(1, DENIAL_REACH + 1)
        near = (index + token.denies * step for step in reach)
        target = next((at for at in near if 0 <= at < len(tokens) and tokens[at].parts), None)
        if target is not None:
            denied.add(target)
    return denied


_SUBSTITUTES: dict[str, tuple[str | bool, ...]] = {
    "place": (Place.MOUNTAINS, Place.LAKE),
    "trees": (Trees.NONE, Trees.BROADLEAF),
    "season": ("spring", "autumn"),
    "time": (Time.DAY, Time.DAWN),
    "weather": (Weather.CLEAR, Weather.CLOUDS),
    "lanterns": ("none",),
}


def _replace_denied(scene: Scene, denied: set[tuple[str, str | bool]]) -> Scene:
    """The scene without what was denied."""
    values = scene.to_dict()
    for key, value in denied:
        if values[key] != value:
            continue
        choices = _SUBSTITUTES.get(key, (False,))
        values[key] = next(choice for choice in choices if (key, choice) not in denied or choice is choices[-1])
    return Scene.from_dict(values)
