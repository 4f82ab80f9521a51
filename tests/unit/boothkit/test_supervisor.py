"""The supervisor with real processes: small shell scripts that behave and misbehave."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from boothkit.supervisor import Patience, Program, ProgramFailedError, StateChange, Supervisor
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


@pytest.fixture
def record() -> Record:
    return Record()


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


def test_programs_start_in_the_order_of_their_needs(record: Record, tmp_path: Path) -> None:
    door = tmp_path / "door"
    base = shell("base", f"sleep 0.2; touch {door}; exec sleep 60", is_ready=exists(door))
    upper = shell("upper", "exec sleep 60", needs=("base",))

    async def main() -> None:
        async with supervise(record, base, upper) as box:
            await box.wait_ready()

    asyncio.run(main())
    told = [(change.program, change.state) for change in record.changes]
    assert told[:4] == [("base", "started"), ("base", "ready"), ("upper", "started"), ("upper", "ready")]
    assert set(told[4:]) == {("base", "stopped"), ("upper", "stopped")}


def test_a_program_can_only_need_what_is_listed_before_it(record: Record) -> None:
    with pytest.raises(ValueError, match="upper needs"):
        supervise(record, shell("upper", "true", needs=("base",)))


def test_preparation_runs_once_after_the_needs_and_before_the_start(record: Record, tmp_path: Path) -> None:
    door, trace = tmp_path / "door", []

    async def prepare() -> None:
        trace.append(door.exists())

    base = shell("base", f"touch {door}; exec sleep 60", is_ready=exists(door))
    upper = shell("upper", "exit 1", needs=("base",), prepare=prepare)

    async def main() -> None:
        async with supervise(record, base, upper):
            await record.until("upper", "restarted", 2)

    asyncio.run(main())
    assert trace == [True]
    assert record.states("upper")[:2] == ["preparing", "started"]


def test_a_failing_preparation_ends_everything_with_its_own_error(record: Record) -> None:
    async def prepare() -> None:
        raise LookupError("no enrolment code")

    with pytest.raises(LookupError, match="no enrolment code"):
        asyncio.run(supervise(record, shell("base", "exec sleep 60"), shell("upper", "true", prepare=prepare)).run())
    wait_gone(*record.pids("base"))


def test_a_killed_program_is_started_again(record: Record) -> None:
    async def main() -> None:
        async with supervise(record, shell("base", "exec sleep 60")) as box:
            await box.wait_ready()
            os.kill(record.pids("base")[0], signal.SIGKILL)
            await record.until("base", "ready", 2)

    asyncio.run(main())
    assert record.states("base") == ["started", "ready", "died", "restarted", "ready", "stopped"]
    assert "was killed by SIGKILL" in record.changes[2].detail
    first, second = record.pids("base")
    assert first != second


def test_children_of_a_killed_program_do_not_outlive_it(record: Record, tmp_path: Path) -> None:
    child_file = tmp_path / "child"
    script = f"sleep 61 & echo $! > {child_file}.new; mv {child_file}.new {child_file}; wait"

    async def main() -> int:
        async with supervise(record, shell("base", script, is_ready=exists(child_file))) as box:
            await box.wait_ready()
            child = int(child_file.read_text())
            assert is_alive(child)
            os.kill(record.pids("base")[0], signal.SIGKILL)
            await record.until("base", "died")
            return child

    wait_gone(asyncio.run(main()))


def test_a_process_that_left_the_session_does_not_hold_up_the_end(record: Record, tmp_path: Path) -> None:
    child_file = tmp_path / "child"
    script = f"setsid sh -c 'echo $$ > {child_file}; exec sleep 60' & sleep 0.2; exit 1"

    async def main() -> None:
        async with supervise(record, shell("base", script)):
            await record.until("base", "died")

    asyncio.run(main())
    os.kill(int(child_file.read_text()), signal.SIGKILL)


def test_waiting_times_double_up_to_the_longest(record: Record) -> None:
    async def main() -> None:
        async with supervise(record, shell("base", "exit 3")):
            await record.until("base", "died", 5)

    asyncio.run(main())
    details = [change.detail for change in record.changes if change.state == "died"]
    assert [detail.rpartition(" in ")[2] for detail in details] == ["0.05 s", "0.1 s", "0.2 s", "0.4 s", "0.4 s"]
    assert details[0].startswith("ended with exit code 3")
    died = [at for at, change in zip(record.times, record.changes, strict=True) if change.state == "died"]
    assert died[3] - died[0] >= 0.05 + 0.1 + 0.2


def test_a_program_that_was_stable_starts_again_at_once(record: Record, tmp_path: Path) -> None:
    """It dies at once twice, then lives past `stable_after_s`: the next waiting time is the first one again."""
    count = tmp_path / "count"
    script = f"echo x >> {count}; [ $(wc -l < {count}) -lt 3 ] || sleep 0.7; exit 1"

    async def main() -> None:
        async with supervise(record, shell("base", script)):
            await record.until("base", "died", 3)

    asyncio.run(main())
    details = [change.detail for change in record.changes if change.state == "died"]
    assert [detail.rpartition(" in ")[2] for detail in details] == ["0.05 s", "0.1 s", "0.05 s"]


def test_a_program_that_never_gets_ready_is_named_with_its_last_words(record: Record, tmp_path: Path) -> None:
    program = shell(
        "mute", "echo 'waiting for a key'; exec sleep 60", is_ready=exists(tmp_path / "no"), ready_within_s=0.3
    )
    with pytest.raises(ProgramFailedError, match=r"mute: runs but was not ready within 0\.3 s\n    waiting for a key"):
        asyncio.run(supervise(record, program).run())
    wait_gone(*record.pids("mute"))


def test_a_program_that_keeps_dying_before_it_is_ready_is_given_up(record: Record, tmp_path: Path) -> None:
    program = shell("broken", "echo 'port: not a number' >&2; exit 2", is_ready=exists(tmp_path / "no"))
    with pytest.raises(ProgramFailedError) as caught:
        asyncio.run(supervise(record, program).run())
    assert caught.value.reason == "ended with exit code 2, 3 times before it was ever ready"
    assert caught.value.last_lines == ("port: not a number",) * 3


def test_a_program_that_is_late_after_a_restart_gets_another_start(record: Record, tmp_path: Path) -> None:
    door = tmp_path / "door"
    door.touch()
    program = shell("base", "exec sleep 60", is_ready=exists(door), ready_within_s=0.2)

    async def main() -> None:
        async with supervise(record, program) as box:
            await box.wait_ready()
            door.unlink()
            os.kill(record.pids("base")[0], signal.SIGKILL)
            await record.until("base", "died", 2)
            door.touch()
            await record.until("base", "ready", 2)

    asyncio.run(main())


def test_a_missing_program_is_named(record: Record) -> None:
    with pytest.raises(ProgramFailedError, match=r"ghost: cannot be started: .*no-such-program"):
        asyncio.run(supervise(record, Program("ghost", ("/no-such-program",))).run())


def test_waiting_for_readiness_ends_when_a_program_fails(record: Record, tmp_path: Path) -> None:
    program = shell("broken", "exit 2", is_ready=exists(tmp_path / "no"))

    async def main() -> None:
        async with supervise(record, program) as box:
            await box.wait_ready()

    with pytest.raises(ProgramFailedError, match="broken: ended with exit code 2"):
        asyncio.run(main())


def test_waiting_for_readiness_ends_when_everything_is_stopped(record: Record, tmp_path: Path) -> None:
    async def main() -> None:
        async with supervise(record, shell("slow", "exec sleep 60", is_ready=exists(tmp_path / "no"))) as box:
            asyncio.get_running_loop().call_later(0.1, box.stop)
            await box.wait_ready()

    with pytest.raises(ProgramFailedError, match="ended with code 0 before all programs were ready"):
        asyncio.run(main())


def test_the_end_of_the_main_job_ends_everything_with_its_exit_code(record: Record) -> None:
    programs = (shell("base", "exec sleep 60"), shell("job", "exit 7", needs=("base",), when_ended="stop_all"))
    assert asyncio.run(supervise(record, *programs).run()) == 7
    assert record.states("job") == ["started", "ready", "ended"] or record.states("job") == ["started", "ended"]
    wait_gone(*record.pids("base"))


@pytest.mark.parametrize("when_ended", ["leave", "stop_all"])
def test_a_program_that_fails_before_it_is_ready_is_not_waited_for(
    record: Record, tmp_path: Path, when_ended: str
) -> None:
    program = shell("job", "echo why; exit 3", is_ready=exists(tmp_path / "no"), when_ended=when_ended)

    async def main() -> None:
        async with supervise(record, program) as box:
            await box.wait_ready()

    with pytest.raises(ProgramFailedError, match=r"job: ended with exit code 3 before it was ready\n    why"):
        asyncio.run(main())


def test_a_program_that_ended_well_is_not_waited_for(record: Record, tmp_path: Path) -> None:
    async def main() -> None:
        async with supervise(
            record, shell("job", "exit 0", is_ready=exists(tmp_path / "no"), when_ended="leave")
        ) as box:
            await box.wait_ready()

    asyncio.run(main())


@pytest.mark.parametrize(
    ("code", "states"), [(0, ["started", "ready", "ended"]), (3, ["started", "ended"])], ids=["ended well", "failed"]
)
def test_a_program_that_was_ready_between_two_looks_was_ready(record: Record, code: int, states: list[str]) -> None:
    """Its last words are heard first. One that failed is not asked about: its address may be somebody else's."""
    seldom = replace(QUICK, probe_every_s=60.0)
    hasty = shell("hasty", f"sleep 0.1; echo open; exit {code}", is_ready=said(record, "open"), when_ended="leave")
    base = shell("base", "exec sleep 60")

    async def main() -> None:
        async with supervise(record, base, hasty, patience=seldom):
            await record.until("hasty", "ended")

    asyncio.run(main())
    assert record.states("hasty") == states


