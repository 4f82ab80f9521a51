"""Starting a job's process, asking whether it is there, stopping it, and reading what it left."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from boothkit.files import make_folder, translate_disk_errors
from lora_training.failure_note import NOTE_VARIABLE
from lora_training.studio.work import job_process
from lora_training.studio.work.job import Job

_LOG_TAIL_BYTES = 8192


def start_process(folder: Path, job: Job, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start the process of `job` in the job folder; it holds the lock from the first moment.

    Raises StorageError, or OSError when no process can be started.
    """
    with translate_disk_errors():
        make_folder(folder)
    with _open_lock(folder) as lock, (folder / job_process.LOG_NAME).open("ab") as log:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        words = [str(folder), job.job_id, str(lock), json.dumps(job.commands)]
        return subprocess.Popen(
            [sys.executable, "-m", job_process.__name__, *words],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUTF8": "1", NOTE_VARIABLE: str(folder / job_process.NOTE_NAME), **environ},
            pass_fds=(lock,),
            start_new_session=True,
        )


def is_running(folder: Path) -> bool:
    """True while a process of the job, or one of its commands, is there."""
    if not (folder / job_process.LOCK_NAME).exists():
        return False
    with _open_lock(folder) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def interrupt(folder: Path) -> bool:
    """Ctrl-C for the job and its command; False when it is not there, or so young that it has not said its id."""
    if not is_running(folder):
        return False
    with contextlib.suppress(ValueError, ProcessLookupError):
        # Its process group keeps its number from being used again for as long as one of the group holds the lock.
        os.killpg(int((folder / job_process.LOCK_NAME).read_text()), signal.SIGINT)
        return True
    return False


def find_exit_code(folder: Path, job: Job) -> int | None:
    """What the job's process ended with; None when it was killed before it could say."""
    try:
        result = json.loads((folder / job_process.RESULT_NAME).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return int(result["exit_code"]) if result["job_id"] == job.job_id else None


def forget_result(folder: Path) -> None:
    """Make room for the next start: neither exit code nor words nor note of the last one are left."""
    for name in (job_process.RESULT_NAME, job_process.LOG_NAME, job_process.NOTE_NAME):
        with translate_disk_errors():
            (folder / name).unlink(missing_ok=True)


def read_last_lines(folder: Path, count: int) -> list[str]:
    """The last lines that the job's commands said, without empty ones."""
    try:
        with (folder / job_process.LOG_NAME).open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _LOG_TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except FileNotFoundError:
        return []
    return [line.strip() for line in text.replace("\r", "\n").splitlines() if line.strip()][-count:]


@contextlib.contextmanager
def _open_lock(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder / job_process.LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
