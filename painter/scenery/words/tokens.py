"""Cutting a text into words and each word into what it means."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from painter.scenery.words import english, korean
from painter.scenery.words.effects import COMBINATIONS

MAX_TEXT = 20_000
"""Characters; what follows is not read."""

REACH = 2
"""How many words apart two words may stand that mean something together."""

_TOKEN = re.compile(r"(?P<month>\d{1,2})월[가-힣]*|[가-힣]+|[A-Za-z]+(?:['’][A-Za-z]+)?|[^\W\d_A-Za-z가-힣]+")


@dataclass(frozen=True)
class Token:
    """One word as written; `parts` are the known words in it with the names of their effects."""

    text: str
    parts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    is_known: bool = False
    denies: int = 0  # -1: the word before, 1: the word after


def read_tokens(text: str) -> list[Token]:
    """The words of a text in Korean, English or both."""
    normal = unicodedata.normalize("NFKC", text[:MAX_TEXT])
    tokens = [_read_token(match) for match in _TOKEN.finditer(normal)]
    return _combine(tokens)


def _read_token(match: re.Match[str]) -> Token:
    text = match.group()
    if match["month"]:
        number = int(match["month"])
        if not 1 <= number <= 12:
            return Token(text)
        return Token(text, ((f"{number}월", (korean.MONTH_SEASONS[number - 1],)),), True)
    return _read_korean(text) if "가" <= text[0] <= "힣" else _read_english(text)


def _read_english(text: str) -> Token:
    word = text.lower().replace("'", "").replace("’", "")
    word = word.removesuffix("s") if text.lower().endswith(("'s", "’s")) else word
    if word in english.NEGATORS:
        return Token(text, is_known=True, denies=1)
    for form in (word, word.removesuffix("s"), word.removesuffix("es")):
        if form in english.MEANINGS:
            return Token(text, ((form, english.MEANINGS[form]),), True)
    return Token(text, is_known=word in english.NEUTRAL)


def _read_korean(text: str) -> Token:
    if text in korean.NEGATORS:
        return Token(text, is_known=True, denies=-1)
    pieces = _split_korean(text)
    if pieces is None:
        return Token(text)
    parts = tuple((piece, korean.MEANINGS[piece]) for piece in pieces if piece in korean.MEANINGS)
    # a denial that is written together with its word: 구름없는
    denies = -1 if any(text.endswith(negator) for negator in korean.NEGATORS) else 0
    return Token(text, parts, True, denies)


def _is_blocked(text: str) -> bool:
    return any(text.startswith(word) for word in korean.OPAQUE if len(word) > 1)


@lru_cache(maxsize=4096)
def _split_korean(text: str) -> tuple[str, ...] | None:
    """The fewest words that, with their endings, make up `text`; None when there are none."""
    if _is_blocked(text):
        return None
    if text in korean.MEANINGS:
        return (text,)
    if text in korean.NEUTRAL or text in korean.ENDINGS:
        return ()
    best: dict[int, tuple[int, int, tuple[str, ...]]] = {0: (0, 0, ())}
    for start in range(len(text)):
        if start not in best:
            continue
        cost, _, pieces = best[start]
        for stop in range(start + 1, len(text) + 1):
            step = _weigh_piece(text[start:stop], is_first=start == 0)
            if step is None:
                continue
            kept = (*pieces, text[start:stop]) if text[start:stop] in korean.MEANINGS and step < _ENDING else pieces
            found = (cost + step, -len("".join(kept)), kept)
            if stop not in best or found[:2] < best[stop][:2]:
                best[stop] = found
    return best[len(text)][2] if len(text) in best else None


_WORD, _NEUTRAL, _ENDING = 4, 5, 6


def _weigh_piece(piece: str, *, is_first: bool) -> int | None:
    if piece in korean.MEANINGS:
        return _WORD
    if piece in korean.NEUTRAL:
        return _NEUTRAL
    return _ENDING if not is_first and piece in korean.ENDINGS else None


def _combine(tokens: list[Token]) -> list[Token]:
    """Words whose neighbour gives them another meaning (see `COMBINATIONS`)."""
    result = list(tokens)
    for index, token in enumerate(tokens):
        around = [near.text.lower() for near in tokens[max(0, index - REACH) : index + REACH + 1] if near is not token]
        for words, neighbours, effect in COMBINATIONS:
            if any(word in words for word, _ in token.parts) and any(near.startswith(neighbours) for near in around):
                parts = tuple((word, (effect,) if word in words else names) for word, names in token.parts)
                result[index] = replace(token, parts=parts)
    return result
