"""Keys as data, and lengths as people see them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.flow.texts import clip_text, split_characters
from kiosk.keyboard.hangul import LEADS, VOWELS, list_keys
from kiosk.keyboard.layouts import LAYOUTS


def test_every_korean_letter_is_on_a_key() -> None:
    layout = LAYOUTS["ko"]
    on_keys = set("".join(layout.plain + layout.shifted))
    assert set("".join(map(list_keys, LEADS + VOWELS))) == on_keys


def test_every_english_letter_is_on_a_key_and_shift_makes_it_large() -> None:
    layout = LAYOUTS["en"]
    assert sorted("".join(layout.plain)) == [chr(code) for code in range(ord("a"), ord("z") + 1)]
    assert [row.upper() for row in layout.rows(is_shifted=False)] == list(layout.rows(is_shifted=True))


@pytest.mark.parametrize("name", ["ko", "en", "signs"])
def test_shift_moves_no_key_and_no_row_is_too_wide(name: str) -> None:
    layout = LAYOUTS[name]  # type: ignore[index]
    assert [len(row) for row in layout.plain] == [len(row) for row in layout.shifted]
    assert max(len(row) for row in layout.plain) <= 10
    assert all(len(set(row)) == len(row) for row in layout.plain)


@pytest.mark.parametrize(
    ("text", "count"),
    [("할머니", 3), ("e\u0301t\u00e9", 3), ("👨‍👩‍👧‍👦!", 2), ("🇰🇷🇰🇷", 2), ("👍🏽", 1), ("❤️", 1), ("각", 1), ("", 0)],
)
def test_characters_are_counted_as_people_see_them(text: str, count: int) -> None:
    assert len(list(split_characters(text))) == count


def test_a_text_is_cut_between_characters() -> None:
    assert clip_text("사랑해요 👨‍👩‍👧‍👦", 9) == "사랑해요 "
    assert clip_text("가나다", 2) == "가나"
    assert clip_text("짧다", 80) == "짧다"


@given(st.text(max_size=60), st.integers(0, 40))
def test_a_cut_text_fits_and_is_the_beginning(text: str, limit: int) -> None:
    cut = clip_text(text, limit)
    assert len(cut) <= limit
    assert unicodedata.normalize("NFC", text).startswith(cut)
    assert "".join(split_characters(text)) == text
