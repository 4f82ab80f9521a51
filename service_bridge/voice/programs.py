"""Runs the separate programs that speak and convert sound: no shell, bounded time, memory and output."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

MEMORY_BYTES = 1 << 30
FILE_BYTES = 256 << 20


class ProgramError(Exception):
    """A program is missing, ended with an error, or was ended because it took too long."""


@dataclass(frozen=True)
class ProgramRunner:
    """Starts programs in one private folder. `timeout_s` bounds both wall-clock and processor time of each."""

    folder: Path
    timeout_s: float

    def run(self, command: list[str]) -> str:
        """Run `command` and return what it wrote on standard output and standard error, in that order.

        The text to speak never stands in `command`: every person on the machine can read a command line.
        """
        try:
            done = subprocess.run(
                [*self._limits(), *command],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                cwd=self.folder,
                timeout=self.timeout_s,
                check=False,
            )
        except FileNotFoundError as error:
            raise ProgramError(f"{error.filename} is not installed") from error
        except subprocess.TimeoutExpired as error:
            raise ProgramError(f"{command[0]} took longer than {self.timeout_s:g} s") from error
        if done.returncode != 0:
            raise ProgramError(f"{command[0]} ended with {done.returncode}: {_last_line(done.stderr)}")
        return (done.stdout + done.stderr).decode("utf-8", "replace")

    def _limits(self) -> list[str]:
        # prlimit replaces itself by the program: nothing runs between fork and exec in a threaded server.
        cpu_s = int(self.timeout_s) + 1
        return ["prlimit", f"--as={MEMORY_BYTES}", f"--cpu={cpu_s}", f"--fsize={FILE_BYTES}", "--core=0", "--"]


def _last_line(output: bytes) -> str:
    lines = output.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:200] if lines else "no message"
