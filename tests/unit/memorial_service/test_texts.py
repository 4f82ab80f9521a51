"""Cleaning of typed texts."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memorial_service.texts import clean_line, clean_text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("안녕\r\n하세요\r끝", "안녕\n하세요\n끝"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", "한글"),
        ("a\x00b\x07c\x7f\x85d", "abcd"),
        ("  \n편지\n\n둘째 단락\n  ", "편지\n\n둘째 단락"),
        ("tab\tstays", "tab\tstays"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
    ],
)
def test_letters_keep_their_words(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


def test_names_are_one_line() -> None:
    assert clean_line(" 박\n민준\t  씨 ") == "박 민준 씨"


@given(st.text())
def test_cleaning_is_final_and_storable(typed: str) -> None:
    once = clean_text(typed)
    assert clean_text(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert "\x00" not in once and "\r" not in once
    assert "\n" not in clean_line(typed)
