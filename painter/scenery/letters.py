"""A fitting scene for a letter or a diary entry."""

from __future__ import annotations

from painter.scenery.reading import gather_wishes
from painter.scenery.scene import Lanterns, Place, Scene, Season, Time, Trees, Weather
from painter.scenery.words.tokens import Token, read_tokens

Theme = tuple[str, float, Scene]

_THEMES: tuple[Theme, ...] = (
    (
        "보고싶 보고파 싶어 싶다 싶네 싶습 그리워 그립 그리운 그리움 miss missing missed longing",
        1.0,
        Scene(Place.SEA, Trees.NONE, Season.AUTUMN, Time.DUSK, Weather.CLEAR, birds=True),
    ),
    (
        "감사 고마 고맙 덕분 은혜 thank thanks thankful grateful gratitude",
        1.0,
        Scene(Place.FIELDS, Trees.GINKGO, Season.AUTUMN, Time.DUSK, Weather.CLEAR),
    ),
    (
        "편안 평안 편히 안식 쉬세요 쉬어 잠드 rest peace peaceful sleep",
        1.0,
        Scene(Place.LAKE, Trees.WILLOW, Season.SPRING, Time.DAWN, Weather.MIST),
    ),
    (
        "미안 죄송 후회 슬프 슬픔 슬퍼 눈물 울었 울고 아프 아파 sorry regret sad tears cry cried grief",
        1.0,
        Scene(Place.RIVER, Trees.WILLOW, Season.SPRING, Time.DAWN, Weather.MIST),
    ),
    (
        "희망 약속 다시 힘내 용기 내일 hope promise again tomorrow courage",
        0.9,
        Scene(Place.SEA, Trees.PINE, Season.WINTER, Time.DAWN, Weather.CLEAR, sun=True),
    ),
    (
        "기도 명복 영원 기억 잊지 pray prayer prayers remember forever eternal",
        0.9,
        Scene(
            Place.RIVER, Trees.WILLOW, Season.SUMMER, Time.NIGHT, Weather.CLEAR, stars=True, lanterns=Lanterns.FLOATING
        ),
    ),
    (
        "어릴 어렸 추억 웃음 웃던 놀던 즐거 행복 childhood memories laugh laughed laughter smile happy",
        0.9,
        Scene(Place.HILL, Trees.BROADLEAF, Season.SUMMER, Time.DAY, Weather.CLOUDS),
    ),
    (
        "꿈에 꿈속 꿈에서 dream dreams dreamed",
        0.8,
        Scene(Place.HILL, Trees.CHERRY, Season.SPRING, Time.NIGHT, Weather.CLEAR, stars=True),
    ),
    (
        "아버지 아빠 할아버지 father dad daddy grandfather grandpa",
        0.5,
        Scene(Place.MOUNTAINS, Trees.PINE, Season.AUTUMN, Time.DAWN, Weather.MIST, birds=True),
    ),
    (
        "어머니 엄마 할머니 mother mom mum grandmother grandma",
        0.5,
        Scene(Place.RIVER, Trees.CHERRY, Season.SPRING, Time.DAY, Weather.CLEAR),
    ),
    (
        "사랑 love loved beloved",
        0.4,
        Scene(Place.HILL, Trees.CHERRY, Season.SPRING, Time.DAY, Weather.CLOUDS),
    ),
)
"""Beginnings of words, the weight of each, and the scene; the first wins among equals."""

_CONFIRMATIONS = {
    "눈": ("내리", "내린", "오", "온", "쌓", "덮", "하얀", "하얗", "펑펑"),
    "비": ("내리", "내린", "오", "온", "맞", "그치", "쏟아"),
    "해": ("지", "뜨", "떠", "저물", "질"),
    "등": ("켜", "걸", "불"),
    "새": ("날", "울", "지저"),
    "길": ("걷", "걸"),
}
"""Words of one syllable with other meanings count in a letter only next to one of these."""

_COUNTERS = ("한", "두", "세", "네", "몇", "이번", "지난", "다음", "여섯", "열")
"""Before 달 they make it a month."""

_UNSURE_WORDS = "fall fine clear day light time range bare plum still bay plain 불빛 낮 밤중 학 솔 논 들 동네 점심"
_UNSURE = frozenset(_UNSURE_WORDS.split())
"""Words of a description that mean too many other things in a letter."""


def choose_scene(letter: str) -> Scene:
    """A scene that suits a letter in Korean, English or both: what it says of places, seasons, hours and weather, on
    the ground of its feelings. The same letter gives the same scene; one that says nothing of the kind gives the
    default."""
    tokens = read_tokens(letter)
    ground = _find_theme(tokens)
    draft = gather_wishes([token for index, token in enumerate(tokens) if _is_sure(tokens, index)])
    if ground is None:
        return draft.complete()
    values = {**ground.to_dict(), **_suit(ground, draft.said, draft.implied)}
    return Scene.from_dict(values)


def _find_theme(tokens: list[Token]) -> Scene | None:
    scores = [weight * sum(_begins(token.text, words) for token in tokens) for words, weight, _ in _THEMES]
    best = max(scores)
    return _THEMES[scores.index(best)][2] if best > 0.0 else None


def _begins(text: str, words: str) -> bool:
    lowered = text.lower()
    if "가" <= lowered[0] <= "힣":
        return any(lowered.startswith(word) for word in words.split())
    return lowered in words.split()


def _is_sure(tokens: list[Token], index: int) -> bool:
    """Whether a word means in this letter what it would mean in a description."""
    token = tokens[index]
    if not token.parts or len(token.parts) > 1:
        return True
    word = token.parts[0][0]
    if word in _UNSURE:
        return False
    before = tokens[index - 1].text if index else ""
    after = tokens[index + 1].text if index + 1 < len(tokens) else ""
    if word == "달":
        return before not in _COUNTERS
    if word in _CONFIRMATIONS:
        return any(near.startswith(_CONFIRMATIONS[word]) for near in (before, after))
    return True


def _suit(ground: Scene, said: dict[str, str | bool], implied: dict[str, str | bool]) -> dict[str, str | bool]:
    """What was said, and what follows from it for the rest of the scene."""
    values = {**implied, **said}
    time, season = values.get("time", ground.time), values.get("season", ground.season)
    if time != Time.NIGHT:
        values["stars"] = False
    if "time" in values and time != ground.time:
        values.setdefault("lanterns", str(Lanterns.NONE))
        values.setdefault("sun", False)
    if season != ground.season and "trees" not in values:
        values["trees"] = _choose_tree(ground.trees, str(season))
    if "weather" not in values and time == Time.NIGHT:
        values["weather"] = str(Weather.CLEAR)
    return values


def _choose_tree(trees: Trees, season: str) -> Trees:
    """A tree that is at its best in the season."""
    if trees in (Trees.NONE, Trees.PINE):
        return trees
    best = {Season.SPRING: Trees.CHERRY, Season.SUMMER: Trees.WILLOW, Season.AUTUMN: Trees.MAPLE}
    return best.get(Season(season), Trees.BARE)
