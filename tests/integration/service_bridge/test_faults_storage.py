"""Disks that fill, files that rot, databases that are locked, clocks that jump."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from boothkit.clock import now, to_text
from boothkit.ids import new_id
from boothkit.waiting import wait_until
from tests.integration.service_bridge.conftest import Site, StartSite
from tests.integration.service_bridge.fake_memorial import FakeMemorial
from tests.integration.service_bridge.peer_server import black_hole
from tests.integration.service_bridge.site import BridgeProcess, Kiosk, make_photo, sha256_of


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 12 MB where the data folder will be."""
    folder = tmp_path / "data"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_f08_a_full_disk_refuses_honestly_and_heals_without_a_restart(
    small_disk: Path, make_process: Callable[..., BridgeProcess], memorial: FakeMemorial
) -> None:
    """The disk fills while visits run and is freed again: what was saved arrives once, the rest was refused."""
    with make_process() as process:
        kiosk = Kiosk(process.url, process.enrol())
        saved: list[str] = []
        refused = 0
        for cycle in range(3):
            filler = small_disk / "filler"
            for number in range(12):
                if number == 4:
                    _fill(filler)
                visit_id = new_id()
                photo = make_photo(cycle * 100 + number)
                if kiosk.capture(visit_id, photo, ai_restyle="false").status_code != 201:
                    refused += 1
                    continue
                if kiosk.finish(visit_id, chosen="original").status_code == 201:
                    saved.append(visit_id)
            time.sleep(0.5)
            filler.unlink()
        assert refused
        for visit_id in saved:
            kiosk.wait_for_status(visit_id, "delivery", "delivered")
        assert sorted(memorial.entries()) == sorted(saved)
        assert kiosk.call("GET", "/health/ready").status_code == 200


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            continue


def test_f08_a_workflow_that_nobody_runs_is_resumed(site: Site, memorial: FakeMemorial) -> None:
    """What a full disk leaves behind: the database says "running", and no thread does."""
    memorial.stop()
    visit_id = site.kiosk.visit(chosen="original")
    site.kiosk.wait_for_status(visit_id, "delivery", "waiting")
    memorial.start()
    with site.bridge.parts.database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE workflow_status SET status = 'PENDING', executor_id = 'bridge', updated_at = 0 "
            "WHERE status = 'DELAYED'"
        )
    site.kiosk.wait_for_status(visit_id, "delivery", "delivered")


def test_f08_a_row_that_nobody_serves_is_enqueued_again(site: Site, memorial: FakeMemorial) -> None:
    """What a failed step leaves behind: a workflow that ended in error, and a row that is due."""
    memorial.stop()
    visit_id = site.kiosk.visit(chosen="original")
    site.kiosk.wait_for_status(visit_id, "delivery", "waiting")
    memorial.start()
    with site.bridge.parts.database.write() as connection:
        connection.exec_driver_sql("UPDATE workflow_status SET status = 'ERROR' WHERE status = 'DELAYED'")
    site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
    assert list(memorial.memories[visit_id]) == [1]


def test_below_the_floor_captures_are_refused_in_plain_words(start_site: StartSite) -> None:
    site = start_site(store={"free_space_floor_bytes": 10**18})
    visit_id = new_id()
    refused = site.kiosk.capture(visit_id, make_photo())
    assert (refused.status_code, refused.json()["type"]) == (507, "urn:memorial-booth:problem:low_space")
    assert "직원" in refused.json()["detail"]
    assert site.kiosk.call("GET", f"/api/v1/visits/{visit_id}").status_code == 404
    ready = site.kiosk.call("GET", "/health/ready")
    assert (ready.status_code, ready.json()["checks"]["free_space"]) == (503, "failed")


def test_f11_a_locked_database_is_an_honest_error_in_bounded_time(start_site: StartSite, tmp_path: Path) -> None:
    site = start_site(store={"busy_timeout_s": 0.5})
    locker = sqlite3.connect(tmp_path / "data" / "bridge.sqlite", isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")
    visit_id, photo = new_id(), make_photo()
    began = time.monotonic()
    refused = site.kiosk.capture(visit_id, photo)
    assert time.monotonic() - began < 5.0
    assert (refused.status_code, refused.json()["type"]) == (503, "urn:memorial-booth:problem:database_busy")
    assert int(refused.headers["Retry-After"]) > 0
    locker.execute("ROLLBACK")
    locker.close()
    assert site.kiosk.capture(visit_id, photo).status_code == 201


def test_f12_a_garbled_database_is_found_at_start(make_process: Callable[..., BridgeProcess], tmp_path: Path) -> None:
    process = make_process()
    (tmp_path / "data" / "bridge.sqlite").write_bytes(b"this was a database once" * 500)
    process.start(wait=False)
    assert process.wait(20) == 1
    assert "Restore it from a backup" in process.log()


@pytest.mark.parametrize(("damage", "cause"), [("flip", "file_damaged"), ("delete", "file_missing")])
def test_f13_f14_a_damaged_or_missing_blob_is_found_before_it_is_sent(
    site: Site, memorial: FakeMemorial, damage: str, cause: str
) -> None:
    photo = make_photo(1)
    memorial.permanent_fault = black_hole
    visit_id = site.kiosk.visit(photo, chosen="original")
    wait_until(lambda: site.kiosk.status(visit_id)["delivery"]["attempts"], what="a first attempt")
    _harm(site.bridge.parts.blobs.path_of(sha256_of(photo)), damage)
    memorial.permanent_fault = None
    memorial.released.set()
    status = site.kiosk.wait_for_status(visit_id, "delivery", "quarantined")
    assert status["delivery"]["cause"] == cause
    other = site.kiosk.visit(make_photo(2), chosen="original")
    site.kiosk.wait_for_status(other, "delivery", "delivered")
    assert list(memorial.entries()) == [other]
    assert site.kiosk.call("GET", f"/api/v1/visits/{visit_id}/original").status_code == 500


def _harm(path: Path, damage: str) -> None:
    if damage == "delete":
        path.unlink()
        return
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)


def test_f15_leftovers_of_killed_writers_are_swept(start_site: StartSite, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "blobs" / "ab"
    folder.mkdir(parents=True)
    leftovers = [folder / f".{'ab' * 32}.{number:x}.tmp" for number in range(200)]
    for leftover in leftovers:
        leftover.write_bytes(b"half")
        os.utime(leftover, (0, 0))
    start_site()
    wait_until(lambda: not any(leftover.exists() for leftover in leftovers), what="the sweep")


def test_f20_a_clock_that_jumped_ahead_and_back_leaves_no_endless_wait(site: Site, memorial: FakeMemorial) -> None:
    """Rows and workflows were written ten days ahead; with the clock right again they are pulled in."""
    memorial.stop()
    visit_id = site.kiosk.visit(chosen="original")
    site.kiosk.wait_for_status(visit_id, "delivery", "waiting")
    ahead = now() + timedelta(days=10)
    with site.bridge.parts.database.write() as connection:
        connection.exec_driver_sql("UPDATE app_deliveries SET next_attempt_at = ?", (to_text(ahead),))
        connection.exec_driver_sql(
            "UPDATE workflow_status SET delay_until_epoch_ms = ? WHERE status = 'DELAYED'",
            (int(ahead.timestamp() * 1000),),
        )
    memorial.start()
    site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
