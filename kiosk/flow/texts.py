"""Lengths of what a visitor writes, in the characters a person sees.

The bridge counts code points. A character that a person sees can hold several (a letter with its accents, an emoji of
a family), and none is ever cut in two here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_JOINER = "\u200d"
_VARIATIONS = range(0xFE00, 0xFE10)
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_REGIONS = range(0x1F1E6, 0x1F200)
_CONJOINING_VOWELS_AND_TAILS = range(0x1160, 0x1200)


def split_characters(text: str) -> Iterator[str]:
    """The characters as a person sees them: the part of Unicode's grapheme rules (UAX 29) that keyboards produce."""
    character = ""
    for point in text:
        if character and not _joins(character, point):
            yield character
            character = ""
        character += point
    if character:
        yield character


def clip_text(text: str, max_points: int) -> str:
    """The text in normal form NFC, cut after the last whole character that fits into `max_points` code points."""
    normal = unicodedata.normalize("NFC", text)
    if len(normal) <= max_points:
        return normal
    kept = 0
    for character in split_characters(normal):
        if kept + len(character) > max_points:
            break
        kept += len(character)
    return normal[:kept]


def has_words(text: str) -> bool:
    """True when there is anything to be seen in the text."""
    return any(unicodedata.category(point)[0] not in "ZC" for point in text)


def _joins(character: str, point: str) -> bool:
    code = ord(point)
    is_second_region = code in _REGIONS and len(character) == 1 and ord(character) in _REGIONS
    return (
        is_second_region
        or point == _JOINER
        or character.endswith(_JOINER)
        or code in _VARIATIONS
        or code in _SKIN_TONES
        or code in _CONJOINING_VOWELS_AND_TAILS
        or unicodedata.category(point) in ("Mn", "Me", "Mc")
    )
