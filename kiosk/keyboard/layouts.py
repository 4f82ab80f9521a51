"""The keys of the on-screen keyboard as data, row by row from the top."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

LayoutName = Literal["ko", "en", "signs"]
Rows = tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """One key per character. `shifted` is what the same keys give with shift, the same where it changes none."""

    plain: Rows
    shifted: Rows

    def rows(self, *, is_shifted: bool) -> Rows:
        return self.shifted if is_shifted else self.plain


LAYOUTS: Mapping[LayoutName, Layout] = {
    "ko": Layout(
        plain=("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ", "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", "ㅋㅌㅊㅍㅠㅜㅡ"),
        shifted=("ㅃㅉㄸㄲㅆㅛㅕㅑㅒㅖ", "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", "ㅋㅌㅊㅍㅠㅜㅡ"),
    ),
    "en": Layout(
        plain=("qwertyuiop", "asdfghjkl", "zxcvbnm"),
        shifted=("QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM"),
    ),
    "signs": Layout(
        plain=("1234567890", "-/:;()&@%", "?!\"'~+="),
        shifted=("1234567890", "-/:;()&@%", "?!\"'~+="),
    ),
}
