"""Turns a letter as it was typed into sentences that can be read aloud."""

from __future__ import annotations

import html
import re
import unicodedata

LONGEST_PIECE = 160
PACKED_LENGTH = 80

_LINK = {"ko": " 링크 ", "en": " link "}
_SIGNS = {
    "ko": {"%": " 퍼센트", "℃": "도", "°C": "도", "&": " 그리고 ", "₩": " 원 ", "№": " 번호 "},
    "en": {"℃": " degrees", "°C": " degrees", "№": " number "},
}
# Laughing and crying typed as bare consonants and vowels; spelt out letter by letter they would be painful.
_TYPED_FEELINGS = re.compile(r"[ㄱ-ㅎㅏ-ㅣ]{2,}|\^+_*\^+|[ㅠㅜㅋㅎ]")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>|<!--.{0,500}?-->", re.DOTALL)
_URL = re.compile(r"(?:https?://|www\.)[^\s<>]+", re.IGNORECASE)
_REPEATED_MARK = re.compile(r"([!?.,~…·-])\1+")
_REPEATED_LETTER = re.compile(r"(\w)\1{7,}")
# [[...]] would be read by espeak-ng as phonemes, not as text.
_UNSPOKEN = re.compile(r"[\[\]{}<>|\\^_`*#=@\"“”«»『』「」《》〈〉•■□●○◆◇★☆※→←↑↓]")
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？])\s+|\n+")


def clean_for_speech(text: str, language: str) -> str:
    """`text` without tags, links, pictures, control characters and typed noise; lines stay lines.

    The letter itself is never changed: this is only what the voice is given.
    """
    said = html.unescape(_TAG.sub(" ", unicodedata.normalize("NFC", text)))
    said = _URL.sub(_LINK[language], said)
    for sign, word in _SIGNS[language].items():
        said = said.replace(sign, word)
    said = "".join(_narrow(character) for character in said)
    said = _TYPED_FEELINGS.sub(" ", said)
    said = _UNSPOKEN.sub(" ", said)
    said = _REPEATED_LETTER.sub(r"\1\1\1", _REPEATED_MARK.sub(r"\1", said))
    lines = (" ".join(line.split()) for line in said.splitlines())
    return "\n".join(line for line in lines if has_words(line))


def has_words(text: str) -> bool:
    """True when `text` holds at least one letter or digit."""
    return any(character.isalnum() for character in text)


def split_pieces(text: str) -> list[str]:
    """Pieces in order that end where a sentence ends, none longer than LONGEST_PIECE characters, each with words."""
    sentences = (part.strip() for part in _SENTENCE_END.split(text))
    parts = [part for sentence in sentences for part in _split_long(sentence) if has_words(part)]
    pieces: list[str] = []
    for part in parts:
        # Short sentences go together: starting a program, or asking a server, for each would take longer.
        if pieces and len(pieces[-1]) + len(part) < PACKED_LENGTH:
            pieces[-1] += f"\n{part}"
        else:
            pieces.append(part)
    return pieces


def _split_long(sentence: str) -> list[str]:
    pieces = []
    while len(sentence) > LONGEST_PIECE:
        cut = _find_cut(sentence)
        pieces.append(sentence[:cut].strip())
        sentence = sentence[cut:].strip()
    return [*pieces, sentence]


def _find_cut(sentence: str) -> int:
    head = sentence[:LONGEST_PIECE]
    for mark in (", ", " "):
        cut = head.rfind(mark)
        if cut > LONGEST_PIECE // 4:
            return cut + len(mark)
    return LONGEST_PIECE


def _narrow(character: str) -> str:
    """Full-width forms become ordinary ones; what nobody can pronounce becomes a space or nothing."""
    if character == "\n":
        return character
    if "！" <= character <= "～":
        return chr(ord(character) - 0xFEE0)
    category = unicodedata.category(character)
    if category == "Cf" or character in "\u200d\ufe0e\ufe0f":
        return ""
    return " " if category[0] in "CZ" or category in {"So", "Sk", "Mn", "Me"} else character
