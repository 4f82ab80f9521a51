"""The process dies at every system call of a folder's publication, or the disk fails.

After each fault the folder is the old one or the new one, whole; the sweep takes the rest; a second try succeeds.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from boothkit.folders import FolderDraft, sweep_drafts

DRIVER = """
import os, sys
from pathlib import Path
from boothkit.errors import BoothError
from boothkit.folders import FolderDraft
try:
    with FolderDraft(Path(sys.argv[1])) as draft:
        draft.write("style.toml", b"new" * 1000)
        draft.write("atlas/atlas.npz", b"new" * 100_000)
        draft.publish(replace=True)
except BoothError as error:
    os._exit(error.status - 480)
os._exit(0)
"""
ACKNOWLEDGED, REFUSED_ERROR, REFUSED_FULL, KILLED = 0, 500 - 480, 507 - 480, -9
# How often each call happens: the draft and a folder in it; two files; those, both folders and the name; the exchange.
CALLS = {"mkdir": 2, "write": 2, "fsync": 5, "renameat2": 1}
POINTS = [(call, number) for call, count in CALLS.items() for number in range(1, count + 1)]

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    with FolderDraft(tmp_path / "pack") as draft:
        draft.write("style.toml", b"old")
        draft.publish()
    return tmp_path / "pack"


def run_driver(target: Path, *, call: str, fault: str, number: int) -> int:
    """Exit code of the driver with one fault injected; strace itself dies by the signal that its child died of."""
    injected = f"inject={call}:{fault}:when={number}"
    traced = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", injected]
    command = [*traced, sys.executable, "-I", "-B", "-c", DRIVER, str(target)]
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode


def read_content(target: Path) -> dict[str, bytes]:
    files = (path for path in target.rglob("*") if path.is_file())
    return {path.relative_to(target).as_posix(): path.read_bytes() for path in files}


OLD = {"style.toml": b"old"}
NEW = {"style.toml": b"new" * 1000, "atlas/atlas.npz": b"new" * 100_000}


def check_promise(target: Path) -> None:
    assert read_content(target) in (OLD, NEW)
    sweep_drafts(target.parent, older_than_s=-1.0)
    assert [entry.name for entry in target.parent.iterdir()] == ["pack"]
    with FolderDraft(target) as draft:
        draft.write("style.toml", b"again")
        draft.publish(replace=True)
    assert read_content(target) == {"style.toml": b"again"}


@pytest.mark.parametrize(("call", "number"), POINTS)
def test_killed_at_every_call(target: Path, call: str, number: int) -> None:
    assert run_driver(target, call=call, fault="signal=KILL", number=number) == KILLED
    check_promise(target)


@pytest.mark.parametrize("call", CALLS)
def test_no_room_at_each_kind_of_call(target: Path, call: str) -> None:
    assert run_driver(target, call=call, fault="error=ENOSPC", number=CALLS[call]) == REFUSED_FULL
    assert read_content(target) in (OLD, NEW)
    assert [entry.name for entry in target.parent.iterdir()] == ["pack"]
    check_promise(target)


def test_an_input_output_error_is_told(target: Path) -> None:
    assert run_driver(target, call="fsync", fault="error=EIO", number=1) == REFUSED_ERROR
    assert read_content(target) == OLD
    check_promise(target)


@pytest.mark.parametrize("call", CALLS)
def test_the_points_are_all_there_are(target: Path, call: str) -> None:
    """The control: one call later nothing is injected and the folder is the new one."""
    assert run_driver(target, call=call, fault="error=EIO", number=CALLS[call] + 1) == ACKNOWLEDGED
    assert read_content(target) == NEW
