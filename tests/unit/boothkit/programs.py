"""Small shell programs under a supervisor, and everything that it tells of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from boothkit.supervisor import Patience, Program, StateChange, Supervisor
from boothkit.waiting import wait_until

QUICK = Patience(first_delay_s=0.05, longest_delay_s=0.4, stable_after_s=0.5, probe_every_s=0.01, stop_within_s=1.0)


async def wait_for(is_so: Callable[[], bool], within_s: float = 10.0) -> None:
    async with asyncio.timeout(within_s):
        while not is_so():  # noqa: ASYNC110 -- it becomes true in another process
            await asyncio.sleep(0.01)


@dataclass
class Record:
    """Everything the supervisor told."""

    changes: list[StateChange] = field(default_factory=list)
    lines: list[tuple[str, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def on_change(self, change: StateChange) -> None:
        self.changes.append(change)
        self.times.append(time.monotonic())

    def on_line(self, program: str, line: str) -> None:
        self.lines.append((program, line))

    def states(self, program: str) -> list[str]:
        return [change.state for change in self.changes if change.program == program]

    def pids(self, program: str) -> list[int]:
        starts = ("started", "restarted")
        return [
            change.pid for change in self.changes if change.program == program and change.state in starts if change.pid
        ]

    async def until(self, program: str, state: str, count: int = 1) -> None:
        await wait_for(lambda: self.states(program).count(state) >= count)


def shell(name: str, script: str, **options: object) -> Program:
    return Program(name, ("sh", "-c", script), **options)  # type: ignore[arg-type]


def exists(path: Path) -> Callable[[], Awaitable[bool]]:
    async def probe() -> bool:
        return await asyncio.to_thread(path.exists)

    return probe


def said(record: Record, line: str) -> Callable[[], Awaitable[bool]]:
    async def probe() -> bool:
        return any(spoken == line for _, spoken in record.lines)

    return probe


def supervise(record: Record, *programs: Program, patience: Patience = QUICK) -> Supervisor:
    return Supervisor(programs, on_change=record.on_change, on_line=record.on_line, patience=patience)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_gone(*pids: int, within_s: float = 5.0) -> None:
    wait_until(lambda: not any(map(is_alive, pids)), f"the end of {pids}", within_s=within_s)
