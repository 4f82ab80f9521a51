"""Runs `memorial-booth` commands and gives what they print."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping

# The module behind the `memorial-booth` command: found wherever this Python finds boothkit.
MEMORIAL_BOOTH = (sys.executable, "-m", "boothkit.command")
_OUTPUT_SHOWN = 2000


class CommandFailedError(Exception):
    """A command ended with an error; holds the end of what it said."""

    def __init__(self, words: tuple[str, ...], code: int, output: str) -> None:
        self.words = words
        self.code = code
        self.output = output[-_OUTPUT_SHOWN:]
        super().__init__(f"memorial-booth {' '.join(words)} ended with exit code {code}: {self.output}")


async def run_command(command: tuple[str, ...], *words: str, environ: Mapping[str, str]) -> str:
    """Standard output of `memorial-booth WORDS`, stripped; `command` is the first word. Raises CommandFailedError."""
    process = await asyncio.create_subprocess_exec(
        *command,
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **environ},
    )
    try:
        output, complaints = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        raise
    if process.returncode:
        said = (complaints + output).decode(errors="replace").strip()
        raise CommandFailedError(words, process.returncode, said)
    return output.decode(errors="replace").strip()
