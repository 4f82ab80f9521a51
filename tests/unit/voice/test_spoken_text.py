"""What of a letter is given to the voice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_bridge.voice.spoken_text import LONGEST_PIECE, clean_for_speech, has_words, split_pieces

CLEANED = [
    ("안녕하세요", "안녕하세요"),
    ("사랑해요 ❤️🌸", "사랑해요"),
    ("👨‍👩‍👧‍👦가족", "가족"),
    ("보고 싶어요ㅠㅠ ㅋㅋㅋ", "보고 싶어요"),
    ("한\u1112\u1161\u11ab", "한한"),  # decomposed syllables are put together
    ("<b>굵게</b> <script>alert(1)</script>", "굵게 alert(1)"),
    ("&lt;3 &amp; 엄마", "3 그리고 엄마"),
    ("a < b", "a b"),
    ("\x00\x01\x1b[31m안녕\x7f", "31m안녕"),
    ("[[h@l'oU]]", "h l'oU"),
    ("https://example.org/a?b=1 보세요", "링크 보세요"),
    ("１２３　ＡＢＣ！", "123 ABC!"),
    ("네!!!!!!", "네!"),
    ("그래......", "그래."),
    ("아아아아아아아아아아아아", "아아아"),
    ("50% 36℃", "50 퍼센트 36도"),
    ("abc \u202edef\u202c", "abc def"),
    ("첫 줄\r\n\r\n둘째 줄", "첫 줄\n둘째 줄"),
    ("🌸🌸🌸", ""),
    ("... !!! ???", ""),
    ("   \n\t ", ""),
]


@pytest.mark.parametrize(("written", "said"), CLEANED)
def test_letter_is_cleaned_for_the_voice(written: str, said: str) -> None:
    assert clean_for_speech(written, "ko") == said


def test_signs_are_named_in_the_letters_language() -> None:
    assert clean_for_speech("20℃", "en") == "20 degrees"
    assert clean_for_speech("www.example.org", "en") == "link"


def test_sentences_are_packed_and_lines_end_them() -> None:
    long = "이것은 마흔 글자보다 조금 더 길게 이어지는 문장으로서 혼자 한 조각을 이루게 됩니다 " * 2
    pieces = split_pieces(f"짧습니다. 또 짧습니다.\n{long.strip()}.\n끝입니다.")
    assert pieces[0] == "짧습니다.\n또 짧습니다."
    assert pieces[-1] == "끝입니다."


def test_long_sentence_is_cut_at_a_comma_then_at_a_space_then_anywhere() -> None:
    with_comma = "가" * 100 + ", " + "나 " * 60
    assert split_pieces(with_comma)[0] == "가" * 100 + ","
    assert split_pieces("다 " * 200)[0].endswith("다")
    assert [len(piece) for piece in split_pieces("라" * 400)] == [160, 160, 80]


@given(st.text(max_size=600))
def test_pieces_are_bounded_speakable_and_free_of_phoneme_input(text: str) -> None:
    for piece in split_pieces(clean_for_speech(text, "ko")):
        assert has_words(piece)
        assert len(piece) <= LONGEST_PIECE
        assert "[[" not in piece
        assert all(character == "\n" or character.isprintable() for character in piece)
