"""Korean numerals as words: Sino-Korean (일, 이, 삼) and native ones as they stand before a counter (한, 두, 세)."""

from __future__ import annotations

SINO_DIGITS = ("영", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구")
# Digit by digit, as in telephone numbers, zero is 공.
SPOKEN_DIGITS = ("공", *SINO_DIGITS[1:])
_PLACES = ("", "십", "백", "천")
_MYRIADS = ("", "만", "억", "조", "경")
_NATIVE_ONES = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")
_NATIVE_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")


def spell_sino(number: int) -> str:
    """`number` (0 or more) in Sino-Korean words; 만, 억, 조, 경 are set apart by a space.

    Numbers of more than twenty digits have no common name and are read digit by digit.
    """
    if number == 0:
        return SINO_DIGITS[0]
    if number >= 10_000 ** len(_MYRIADS):
        return spell_digits(str(number))
    groups = []
    for myriad in _MYRIADS:
        number, group = divmod(number, 10_000)
        if group:
            # 만 alone, not 일만; but 일억, 일조.
            word = "" if group == 1 and myriad == "만" and number == 0 else _spell_group(group)
            groups.append(word + myriad)
    return " ".join(reversed(groups))


def _spell_group(group: int) -> str:
    words = []
    for power in (3, 2, 1, 0):
        digit = group // 10**power % 10
        if digit:
            words.append(("" if digit == 1 and power else SINO_DIGITS[digit]) + _PLACES[power])
    return "".join(words)


def spell_native(number: int) -> str:
    """`number` (1 or more) as it stands before a counter: 한, 두, 세, 네, 스무; hundreds and more are Sino-Korean."""
    rest = number % 100
    if rest == 0:
        return spell_sino(number)
    large = spell_sino(number - rest) if number > rest else ""
    tens, ones = divmod(rest, 10)
    small = "스무" if rest == 20 else _NATIVE_TENS[tens] + _NATIVE_ONES[ones]
    return f"{large} {small}" if large else small


def spell_digits(digits: str) -> str:
    """Each digit on its own, as in a telephone number."""
    return "".join(SPOKEN_DIGITS[int(digit)] for digit in digits)


def spell_decimal(whole: str, fraction: str) -> str:
    """A decimal number: whole part as a number, fraction digit by digit, 영 for zero."""
    return f"{spell_sino(int(whole))} 점 {''.join(SINO_DIGITS[int(digit)] for digit in fraction)}"
