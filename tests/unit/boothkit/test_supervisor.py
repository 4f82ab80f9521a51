"""The supervisor with real processes: small shell scripts that behave and misbehave."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.boothkit.programs import Record, exists, is_alive, shell, supervise, wait_gone


@pytest.fixture
def record() -> Record:
    return Record()


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
