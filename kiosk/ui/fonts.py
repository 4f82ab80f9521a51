"""The fonts of the booth. Without a Korean font Qt draws Hangul as empty boxes and says nothing, so we look first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtGui import QFontDatabase

_SERIF = ("NanumMyeongjo", "Nanum Myeongjo", "Noto Serif CJK KR", "Noto Serif KR", "UnBatang")
_SANS = ("NanumGothic", "Nanum Gothic", "NanumBarunGothic", "Noto Sans CJK KR", "Noto Sans KR", "UnDotum")


class NoKoreanFontError(Exception):
    """No installed font can write Korean. The message tells the operator what to install."""


@dataclass(frozen=True)
class FontChoice:
    """Families for headings (`serif`) and for everything else (`sans`)."""

    serif: str
    sans: str


def find_fonts() -> FontChoice:
    """The best installed families. Raises NoKoreanFontError."""
    return choose_fonts(QFontDatabase.families(QFontDatabase.WritingSystem.Korean))


def choose_fonts(families: Iterable[str]) -> FontChoice:
    """The best of `families`, which all can write Korean. Raises NoKoreanFontError when there is none."""
    known = list(families)
    if not known:
        raise NoKoreanFontError("No installed font can write Korean. Install the Debian package fonts-nanum.")
    sans = next((family for family in _SANS if family in known), known[0])
    return FontChoice(serif=next((family for family in _SERIF if family in known), sans), sans=sans)
