"""How programs and their supervisor end: given up, not waited for, stopped, left."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from boothkit.supervisor import Program, ProgramFailedError
from tests.unit.boothkit.programs import QUICK, Record, exists, said, shell, supervise, wait_for, wait_gone


@pytest.fixture
def record() -> Record:
    return Record()


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
