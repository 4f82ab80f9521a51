"""Letters choose their scene."""

from __future__ import annotations

import pytest

from painter import Scene, choose_scene


@pytest.mark.parametrize(
    ("letter", "expected"),
    [
        ("엄마, 보고 싶어요. 사랑해요.", {"place": "sea", "time": "dusk"}),
        ("I miss you so much.", {"place": "sea", "time": "dusk"}),
        ("감사합니다. 덕분에 잘 지내요.", {"place": "fields", "season": "autumn"}),
        ("Thank you for everything, dad.", {"place": "fields", "season": "autumn"}),
        ("편히 쉬세요.", {"place": "lake", "weather": "mist"}),
        ("Rest in peace.", {"place": "lake", "weather": "mist"}),
        ("미안해요, 눈물이 나요.", {"place": "river", "time": "dawn"}),
        ("I love you, grandma. See you in my dreams.", {"place": "hill", "time": "night", "stars": True}),
        ("영원히 기억할게요.", {"place": "river", "lanterns": "floating"}),
        ("할머니", {"place": "river", "trees": "cherry"}),
    ],
)
def test_feelings_lead_to_a_scene(letter: str, expected: dict[str, object]) -> None:
    scene = choose_scene(letter).to_dict()
    assert {name: scene[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("letter", "expected"),
    [
        ("할아버지, 함께 오르던 산이 생각나요. 감사합니다.", {"place": "mountains"}),
        ("Dad, thank you. I still remember the sea in summer.", {"place": "sea", "season": "summer"}),
        ("보고 싶어요. 눈이 내리던 겨울이었죠.", {"season": "winter", "weather": "snow"}),
        ("비가 내리던 날이 생각나요.", {"weather": "rain"}),
        ("벚꽃이 피면 또 올게요. 사랑해요.", {"trees": "cherry", "season": "spring"}),
        ("We watched the moon together at the lake.", {"moon": True, "place": "lake", "time": "night"}),
    ],
)
def test_places_and_seasons_count_more_than_feelings(letter: str, expected: dict[str, object]) -> None:
    scene = choose_scene(letter).to_dict()
    assert {name: scene[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("letter", "field", "value"),
    [
        ("눈을 감으면 보여요. 편히 쉬세요.", "weather", "snow"),
        ("한 달이 지났네요. 감사합니다.", "moon", True),
        ("잘 해 주셔서 감사해요.", "sun", True),
        ("비로소 알았어요. 고마워요.", "weather", "rain"),
        ("I would fall asleep and miss you.", "season", "winter"),
        ("별일 없이 지내요. 사랑해요.", "stars", True),
    ],
)
def test_words_with_other_meanings_are_left_alone(letter: str, field: str, value: object) -> None:
    assert choose_scene(letter).to_dict()[field] != value


@pytest.mark.parametrize("letter", ["", "...", "오늘은 회사에 갔다.", "Nothing much happened.", "🕯"])
def test_a_letter_without_a_hint_gets_the_gentle_default(letter: str) -> None:
    assert choose_scene(letter) == Scene()


def test_the_same_letter_gives_the_same_scene() -> None:
    letter = "아버지, 가을 산길을 함께 걷던 날을 기억합니다."
    assert choose_scene(letter) == choose_scene(letter)
    assert choose_scene(letter).season == "autumn"


def test_stars_only_stand_in_a_night_sky() -> None:
    scene = choose_scene("꿈에서 만난 아침 바다")
    assert scene.time == "dawn"
    assert not scene.stars
