"""Numbers in Korean letters, as people say them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_bridge.voice.numbers_ko import spell_numbers
from service_bridge.voice.numerals_ko import spell_decimal, spell_digits, spell_native, spell_sino

SPELT = [
    # native numbers before counters
    ("3장", "세 장"),
    ("3 장", "세 장"),
    ("1개", "한 개"),
    ("2명", "두 명"),
    ("4권", "네 권"),
    ("5송이", "다섯 송이"),
    ("6마리", "여섯 마리"),
    ("7잔", "일곱 잔"),
    ("8통", "여덟 통"),
    ("9가지", "아홉 가지"),
    ("10번", "열 번"),
    ("11사람", "열한 사람"),
    ("20살", "스무 살"),
    ("21살", "스물한 살"),
    ("35살", "서른다섯 살"),
    ("47그루", "마흔일곱 그루"),
    ("50장", "쉰 장"),
    ("68켤레", "예순여덟 켤레"),
    ("80살", "여든 살"),
    ("99살", "아흔아홉 살"),
    ("100명", "백 명"),
    ("123명", "백 스물세 명"),
    ("1,000송이", "천 송이"),
    ("2달", "두 달"),
    ("1번째", "첫 번째"),
    ("3번째", "세 번째"),
    ("3시간", "세 시간"),
    ("3대", "세 대"),
    ("20대", "이십 대"),
    ("0명", "영 명"),
    # the clock
    ("2시", "두 시"),
    ("12시 30분", "열두 시 삼십분"),
    ("오후 3시 5분", "오후 세 시 오분"),
    ("15시", "십오 시"),
    ("0시", "영 시"),
    ("14:30", "십사 시 삼십 분"),
    ("7:05", "일곱 시 오 분"),
    ("9:00", "아홉 시"),
    # dates and years
    ("2024년", "이천이십사년"),
    ("1945년 8월 15일", "천구백사십오년 팔월 십오일"),
    ("6월 6일", "유월 육일"),
    ("10월", "시월"),
    ("11월 1일", "십일월 일일"),
    ("2024-05-03", "이천이십사년 오월 삼일"),
    ("2024.10.3.", "이천이십사년 시월 삼일"),
    ("2024/6/1", "이천이십사년 유월 일일"),
    ("1940~2020년", "천구백사십에서 이천이십년"),
    ("3개월", "삼개월"),
    ("2주", "이주"),
    ("10년", "십년"),
    # telephone numbers and codes
    ("010-1234-5678", "공일공, 일이삼사, 오육칠팔"),
    ("02-123-4567", "공이, 일이삼, 사오육칠"),
    ("007", "공공칠"),
    # money, large numbers, decimals, units
    ("1,000원", "천원"),
    ("10000원", "만원"),
    ("₩50,000", "오만 원"),
    ("3달러", "삼달러"),
    ("123456789", "일억 이천삼백사십오만 육천칠백팔십구"),
    ("3.5", "삼 점 오"),
    ("36.5도", "삼십육 점 오도"),
    ("1,234.5", "천이백삼십사 점 오"),
    ("0.05", "영 점 영오"),
    ("-5도", "마이너스 오도"),
    ("3.5kg", "삼 점 오 킬로그램"),
    ("160 cm", "백육십 센티미터"),
    ("100m", "백 미터"),
    # ordinals, places, ranges, fractions
    ("4학년", "사학년"),
    ("7층", "칠층"),
    ("112번지", "백십이번지"),
    ("1세대", "일세대"),
    ("80세", "팔십세"),
    ("3~5명", "세 명에서 다섯 명"),
    ("3-5명", "세 명에서 다섯 명"),
    ("3분의 1", "삼분의 일"),
    ("1.2.3", "일.이.삼"),
    ("0", "영"),
    ("글만 있습니다", "글만 있습니다"),
]


@pytest.mark.parametrize(("written", "said"), SPELT, ids=[written for written, _ in SPELT])
def test_number_is_spelt_as_it_is_said(written: str, said: str) -> None:
    assert spell_numbers(written) == said


def test_numbers_inside_a_letter_keep_the_words_around_them() -> None:
    letter = "할머니, 2019년 6월에 손주 3명과 함께 2시에 찍은 사진 3장을 봅니다."
    assert spell_numbers(letter) == ("할머니, 이천십구년 유월에 손주 세 명과 함께 두 시에 찍은 사진 세 장을 봅니다.")


def test_number_beyond_all_names_is_read_digit_by_digit() -> None:
    assert spell_sino(10**20) == "일" + "공" * 20
    assert spell_sino(10**20 - 1).startswith("구천구백구십구경")


@pytest.mark.parametrize(
    ("number", "said"), [(1, "한"), (20, "스무"), (21, "스물한"), (40, "마흔"), (100, "백"), (120, "백 스무")]
)
def test_native_number_before_a_counter(number: int, said: str) -> None:
    assert spell_native(number) == said


def test_digits_and_decimals() -> None:
    assert spell_digits("0190") == "공일구공"
    assert spell_decimal("10", "07") == "십 점 영칠"


@given(st.text(alphabet="0123456789,.-~:년월일시분장명개번대 가\n", max_size=60))
def test_any_text_ends_without_digits(text: str) -> None:
    """What is left as a digit would be read in the wrong words by the offline voice."""
    assert not any(character.isdigit() for character in spell_numbers(text))


@given(st.integers(min_value=1, max_value=10**20 - 1))
def test_every_number_has_exactly_one_spelling(number: int) -> None:
    assert _read_sino(spell_sino(number)) == number


def _read_sino(words: str) -> int:
    """The number that Sino-Korean words mean; the reverse of the code under test, written on its own."""
    digits = {word: value for value, word in enumerate("영일이삼사오육칠팔구")}
    small = {"십": 10, "백": 100, "천": 1000}
    large = {"만": 10**4, "억": 10**8, "조": 10**12, "경": 10**16}
    total = group = digit = 0
    for word in words.replace(" ", ""):
        if word in digits:
            digit = digits[word]
        elif word in small:
            group, digit = group + (digit or 1) * small[word], 0
        else:
            total, group, digit = total + (group + digit or 1) * large[word], 0, 0
    return total + group + digit
