"""One child process of a supervisor: in a session of its own, its output as lines, gone when the parent is gone."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import functools
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

LINE_LIMIT_BYTES = 64 * 1024
LAST_WORDS_WITHIN_S = 1.0  # a process that left the session may hold the pipe open for ever
_PR_SET_PDEATHSIG = 1


class ChildProcess:
    """A started process; `wait` for its exit code, and always `take_down` at the end.

    Its exit is watched by a pidfd: asyncio's own process object also waits for the pipe, which a grandchild may hold
    open long after the process itself has died.
    """

    def __init__(self, process: subprocess.Popen[bytes], on_line: Callable[[str], None]) -> None:
        self._process = process
        self._ended = asyncio.Event()
        self._pidfd = os.pidfd_open(process.pid)
        asyncio.get_running_loop().add_reader(self._pidfd, self._on_ended)
        self._copying = asyncio.create_task(self._copy_lines(on_line))

    @classmethod
    def start(
        cls,
        command: Sequence[str],
        *,
        on_line: Callable[[str], None],
        environ: Mapping[str, str] | None = None,
        folder: Path | None = None,
        death_signal: signal.Signals = signal.SIGKILL,
    ) -> Self:
        """Start `command` with `environ` added to ours; `on_line` gets stdout and stderr. Raises OSError.

        `death_signal` is what the child gets when this process dies without taking it down. Call from the thread
        that lives as long as the process (Linux binds the signal to the thread that forked), inside an event loop.
        """
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environ or {})},
            cwd=folder,
            start_new_session=True,
            preexec_fn=functools.partial(_die_with_parent, _find_prctl(), os.getpid(), death_signal),
        )
        return cls(process, on_line)

    @property
    def pid(self) -> int:
        return self._process.pid

    async def wait(self) -> int:
        """The exit code; negative is the signal that ended it."""
        await self._ended.wait()
        return self._process.wait()

    async def hear_out(self) -> None:
        """Wait until everything that an ended process said has been passed on, for a second at most."""
        await asyncio.wait({self._copying}, timeout=LAST_WORDS_WITHIN_S)

    def kill(self) -> None:
        """SIGKILL to the process and to everything that it started in its session."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    async def take_down(self, within_s: float) -> bool:
        """SIGTERM, after `within_s` SIGKILL; then whatever it left in its session. True when it was still running."""
        was_running = not self._ended.is_set()
        if was_running:
            self._process.terminate()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), within_s)
        self.kill()
        await self.wait()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._copying, LAST_WORDS_WITHIN_S)
        return was_running

    def _on_ended(self) -> None:
        asyncio.get_running_loop().remove_reader(self._pidfd)
        os.close(self._pidfd)
        self._ended.set()

    async def _copy_lines(self, on_line: Callable[[str], None]) -> None:
        assert self._process.stdout is not None  # noqa: S101 -- asked for with PIPE
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, self._process.stdout)
        with contextlib.closing(transport):
            async for line in _split_lines(reader):
                on_line(line.decode(errors="replace").rstrip())


async def _split_lines(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Whole lines; a longer one than the limit comes in pieces."""
    rest = b""
    while chunk := await reader.read(LINE_LIMIT_BYTES):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line
        if len(rest) > LINE_LIMIT_BYTES:
            yield rest
            rest = b""
    if rest:
        yield rest


def describe_exit(code: int) -> str:
    """`ended with exit code 3` or `was killed by SIGKILL`, from a subprocess return code."""
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"


@functools.cache
def _find_prctl() -> Callable[[int, int], int]:
    """Looked up before the fork: between fork and exec only plain system calls are safe."""
    prctl: Callable[[int, int], int] = ctypes.CDLL(None, use_errno=True).prctl
    return prctl


def _die_with_parent(prctl: Callable[[int, int], int], parent_pid: int, death_signal: int) -> None:
    """Runs in the child between fork and exec. The parent may have died before prctl: then end at once."""
    prctl(_PR_SET_PDEATHSIG, death_signal)
    if os.getppid() != parent_pid:
        os.kill(os.getpid(), signal.SIGKILL)
