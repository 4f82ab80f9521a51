"""F07, F08: the bridge's disk is full while visits arrive. What is refused is said at once; the rest arrives."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from tests.acceptance.ledger import balance
from tests.acceptance.site import Site
from tests.acceptance.wishes import Wish, make_wish

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.timeout(300),
    pytest.mark.skipif(os.geteuid() != 0, reason="a small disk is mounted, which only root may do"),
]

_DISK_BYTES = 24 * 2**20
_VISITS_EACH = 5
_SEED = 7
_BLOCK = bytes(65_536)
# From a disk that fills up in the middle of the work down to one on which nothing fits.
_ROOM_BYTES = (1_500_000, 600_000, 0)


@pytest.fixture
def small_disk(root_folder: Path) -> Iterator[Path]:
    """A disk of its own that fills up soon."""
    folder = root_folder / "small-disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={_DISK_BYTES},mode=0700", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def site(make_var: Callable[[str], Path], small_disk: Path) -> Iterator[Site]:
    """A site whose bridge keeps everything on the small disk, and only the full disk itself stops it."""
    var = make_var("full-disk")
    shutil.copytree(var / "data" / "bridge", small_disk, dirs_exist_ok=True)
    shutil.rmtree(var / "data" / "bridge")
    (var / "data" / "bridge").symlink_to(small_disk)
    with Site(var, environ={"BOOTH_BRIDGE__STORE__FREE_SPACE_FLOOR_BYTES": "0"}) as site:
        yield site


def fill(disk: Path, *, leave_bytes: int) -> Path:
    """Take all room, give so much of it back; the file that holds the rest."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(_BLOCK)
    os.truncate(ballast, max(0, ballast.stat().st_size - leave_bytes))
    return ballast


def test_f07_f08_a_full_disk_refuses_honestly_and_what_was_promised_arrives_when_there_is_room(
    site: Site, small_disk: Path
) -> None:
    random = Random(_SEED)
    outcomes: list[str] = []
    for round_number, room_bytes in enumerate(_ROOM_BYTES):
        wishes = [make_visit(round_number * _VISITS_EACH + place, random) for place in range(_VISITS_EACH)]
        site.wish(wishes[0])
        site.wait_shown(wishes[0].visit_id, "saved", "refused")
        ballast = fill(small_disk, leave_bytes=room_bytes)
        site.wish(*wishes[1:])
        outcomes += [
            site.wait_shown(wish.visit_id, "finished", "sent_later", "refused", within_s=60) for wish in wishes
        ]
        ballast.unlink()
    site.box.kill("kiosk")
    site.wait_settled(within_s=90)
    with site.open_family() as family:
        ledger = balance(site, family)
    print(f"seed {_SEED}, {outcomes}, {ledger}")
    # A workflow whose result could not be written may end in an error; another attempt has taken its place.
    ledger.failed_workflows.clear()
    assert ledger.faults == {}
    assert "refused" in outcomes
    assert "finished" in outcomes


def make_visit(number: int, random: Random) -> Wish:
    """A visit that is meant to be finished."""
    return replace(make_wish(number, random), ending="finish")
