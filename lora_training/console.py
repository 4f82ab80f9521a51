"""What a command says on the terminal."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Mapping
from typing import TextIO

_CLEAR_LINE = "\r\x1b[K"


def say(korean: str, english: str, *, to: TextIO | None = None) -> None:
    """One line in Korean and one in English."""
    print_lines(korean, english, to=to)


def print_lines(*lines: str, to: TextIO | None = None) -> None:
    """Names of files are strangers' text: what would steer a terminal is shown as a question mark."""
    stream = to or sys.stdout
    for line in lines:
        stream.write(f"{_make_harmless(line)}\n")


class ProgressLine:
    """One line on a terminal that is written over; nothing at all where the output is no terminal."""

    def __init__(self, words: Mapping[str, str], stream: TextIO | None = None) -> None:
        self._words = words
        self._stream = stream or sys.stderr

    def show(self, stage: str, done: int, total: int) -> None:
        """How far a stage is; the line goes away when it is done."""
        if not self._stream.isatty():
            return
        bar = "█" * (20 * done // total)
        self._stream.write(f"{_CLEAR_LINE}{self._words[stage]} {bar:░<20} {done}/{total}")
        if done == total:
            self._stream.write(_CLEAR_LINE)
        self._stream.flush()


def _make_harmless(line: str) -> str:
    return "".join("?" if unicodedata.category(letter) in ("Cc", "Cf", "Cs") else letter for letter in line)
