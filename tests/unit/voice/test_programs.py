"""Separate programs are bounded in time, memory and output, and never see the letter in their command line."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from service_bridge.voice.espeak import EspeakVoice
from service_bridge.voice.programs import FILE_BYTES, ProgramError, ProgramRunner
from tests.unit.voice.sounds import runner_in


def test_program_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    started = time.monotonic()
    with pytest.raises(ProgramError, match=r"sleep took longer than 0\.3 s"):
        ProgramRunner(tmp_path, timeout_s=0.3).run(["sleep", "30"])
    assert time.monotonic() - started < 5


def test_missing_program_and_failing_program_say_so(tmp_path: Path) -> None:
    with pytest.raises(ProgramError, match="no-such-program"):
        runner_in(tmp_path).run(["no-such-program"])
    with pytest.raises(ProgramError, match="ended with 3: sorry"):
        runner_in(tmp_path).run(["sh", "-c", "echo sorry >&2; exit 3"])


def test_missing_limiter_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProgramError, match="prlimit is not installed"):
        runner_in(tmp_path).run(["true"])


def test_memory_and_output_of_a_program_are_limited(tmp_path: Path) -> None:
    with pytest.raises(ProgramError, match="MemoryError"):
        runner_in(tmp_path).run([sys.executable, "-c", "bytearray(2 << 30)"])
    with pytest.raises(ProgramError):
        runner_in(tmp_path).run(["truncate", "-s", str(FILE_BYTES + 1), "large"])


def test_letter_never_stands_in_a_command_line(tmp_path: Path) -> None:
    """Every person on the machine can list command lines; the letter goes through a file only this program reads."""
    commands: list[list[str]] = []

    class WatchingRunner(ProgramRunner):
        def run(self, command: list[str]) -> str:
            commands.append(command)
            return super().run(command)

    target = tmp_path / "said.wav"
    letter = "비밀 이야기 -w /tmp/elsewhere"
    EspeakVoice(145).read(letter, language="ko", runner=WatchingRunner(tmp_path, 30.0), target=target)
    assert target.stat().st_size > 10_000
    assert not any("비밀" in part or "elsewhere" in part for command in commands for part in command)
