"""Start several programs in order of need, keep them running, and take every one of them down again.

Made for one machine that runs the whole booth by one command; production uses systemd. Every program runs in a
session of its own and ends with the supervisor, even when that is killed with SIGKILL (Linux: PR_SET_PDEATHSIG).
"""

from __future__ import annotations

import asyncio
import signal
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self

from boothkit.child_process import ChildProcess, describe_exit

Probe = Callable[[], Awaitable[bool]]
WhenEnded = Literal["restart", "leave", "stop_all"]
State = Literal["preparing", "started", "ready", "died", "restarted", "ended", "stopped"]


@dataclass(frozen=True)
class Program:
    """One program to run.

    `needs` are ready before this one starts; then `prepare` runs once. Without `is_ready` a program counts as ready
    as soon as it runs. `when_ended`: start it again, leave it ended, or end everything with its exit code.
    `death_signal` is what the program gets when the supervisor itself is killed.
    """

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    needs: tuple[str, ...] = ()
    prepare: Callable[[], Awaitable[None]] | None = None
    is_ready: Probe | None = None
    ready_within_s: float = 60.0
    when_ended: WhenEnded = "restart"
    death_signal: signal.Signals = signal.SIGKILL


@dataclass(frozen=True)
class StateChange:
    """What happened to one program; `detail` is a short reason for people."""

    program: str
    state: State
    pid: int | None = None
    detail: str = ""


@dataclass(frozen=True)
class Patience:
    """The supervisor's times in seconds, and how often a program may die before it was ever ready."""

    first_delay_s: float = 0.2
    longest_delay_s: float = 10.0
    stable_after_s: float = 10.0
    probe_every_s: float = 0.05
    stop_within_s: float = 5.0
    starts_before_giving_up: int = 3


class ProgramFailedError(Exception):
    """A program could not be brought up; says which one, why, and its last words."""

    def __init__(self, program: str, reason: str, last_lines: Sequence[str] = ()) -> None:
        self.program = program
        self.reason = reason
        self.last_lines = tuple(last_lines)
        super().__init__("\n    ".join((f"{program}: {reason}", *self.last_lines)))


