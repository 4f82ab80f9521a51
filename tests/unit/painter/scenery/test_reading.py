"""Descriptions in Korean and English, and what becomes of each word."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from painter import Scene, SceneReading, read_scene
from painter.scenery.words import english, korean
from painter.scenery.words.effects import EFFECTS

SENTENCES = [
    ("산에는 안개가 자욱하고 두루미가 날아간다", {"place": "mountains", "weather": "mist", "birds": True}, ()),
    ("눈이 내리는 밤, 소나무 숲", {"place": "forest", "trees": "pine", "time": "night", "weather": "snow"}, ()),
    ("벚꽃이 흩날리는 봄날의 호숫가", {"place": "lake", "trees": "cherry", "season": "spring"}, ()),
    ("바닷가에서 보는 노을", {"place": "sea", "time": "dusk", "sun": True}, ()),
    ("가을 들판과 은행나무", {"place": "fields", "trees": "ginkgo", "season": "autumn"}, ()),
    ("강물에 띄운 등불", {"place": "river", "lanterns": "floating", "time": "night"}, ()),
    ("연등이 켜진 봄밤", {"lanterns": "hanging", "season": "spring", "time": "night"}, ()),
    ("겨울바다 일출", {"place": "sea", "season": "winter", "time": "dawn", "sun": True}, ()),
    ("비 오는 강가의 버드나무", {"place": "river", "trees": "willow", "weather": "rain"}, ()),
    ("해가 뜨는 동해 바다", {"place": "sea", "time": "dawn", "sun": True}, ()),
    ("해가 지는 언덕", {"place": "hill", "time": "dusk", "sun": True}, ()),
    ("눈 덮인 산", {"place": "mountains", "season": "winter", "weather": "clear"}, ()),
    ("눈 내리는 산", {"place": "mountains", "season": "winter", "weather": "snow"}, ()),
    ("5월의 보리밭", {"place": "fields", "season": "spring"}, ()),
    ("11월의 숲길", {"place": "forest", "season": "autumn"}, ()),
    ("산속의 고요한 호수", {"place": "lake"}, ()),
    ("보름달이 뜬 바다", {"place": "sea", "moon": True, "time": "night"}, ()),
    ("공룡이 사는 숲", {"place": "forest"}, ("공룡이",)),
    ("달빛 아래 대나무 숲", {"place": "forest", "moon": True}, ("대나무",)),
    ("a misty lake at dawn with a willow", {"place": "lake", "time": "dawn", "weather": "mist", "trees": "willow"}, ()),
    ("floating lanterns on a river", {"place": "river", "lanterns": "floating", "time": "night"}, ()),
    ("Autumn forest path", {"place": "forest", "season": "autumn"}, ()),
    ("the setting sun over the ocean", {"place": "sea", "time": "dusk", "sun": True}, ()),
    ("Cranes above snow-covered mountains", {"place": "mountains", "season": "winter", "weather": "clear"}, ()),
    ("the valley's fireflies", {"place": "mountains", "season": "summer", "time": "night"}, ()),
    ("cherry blossoms가 핀 hill, 맑은 오후", {"place": "hill", "trees": "cherry", "time": "day"}, ()),
    ("graves and crosses in the rain", {"weather": "rain"}, ("graves", "crosses")),
    ("spaceship over the sea", {"place": "sea"}, ("spaceship",)),
]


@pytest.mark.parametrize(("text", "expected", "unknown"), SENTENCES, ids=[sentence[0] for sentence in SENTENCES])
def test_a_description_becomes_a_scene(text: str, expected: dict[str, object], unknown: tuple[str, ...]) -> None:
    reading = read_scene(text)
    assert {name: reading.scene.to_dict()[name] for name in expected} == expected
    assert reading.unknown == unknown
    assert reading.understood


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("달이 없는 밤하늘, 별이 가득한 언덕", {"moon": False, "stars": True}),
        ("구름 없는 여름 바다", {"weather": "clear", "season": "summer"}),
        ("구름없는 바다", {"weather": "clear"}),
        ("비가 오지 않는 밤", {"weather": "clear", "time": "night"}),
        ("snowy mountains under a full moon, no stars", {"moon": True, "stars": False, "weather": "snow"}),
        ("a lake without mist", {"place": "lake", "weather": "clear"}),
        ("not the sea", {"place": "lake"}),
        ("no clouds and no moon at night", {"weather": "clear", "moon": False, "time": "night"}),
    ],
)
def test_what_is_denied_stays_away(text: str, expected: dict[str, object]) -> None:
    reading = read_scene(text)
    assert {name: reading.scene.to_dict()[name] for name in expected} == expected
    assert reading.unknown == ()


@pytest.mark.parametrize(
    ("text", "understood", "unknown"),
    [
        ("산에는 안개가", ("산", "안개"), ()),
        ("겨울밤의 눈꽃", ("겨울", "밤", "눈꽃"), ()),
        ("sea and lake", ("sea",), ("lake",)),
        ("바다와 바다", ("바다",), ()),
        ("stars at noon by the sea", ("noon", "sea"), ("stars",)),
        ("sunshine in the snow", ("snow",), ("sunshine",)),
        ("a path by the sea", ("sea",), ("path",)),
        ("mountains behind the lake", ("mountain", "lake"), ()),
        ("floating lanterns in the forest", ("forest",), ("lantern",)),
        ("눈물이 나는 밤", ("밤",), ("눈물이",)),
        ("山과 강", ("강",), ("山",)),
    ],
)
def test_each_word_is_answered_for(text: str, understood: tuple[str, ...], unknown: tuple[str, ...]) -> None:
    reading = read_scene(text)
    assert reading.understood == understood
    assert reading.unknown == unknown


@pytest.mark.parametrize("text", ["", "   ", "...", "12345", "그리고 the", "🌙"])
def test_nothing_said_gives_the_calm_default(text: str) -> None:
    assert read_scene(text) == SceneReading(Scene(), (), ())


def test_decomposed_hangul_reads_the_same() -> None:
    text = "안개 낀 산"
    assert read_scene(unicodedata.normalize("NFD", text)) == read_scene(text)


@settings(max_examples=120, deadline=None)
@given(st.text(max_size=60) | st.text(alphabet="산달눈해비밤강에는이 없별길등", max_size=24))
def test_no_text_raises(text: str) -> None:
    assert isinstance(read_scene(text).scene, Scene)


def test_a_book_is_read_in_bounded_time() -> None:
    assert read_scene("산과 바다 그리고 알수없는말 " * 20_000).scene.place == "sea"


def test_every_listed_word_is_understood_by_itself() -> None:
    for word in (*korean.MEANINGS, *english.MEANINGS):
        reading = read_scene(word)
        assert reading.understood or word in ("floating lantern",), word
        assert reading.unknown == (), word


def test_every_meaning_exists_and_is_used() -> None:
    used = {name for table in (korean.MEANINGS, english.MEANINGS) for names in table.values() for name in names}
    assert used <= set(EFFECTS)
    assert set(EFFECTS) - used <= {"floating lantern"}


def test_no_word_is_both_meaningful_and_neutral() -> None:
    assert not set(english.MEANINGS) & english.NEUTRAL
    assert not set(korean.MEANINGS) & korean.NEUTRAL
    assert not set(korean.MEANINGS) & korean.OPAQUE
