"""F01, F07, F09: the disk fails, or the process dies, at every system call of a publication.

The driver says ACK only after `put` has returned. After each fault the promise is checked: acknowledged means present
and whole; not acknowledged means absent or whole, never in between; and a second try always succeeds.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from boothkit.files import BlobStore

DATA = b"a photograph" * 20_000
DRIVER = """
import os, sys
from pathlib import Path
from boothkit.errors import BoothError
from boothkit.files import BlobStore
try:
    BlobStore(Path(sys.argv[1])).put(b"a photograph" * 20_000)
except BoothError as error:
    os._exit(error.status - 480)
os._exit(0)
"""
ACKNOWLEDGED, REFUSED_ERROR, REFUSED_FULL, KILLED = 0, 500 - 480, 507 - 480, -9
# How often each call happens while one blob is put into a fresh store: two folders, one file, one name.
CALLS = {"mkdir": 2, "write": 1, "fsync": 6, "rename": 1}
POINTS = [(call, number) for call, count in CALLS.items() for number in range(1, count + 1)]

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


def run_driver(root: Path, *, call: str, fault: str, number: int) -> int:
    """Exit code of the driver with one fault injected; strace itself dies by the signal that its child died of."""
    injected = f"inject={call}:{fault}:when={number}"
    traced = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", injected]
    command = [*traced, sys.executable, "-I", "-B", "-c", DRIVER, str(root)]
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode


def check_promise(root: Path, *, is_acknowledged: bool) -> None:
    store = BlobStore(root)
    kept = list(store.list_ids())
    assert kept or not is_acknowledged
    for sha256 in kept:
        assert store.read(sha256) == DATA
    again = store.put(DATA)
    assert store.read(again) == DATA
    store.sweep(older_than_s=-1)
    assert [path for path in root.rglob("*") if path.is_file()] == [store.path_of(again)]


@pytest.mark.parametrize(("call", "number"), POINTS)
def test_f01_killed_at_every_call(tmp_path: Path, call: str, number: int) -> None:
    code = run_driver(tmp_path / "root", call=call, fault="signal=KILL", number=number)
    assert code == KILLED
    check_promise(tmp_path / "root", is_acknowledged=False)


@pytest.mark.parametrize(("call", "number"), POINTS)
def test_f07_no_room_at_every_call(tmp_path: Path, call: str, number: int) -> None:
    code = run_driver(tmp_path / "root", call=call, fault="error=ENOSPC", number=number)
    assert code == REFUSED_FULL
    check_promise(tmp_path / "root", is_acknowledged=False)


@pytest.mark.parametrize(("call", "number"), POINTS)
def test_f09_input_output_error_at_every_call(tmp_path: Path, call: str, number: int) -> None:
    code = run_driver(tmp_path / "root", call=call, fault="error=EIO", number=number)
    assert code == REFUSED_ERROR
    check_promise(tmp_path / "root", is_acknowledged=False)


@pytest.mark.parametrize("call", CALLS)
def test_the_points_are_all_there_are(tmp_path: Path, call: str) -> None:
    """The control: one call later nothing is injected and the blob is acknowledged, so no call is left out above."""
    code = run_driver(tmp_path / "root", call=call, fault="error=EIO", number=CALLS[call] + 1)
    assert code == ACKNOWLEDGED
    check_promise(tmp_path / "root", is_acknowledged=True)