class Supervisor:
    """Runs the programs while it is entered: `async with Supervisor(programs) as box: await box.wait_ready()`."""

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        on_change: Callable[[StateChange], None] = lambda change: None,
        on_line: Callable[[str, str], None] = lambda program, line: None,
        patience: Patience | None = None,
    ) -> None:
        _check_needs(programs)
        self._on_change = on_change
        self._on_line = on_line
        self._patience = patience or Patience()
        self._keepers = {program.name: _Keeper(program, self) for program in programs}
        self._tasks: list[asyncio.Task[None]] = []
        self._ended = asyncio.Event()
        self._exit_code = 0
        self._failure: BaseException | None = None

    async def __aenter__(self) -> Self:
        for keeper in self._keepers.values():
            task = asyncio.create_task(keeper.keep(), name=f"keep {keeper.program.name}")
            task.add_done_callback(self._on_keeper_done)
            self._tasks.append(task)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def run(self) -> int:
        """Run until `stop` or until a `stop_all` program ends; its exit code. Raises ProgramFailedError."""
        async with self:
            return await self.wait_ended()

    async def wait_ended(self) -> int:
        """Wait for the end and give the exit code. Raises what made the supervisor give up."""
        await self._ended.wait()
        if self._failure is not None:
            raise self._failure
        return self._exit_code

    async def wait_ready(self, *names: str) -> None:
        """Wait until the named programs (all when none is named) have been ready. Raises when it ends before."""
        waits = [self._keepers[name].was_ready.wait() for name in names or self._keepers]
        ready = asyncio.ensure_future(asyncio.gather(*waits))
        ended = asyncio.ensure_future(self.wait_ended())
        try:
            await asyncio.wait((ready, ended), return_when=asyncio.FIRST_COMPLETED)
            if not ready.done():
                raise ProgramFailedError("supervisor", f"ended with code {await ended} before all programs were ready")
        finally:
            ready.cancel()
            ended.cancel()
            await asyncio.gather(ready, ended, return_exceptions=True)

    def stop(self, exit_code: int = 0) -> None:
        """Ask for a clean stop. Safe in a signal handler of the event loop."""
        self._exit_code = self._exit_code or exit_code
        self._ended.set()

    @property
    def patience(self) -> Patience:
        return self._patience

    async def wait_for_needs(self, program: Program) -> None:
        for name in program.needs:
            await self._keepers[name].was_ready.wait()

    def report(self, change: StateChange) -> None:
        self._on_change(change)

    def pass_line(self, program: str, line: str) -> None:
        self._on_line(program, line)

    def _on_keeper_done(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self._failure = self._failure or task.exception()
            self._ended.set()


class _Keeper:
    """Keeps one program running: start, watch, wait a little longer each time, start again."""

    def __init__(self, program: Program, supervisor: Supervisor) -> None:
        self.program = program
        self.was_ready = asyncio.Event()
        self._supervisor = supervisor
        self._patience = supervisor.patience
        self._last_lines: deque[str] = deque(maxlen=8)
        self._deaths = 0

    async def keep(self) -> None:
        await self._supervisor.wait_for_needs(self.program)
        if self.program.prepare is not None:
            self._tell("preparing")
            await self.program.prepare()
        delay_s = self._patience.first_delay_s
        while True:
            started_at = asyncio.get_running_loop().time()
            code = await self._live_once()
            if self.program.when_ended != "restart":
                self._finish(code)
                return
            self._deaths += 1
            self._give_up_when_hopeless(code)
            if asyncio.get_running_loop().time() - started_at >= self._patience.stable_after_s:
                delay_s = self._patience.first_delay_s
            self._tell("died", detail=f"{describe_exit(code)}; starting again in {delay_s:g} s")
            await asyncio.sleep(delay_s)
            delay_s = min(delay_s * 2, self._patience.longest_delay_s)

    def _finish(self, code: int) -> None:
        """Whoever waits for a program that has ended well need not wait longer; one that failed has no readiness."""
        self._tell("ended", detail=describe_exit(code))
        if code and not self.was_ready.is_set():
            raise ProgramFailedError(self.program.name, f"{describe_exit(code)} before it was ready", self._last_lines)
        self.was_ready.set()
        if self.program.when_ended == "stop_all":
            self._supervisor.stop(code)

    def _give_up_when_hopeless(self, code: int) -> None:
        if not self.was_ready.is_set() and self._deaths >= self._patience.starts_before_giving_up:
            reason = f"{describe_exit(code)}, {self._deaths} times before it was ever ready"
            raise ProgramFailedError(self.program.name, reason, self._last_lines)

    async def _live_once(self) -> int:
        """One life of the program, from start to exit code. Nothing of it is left behind, however this ends."""
        child = self._start()
        self._tell("restarted" if self._deaths else "started", child.pid)
        try:
            await self._until_ready_or_ended(child)
            return await child.wait()
        finally:
            if await child.take_down(self._patience.stop_within_s):
                self._tell("stopped", child.pid)

    def _start(self) -> ChildProcess:
        program = self.program
        try:
            return ChildProcess.start(
                program.command,
                environ=program.environ,
                folder=program.folder,
                death_signal=program.death_signal,
                on_line=self._on_line,
            )
        except OSError as error:
            raise ProgramFailedError(program.name, f"cannot be started: {error}") from error

    async def _until_ready_or_ended(self, child: ChildProcess) -> None:
        probing = asyncio.create_task(self._probe_until_ready())
        ending = asyncio.create_task(child.wait())
        limit_s = self.program.ready_within_s
        try:
            await asyncio.wait((probing, ending), timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
            if probing.done():
                probing.result()
                self._note_ready(child)
            elif not ending.done():
                self._refuse_late_program(child, limit_s)
            elif ending.result() == 0:
                await self._look_back(child)
        finally:
            probing.cancel()
            ending.cancel()
            await asyncio.gather(probing, ending, return_exceptions=True)

    async def _look_back(self, child: ChildProcess) -> None:
        """A program that did its work between two looks was ready if its last words say so."""
        await child.hear_out()
        if self.program.is_ready is not None and await self.program.is_ready():
            self._note_ready(child)

    def _note_ready(self, child: ChildProcess) -> None:
        self.was_ready.set()
        self._tell("ready", child.pid)

    async def _probe_until_ready(self) -> None:
        is_ready = self.program.is_ready
        while is_ready is not None and not await is_ready():  # noqa: ASYNC110 -- another process, so no event to await
            await asyncio.sleep(self._patience.probe_every_s)

    def _refuse_late_program(self, child: ChildProcess, limit_s: float) -> None:
        """A first start that is never ready ends everything; a later one gets another start."""
        if not self.was_ready.is_set():
            reason = f"runs but was not ready within {limit_s:g} s"
            raise ProgramFailedError(self.program.name, reason, self._last_lines)
        child.kill()

    def _on_line(self, line: str) -> None:
        self._last_lines.append(line)
        self._supervisor.pass_line(self.program.name, line)

    def _tell(self, state: State, pid: int | None = None, detail: str = "") -> None:
        self._supervisor.report(StateChange(self.program.name, state, pid, detail))


def _check_needs(programs: Sequence[Program]) -> None:
    known: set[str] = set()
    for program in programs:
        if unknown := set(program.needs) - known:
            raise ValueError(f"{program.name} needs {sorted(unknown)}, which must be listed before it")
        known.add(program.name)
