"""Spells the numbers in a Korean text out, each as it is read before its counter.

espeak-ng reads every number in Sino-Korean words ("3장" as 삼 장); people say 세 장, 두 시, 스무 살.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from service_bridge.voice.numerals_ko import spell_decimal, spell_digits, spell_native, spell_sino

# Longer counters stand before shorter ones that they begin with (시간 before 시).
NATIVE_COUNTERS = (
    "시간|번째|가지|송이|마리|사람|자루|켤레|그루|군데|바퀴|방울|모금|걸음"
    "|시|살|명|장|권|개|번|잔|병|벌|채|대|곳|통|쌍|줄|달|해|끼|컵|척|톨|알|판"
)
# These begin like a native counter but take Sino-Korean numbers.
SINO_LOOKALIKES = "개월|개년|개국|번지|번길|번선|달러|대째|장조|시즌|세대|해리"
UNITS = {
    "km": "킬로미터",
    "cm": "센티미터",
    "mm": "밀리미터",
    "m": "미터",
    "kg": "킬로그램",
    "mg": "밀리그램",
    "g": "그램",
    "ml": "밀리리터",
    "mL": "밀리리터",
    "L": "리터",
}
_MONTHS = {6: "유월", 10: "시월"}
_NUMBER = r"\d{1,3}(?:,\d{3})+|\d+"
_NOT_IN_NUMBER = r"(?<![\d.,])"

_Match = re.Match[str]


def spell_numbers(text: str) -> str:
    """`text` with every number written out in Korean words; everything else as it was."""
    for pattern, spell in _RULES:
        text = pattern.sub(spell, text)
    return text


def _to_int(digits: str) -> int:
    return int(digits.replace(",", ""))


def _spell_date(match: _Match) -> str:
    year, month, day = (int(part) for part in match.group(1, 2, 3))
    return f"{spell_sino(year)}년 {_spell_month(month)} {spell_sino(day)}일"


def _spell_month(month: int) -> str:
    return _MONTHS.get(month, spell_sino(month) + "월")


def _spell_clock(match: _Match) -> str:
    hour, minute = int(match.group(1)), int(match.group(2))
    return f"{_spell_hour(hour)} 시" + (f" {spell_sino(minute)} 분" if minute else "")


def _spell_hour(hour: int) -> str:
    # The twenty-four hour clock goes on in Sino-Korean numbers: 십오 시.
    return spell_native(hour) if 1 <= hour <= 12 else spell_sino(hour)


def _spell_phone(match: _Match) -> str:
    return ", ".join(spell_digits(group) for group in re.findall(r"\d+", match.group(0)))


def _spell_counted(match: _Match) -> str:
    counter = match.group(2)
    return f"{_spell_before(_to_int(match.group(1)), counter)} {counter}"


def _spell_before(number: int, counter: str) -> str:
    if number == 0 or (counter == "대" and number % 10 == 0):  # 20대: people in their twenties
        return spell_sino(number)
    if counter == "시":
        return _spell_hour(number)
    if counter == "번째":
        return "첫" if number == 1 else spell_native(number)
    return spell_native(number)


def _spell_counted_range(match: _Match) -> str:
    first, last, counter = match.group(1, 2, 3)
    spelt = [f"{_spell_before(_to_int(number), counter)} {counter}" for number in (first, last)]
    return "에서 ".join(spelt)


def _spell_range_start(match: _Match) -> str:
    return f"{spell_sino(_to_int(match.group(1)))}에서 "


def _spell_decimal(match: _Match) -> str:
    return spell_decimal(match.group(1).replace(",", ""), match.group(2))


def _spell_month_name(match: _Match) -> str:
    return _spell_month(int(match.group(1)))


def _spell_minus(_match: _Match) -> str:
    return "마이너스 "


def _spell_unit(match: _Match) -> str:
    return f"{match.group(1)} {UNITS[match.group(2)]}"


def _spell_won(match: _Match) -> str:
    return f"{spell_sino(_to_int(match.group(1)))} 원"


def _spell_plain(match: _Match) -> str:
    digits = match.group(0)
    # A number that begins with zeros is a code, not an amount.
    return spell_digits(digits) if digits.startswith("0") and len(digits) > 1 else spell_sino(_to_int(digits))


_COUNTED = rf"\s?(?!{SINO_LOOKALIKES})({NATIVE_COUNTERS})"
_UNITS = "|".join(sorted(UNITS, key=len, reverse=True))

_RULES: tuple[tuple[re.Pattern[str], Callable[[_Match], str]], ...] = (
    (re.compile(r"(?<!\d)(\d{4})\s?[-./]\s?(\d{1,2})\s?[-./]\s?(\d{1,2})(?!\d)\.?"), _spell_date),
    (re.compile(r"(?<!\d)0\d{1,2}[-.) ]\s?\d{3,4}[- .]\d{4}(?!\d)"), _spell_phone),
    (re.compile(r"(?<![\d:])([01]?\d|2[0-4]):([0-5]\d)(?![\d:])"), _spell_clock),
    (re.compile(rf"₩\s?({_NUMBER})"), _spell_won),
    (re.compile(rf"{_NOT_IN_NUMBER}({_NUMBER})\s*[-~∼〜–]\s*({_NUMBER}){_COUNTED}"), _spell_counted_range),
    (re.compile(rf"{_NOT_IN_NUMBER}({_NUMBER})\s*[~∼〜–]\s*(?=\d)"), _spell_range_start),
    (re.compile(rf"((?:{_NUMBER})(?:\.\d+)?)\s?({_UNITS})(?![A-Za-z])"), _spell_unit),
    (re.compile(rf"{_NOT_IN_NUMBER}({_NUMBER})\.(\d+)(?!\d|\.\d)"), _spell_decimal),
    (re.compile(rf"{_NOT_IN_NUMBER}({_NUMBER}){_COUNTED}"), _spell_counted),
    (re.compile(r"(?<!\d)(0?6|10)\s?월"), _spell_month_name),
    (re.compile(r"(?<!\w)[-−](?=\d)"), _spell_minus),
    (re.compile(_NUMBER), _spell_plain),
)
