"""The output of several programs on one terminal: every line behind its program's name, aligned and coloured."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TextIO

_COLOURS = (36, 33, 35, 32, 34, 31)  # ANSI: cyan, yellow, magenta, green, blue, red


class MergedLog:
    """Prints `program | line`. Colours only on a terminal, and never with NO_COLOR set."""

    def __init__(self, names: Sequence[str], *, stream: TextIO | None = None, is_coloured: bool | None = None) -> None:
        self._stream = stream or sys.stdout
        self._width = max(map(len, names), default=0)
        self._colours = {name: _COLOURS[index % len(_COLOURS)] for index, name in enumerate(names)}
        wanted = self._stream.isatty() and "NO_COLOR" not in os.environ
        self._is_coloured = wanted if is_coloured is None else is_coloured

    def print_line(self, program: str, line: str) -> None:
        prefix = f"{program:<{self._width}} |"
        if self._is_coloured:
            prefix = f"\033[{self._colours.get(program, 37)}m{prefix}\033[0m"
        print(prefix, line, file=self._stream, flush=True)
