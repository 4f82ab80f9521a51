"""The web UI's prompt grammar: emphasis, escapes, BREAK, and <lora:...> tags.

(text) weighs 1.1, ((text)) 1.21, [text] 1/1.1, (text:1.3) 1.3; \\( \\) \\[ \\] are the plain signs.
BREAK ends a chunk of 75 tokens early. <lora:name:weight> names an adapter and is no text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ROUND, SQUARE = 1.1, 1 / 1.1

_LORA = re.compile(r"<lora:([^:<>]+)(?::([^:<>]*))?(?::([^:<>]*))?>", re.IGNORECASE)
_WEIGHT = re.compile(r":\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*\)")
_BREAK = re.compile(r"\s*\bBREAK\b\s*")


@dataclass(frozen=True)
class Piece:
    """Text of one weight. `is_break` marks the end of a chunk; such a piece has no text."""

    text: str
    weight: float = 1.0
    is_break: bool = False


@dataclass(frozen=True)
class LoraTag:
    """An adapter that the prompt calls, with its weights in the text encoder and in the UNet."""

    name: str
    text_weight: float
    unet_weight: float


def extract_loras(prompt: str) -> tuple[str, tuple[LoraTag, ...]]:
    """The prompt without its <lora:...> tags, and the tags in their order. A weight that is no number counts as 1."""
    tags = tuple(_read_tag(*match.groups()) for match in _LORA.finditer(prompt))
    return _LORA.sub("", prompt), tags


def _read_tag(name: str, text_weight: str | None, unet_weight: str | None) -> LoraTag:
    weight = _read_number(text_weight, 1.0)
    return LoraTag(name.strip(), weight, _read_number(unet_weight, weight))


def _read_number(text: str | None, otherwise: float) -> float:
    try:
        return float(text) if text else otherwise
    except ValueError:
        return 1.0


def parse_emphasis(prompt: str) -> tuple[Piece, ...]:
    """The prompt cut into pieces of equal weight; an empty prompt is one empty piece."""
    scanner = _Scanner()
    position = 0
    while position < len(prompt):
        position += scanner.take(prompt, position)
    scanner.close_all()
    return _merge(scanner.texts, scanner.weights) or (Piece(""),)


class _Scanner:
    """Reads a prompt sign by sign; open brackets wait on a stack for their end, or for the prompt's."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.weights: list[float] = []
        self._open: dict[str, list[int]] = {"(": [], "[": []}

    def take(self, prompt: str, position: int) -> int:
        """Read one sign, or what belongs together; how many characters that were."""
        sign = prompt[position]
        if sign == "\\" and prompt[position + 1 : position + 2] in ("(", ")", "[", "]", "\\"):
            self._add(prompt[position + 1])
            return 2
        weight = _WEIGHT.match(prompt, position) if self._open["("] else None
        if weight:
            self._close("(", float(weight[1]))
            return weight.end() - position
        self._take_plain(sign)
        return 1

    def _take_plain(self, sign: str) -> None:
        if sign in self._open:
            self._open[sign].append(len(self.texts))
        elif sign == ")" and self._open["("]:
            self._close("(", ROUND)
        elif sign == "]" and self._open["["]:
            self._close("[", SQUARE)
        else:
            self._add(sign)

    def close_all(self) -> None:
        """The prompt's end closes what is still open."""
        for bracket, factor in (("(", ROUND), ("[", SQUARE)):
            while self._open[bracket]:
                self._close(bracket, factor)

    def _add(self, text: str) -> None:
        self.texts.append(text)
        self.weights.append(1.0)

    def _close(self, bracket: str, factor: float) -> None:
        for number in range(self._open[bracket].pop(), len(self.weights)):
            self.weights[number] *= factor


def _merge(signs: list[str], weights: list[float]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    start = 0
    for end in range(1, len(signs) + 1):
        if end == len(signs) or weights[end] != weights[start]:
            pieces += _split_breaks("".join(signs[start:end]), weights[start])
            start = end
    return tuple(pieces)


def _split_breaks(text: str, weight: float) -> list[Piece]:
    pieces: list[Piece] = []
    for number, part in enumerate(_BREAK.split(text)):
        if number:
            pieces.append(Piece("", is_break=True))
        if part:
            pieces.append(Piece(part, weight))
    return pieces