def test_a_program_may_be_left_ended(record: Record) -> None:
    async def main() -> None:
        async with supervise(record, shell("base", "exec sleep 60"), shell("once", "exit 0", when_ended="leave")):
            await record.until("once", "ended")
            await asyncio.sleep(0.2)

    asyncio.run(main())
    assert "restarted" not in record.states("once")
    assert "died" not in record.states("base")


def test_a_clean_stop_lets_programs_finish(record: Record, tmp_path: Path) -> None:
    done = tmp_path / "done"
    script = f"trap 'touch {done}; exit 0' TERM; echo up; while :; do sleep 0.02; done"

    async def main() -> int:
        async with supervise(record, shell("base", script)) as box:
            await wait_for(lambda: ("base", "up") in record.lines)
            box.stop()
            return await box.wait_ended()

    assert asyncio.run(main()) == 0
    assert done.exists()
    assert record.states("base")[-1] == "stopped"


def test_a_program_that_ignores_the_request_is_killed(record: Record) -> None:
    async def main() -> float:
        async with supervise(record, shell("deaf", "trap '' TERM; echo up; while :; do sleep 0.02; done")):
            await wait_for(lambda: ("deaf", "up") in record.lines)
            stopping_at = time.monotonic()
        return time.monotonic() - stopping_at

    assert QUICK.stop_within_s <= asyncio.run(main()) < QUICK.stop_within_s + 1.5
    wait_gone(*record.pids("deaf"))


