"""The same bridge on PostgreSQL, by one setting."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from boothkit.ids import new_id
from tests.integration.service_bridge.conftest import StartSite
from tests.integration.service_bridge.fake_memorial import FakeMemorial
from tests.integration.service_bridge.site import make_photo

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    """A server of its own, on a socket in a folder of its own."""
    if not BINARIES:
        pytest.skip("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="booth-pg-"))
    as_somebody = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_somebody:
        shutil.chown(folder, "postgres")
    data, tools = folder / "data", BINARIES[-1]

    def run(tool: str, *arguments: str) -> None:
        subprocess.run([*as_somebody, str(tools / tool), *arguments], check=True, stdout=subprocess.DEVNULL)

    run("initdb", "-D", str(data), "-U", "booth", "--auth", "trust", "--encoding", "UTF8", "--no-sync")
    run("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", f"-k {folder} -c listen_addresses=", "start")
    try:
        yield f"postgresql+psycopg://booth@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder)


def test_a_visit_on_postgres_reaches_the_family_once(
    start_site: StartSite, memorial: FakeMemorial, postgres_url: str
) -> None:
    site = start_site(store={"database_url": postgres_url})
    memorial.stop()
    visit_id, photo = new_id(), make_photo()
    assert site.kiosk.capture(visit_id, photo).status_code == 201
    assert site.kiosk.capture(visit_id, photo).status_code == 200
    assert site.kiosk.finish(visit_id, voice="letter_read_aloud").status_code == 201
    (item,) = site.staff.call("GET", "/api/v1/staff/undelivered").json()
    assert item["visit_id"] == visit_id
    memorial.start()
    site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
    assert set(memorial.entries()[visit_id][1]) == {"original", "picture", "voice"}
    other = new_id()
    site.kiosk.capture(other, make_photo(2), ai_restyle="false")
    assert site.kiosk.call("DELETE", f"/api/v1/visits/{other}").status_code == 204
    assert site.kiosk.call("GET", f"/api/v1/visits/{other}").status_code == 410
