"""The process of one job: runs its commands one after the other and leaves the exit code behind.

It lives in a session of its own and outlives the studio. It and its commands hold the job's lock, which the kernel
frees when the last of them is gone: that, and no process id, says whether the job still runs. Little more than the
standard library is used, so that it starts at once.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from lora_training.failure_note import NOTE_VARIABLE

LOCK_NAME = "lock"
RESULT_NAME = "result.json"
LOG_NAME = "log.txt"
NOTE_NAME = "failure.json"
"""What the command that failed left behind, for pages."""
LOOK = "revisions"
"""The command that only asks what generators hold, and for which it is never too late."""
_STOPPED_CODE = 3


def main(argv: list[str]) -> int:
    """`FOLDER JOB_ID LOCK_FD COMMANDS`, where the commands are JSON. Returns the exit code that it writes down."""
    folder, job_id, lock, commands = Path(argv[0]), argv[1], int(argv[2]), json.loads(argv[3])
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    code = run_commands(commands, lock)
    write_result(folder, job_id, code)
    return code


def run_commands(commands: list[list[str]], lock: int) -> int:
    """The exit code of the first command that does not end well, else 0. Signals are left to the running command.

    After one that failed only those run that look what is there now; they say nothing, so that its words stay the last.
    """
    asked: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: asked.append(number))
    failed = 0
    for command in commands:
        if asked:
            return _STOPPED_CODE
        if not failed:
            failed = _run(command, lock)
        elif command[0] == LOOK:
            _run(command, lock, is_quiet=True)
    return failed


def _run(command: list[str], lock: int, *, is_quiet: bool = False) -> int:
    words = [sys.executable, "-m", "lora_training", *command]
    output = subprocess.DEVNULL if is_quiet else None
    environ = {name: value for name, value in os.environ.items() if not (is_quiet and name == NOTE_VARIABLE)}
    return subprocess.call(words, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environ, pass_fds=(lock,))


def write_result(folder: Path, job_id: str, code: int) -> None:
    """Whole or not at all, and on the disk before the lock is freed."""
    draft = folder / f".{RESULT_NAME}"
    with draft.open("w") as file:
        json.dump({"job_id": job_id, "exit_code": code}, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / RESULT_NAME)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