def test_output_arrives_as_whole_lines_even_when_a_line_never_ends(record: Record) -> None:
    script = "printf 'a\\nb'; printf 'c\\n' >&2; head -c 200000 /dev/zero | tr '\\0' x; echo; printf last"

    async def main() -> None:
        async with supervise(record, shell("talker", script, when_ended="leave")):
            await record.until("talker", "ended")

    asyncio.run(main())
    lines = [line for _, line in record.lines]
    assert lines[:2] == ["a", "bc"]
    assert "".join(lines[2:-1]) == "x" * 200_000
    assert lines[-1] == "last"


def test_the_environment_and_folder_of_a_program_are_its_own(record: Record, tmp_path: Path) -> None:
    program = shell("env", "echo $BOOTH_TEST; pwd", environ={"BOOTH_TEST": "한글"}, folder=tmp_path, when_ended="leave")

    async def main() -> None:
        async with supervise(record, program):
            await record.until("env", "ended")

    asyncio.run(main())
    assert record.lines == [("env", "한글"), ("env", str(tmp_path))]


SUPERVISED = """
import asyncio, signal, sys
from boothkit.supervisor import Program, Supervisor
programs = [
    Program("plain", ("sleep", "300")),
    Program("deaf", ("sh", "-c", "trap '' TERM; while :; do sleep 0.1; done")),
    Program("kind", ("sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done"), death_signal=signal.SIGTERM),
]
def tell(change):
    print(change.state, change.pid, flush=True)
asyncio.run(Supervisor(programs, on_change=tell).run())
"""


def test_programs_end_with_a_supervisor_that_was_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", SUPERVISED], stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        pids = []
        while len(pids) < 3:
            state, pid = supervisor.stdout.readline().split()
            pids += [int(pid)] if state == "ready" else []
        assert all(map(is_alive, pids))
        supervisor.kill()
    wait_gone(*pids)
