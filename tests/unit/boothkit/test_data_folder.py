"""F16: the lock on a data folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from boothkit.data_folder import DataFolderInUseError, DataFolderLock

HOLDER = """
import sys, time
from pathlib import Path
from boothkit.data_folder import DataFolderLock
with DataFolderLock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def hold(tmp_path: Path) -> Callable[[], subprocess.Popen[str]]:
    """Starts another process that holds the lock on `tmp_path / "data"`."""

    def start() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", HOLDER, str(tmp_path / "data")]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        return process

    return start


def test_f16_a_second_owner_is_refused_and_told_who_is_first(
    tmp_path: Path, hold: Callable[[], subprocess.Popen[str]]
) -> None:
    with hold() as first:
        with pytest.raises(DataFolderInUseError) as caught, DataFolderLock(tmp_path / "data"):
            pytest.fail("two owners")
        first.kill()
    assert str(first.pid) in caught.value.public_message("en")


def test_f16_a_killed_owner_leaves_no_lock(tmp_path: Path, hold: Callable[[], subprocess.Popen[str]]) -> None:
    with hold() as first:
        first.kill()
    with DataFolderLock(tmp_path / "data"):
        assert (tmp_path / "data" / ".lock").read_text() == f"{os.getpid()}\n"


def test_a_lock_is_given_back(tmp_path: Path) -> None:
    lock = DataFolderLock(tmp_path / "new" / "data")
    for _ in range(2):
        with lock:
            pass
