"""The composer against all syllables of Unicode, random words, and what a person sees while typing."""

from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.keyboard.hangul import LEADS, TAILS, VOWELS, HangulComposer, list_keys

ALL_SYLLABLES = [chr(code) for code in range(0xAC00, 0xD7A4)]
KEYS = "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡㅃㅉㄸㄲㅆㅒㅖ"


def type_keys(keys: str) -> str:
    composer = HangulComposer()
    return "".join(composer.press(key) for key in keys) + composer.flush()


def watch(keys: str) -> list[str]:
    """What stands on the screen after each key."""
    composer, written, seen = HangulComposer(), "", []
    for key in keys:
        written += composer.press(key)
        seen.append(written + composer.preedit)
    return seen


def test_all_syllables_are_typed_by_their_keys() -> None:
    assert len(ALL_SYLLABLES) == 11172
    wrong = [syllable for syllable in ALL_SYLLABLES if type_keys(list_keys(syllable)) != syllable]
    assert wrong == []


def test_random_pairs_are_typed_by_their_keys(is_long: bool) -> None:
    draw = random.Random(11172)
    pairs = ["".join(draw.choices(ALL_SYLLABLES, k=2)) for _ in range(200_000 if is_long else 20_000)]
    assert [pair for pair in pairs if type_keys(list_keys(pair)) != pair] == []


@given(st.text(alphabet=ALL_SYLLABLES[::97] + list(" .,?1aZ"), max_size=40))
def test_any_text_is_typed_by_its_keys(text: str) -> None:
    assert type_keys(list_keys(text)) == text


@given(st.text(alphabet=KEYS + " a", max_size=60))
def test_nothing_typed_is_lost_and_the_text_is_in_normal_form(keys: str) -> None:
    text = type_keys(keys)
    assert list_keys(text) == keys
    assert unicodedata.normalize("NFC", text) == text


@given(st.text(alphabet=KEYS, min_size=1, max_size=60))
def test_backspace_takes_one_key_away_at_a_time(keys: str) -> None:
    """Within the open syllable, a key and a backspace are as if the key had never been pressed."""
    composer = HangulComposer()
    for key in keys:
        before = composer.preedit
        if composer.press(key) == "":
            assert composer.backspace()
            assert composer.preedit == before
            composer.press(key)


def test_backspace_ends_with_an_empty_syllable() -> None:
    composer = HangulComposer()
    for key in "ㄷㅏㄹㄱ":
        composer.press(key)
    seen = []
    while composer.backspace():
        seen.append(composer.preedit)
    assert seen == ["달", "다", "ㄷ", ""]
    assert not composer.backspace()


@pytest.mark.parametrize(
    ("keys", "seen"),
    [
        ("ㅇㅏㄴㄴㅕㅇ", ["ㅇ", "아", "안", "안ㄴ", "안녀", "안녕"]),
        ("ㄷㅏㄺㅇㅣ", ["ㄷ", "다", "다ㄺ", "다ㄺㅇ", "다ㄺ이"]),
        ("ㄷㅏㄹㄱㅣ", ["ㄷ", "다", "달", "닭", "달기"]),
        ("ㄱㅗㅏㄴ", ["ㄱ", "고", "과", "관"]),
        ("ㅇㅣㅆㅓ", ["ㅇ", "이", "있", "이써"]),
        ("ㄱㅏㄸㅏ", ["ㄱ", "가", "가ㄸ", "가따"]),
        ("ㅗㅏㄱ", ["ㅗ", "ㅘ", "ㅘㄱ"]),
        ("ㄱㄱㅏ", ["ㄱ", "ㄱㄱ", "ㄱ가"]),
        ("ㅎㅏ ", ["ㅎ", "하", "하 "]),
    ],
)
def test_what_a_person_sees_while_typing(keys: str, seen: list[str]) -> None:
    assert watch(keys) == seen


def test_a_sentence_is_typed() -> None:
    sentence = "할머니, 보고 싶어요. 괜찮아, 값진 삶이었어요!"
    assert type_keys(list_keys(sentence)) == sentence


def test_flush_finishes_the_open_syllable() -> None:
    composer = HangulComposer()
    composer.press("ㄱ")
    composer.press("ㅏ")
    assert (composer.flush(), composer.preedit, composer.flush()) == ("가", "", "")


def test_the_tables_have_the_counts_of_the_standard() -> None:
    assert (len(LEADS), len(VOWELS), len(TAILS)) == (19, 21, 27)
