"""Running ffmpeg as a program: bytes through pipes, a limit on every wait, its complaints kept."""

from __future__ import annotations

import os
import select
import subprocess
import tempfile
import time
from collections.abc import Sequence
from types import TracebackType
from typing import IO, Self

from painter.clips.errors import ClipProgramError

STALL_S = 60.0
"""Without a byte moving for so long, the program hangs."""
CAUSE_CHARS = 400
_CHUNK = 1 << 20


class PipedProgram:
    """A child process with one pipe: its output is read, or its input is written. A context manager that never
    leaves the child behind."""

    def __init__(self, command: Sequence[str], *, is_source: bool) -> None:
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL if is_source else subprocess.PIPE,
                stdout=subprocess.PIPE if is_source else subprocess.DEVNULL,
                stderr=self._errors,
                bufsize=0,
            )
        except OSError as error:
            self._errors.close()
            raise ClipProgramError(f"{command[0]} could not be started: {error.strerror}.") from error
        pipe = self._process.stdout if is_source else self._process.stdin
        if pipe is None:
            raise ClipProgramError(f"{command[0]} has no pipe.")
        self._pipe = pipe
        self._name = command[0]
        os.set_blocking(pipe.fileno(), False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pipe.close()
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._errors.close()

    def read(self, count: int) -> bytes:
        """`count` bytes, or fewer at the end of the output."""
        parts = bytearray()
        while len(parts) < count:
            self._wait_until_ready(is_reading=True)
            part = self._pipe.read(min(_CHUNK, count - len(parts)))
            if not part:
                break
            parts += part
        return bytes(parts)

    def write(self, data: bytes) -> None:
        """All of `data`."""
        sent, whole = 0, memoryview(data)
        while sent < len(data):
            self._wait_until_ready(is_reading=False)
            try:
                sent += os.write(self._pipe.fileno(), whole[sent : sent + _CHUNK])
            except BrokenPipeError as error:
                self._process.wait(STALL_S)
                raise self._explain() from error

    def _wait_until_ready(self, *, is_reading: bool) -> None:
        poll = select.poll()
        poll.register(self._pipe, select.POLLIN if is_reading else select.POLLOUT)
        if not poll.poll(STALL_S * 1000):
            raise ClipProgramError(f"{self._name} has not moved for {STALL_S:.0f} s.")

    def finish(self) -> None:
        """Close the pipe and wait for the end; raises ClipProgramError unless it is a good one."""
        self._pipe.close()
        started = time.monotonic()
        try:
            code = self._process.wait(STALL_S)
        except subprocess.TimeoutExpired as error:
            raise ClipProgramError(f"{self._name} has not ended after {time.monotonic() - started:.0f} s.") from error
        if code != 0:
            raise self._explain()

    def _explain(self) -> ClipProgramError:
        self._errors.seek(0)
        said = self._errors.read().decode("utf-8", "replace").strip()
        return ClipProgramError(f"{self._name} failed: {said[-CAUSE_CHARS:] or 'it said nothing'}")
