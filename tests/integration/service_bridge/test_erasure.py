"""Letting go: what a visitor erases, what is abandoned, what has been kept long enough."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
import sqlalchemy as sa

from boothkit.clock import now
from boothkit.ids import new_id
from boothkit.waiting import wait_until
from service_bridge.store import tables
from service_bridge.store.erasure import find_tombstone
from tests.integration.service_bridge.conftest import Site, StartSite
from tests.integration.service_bridge.fake_generator import FakeGenerator
from tests.integration.service_bridge.fake_memorial import FakeMemorial
from tests.integration.service_bridge.site import make_photo, sha256_of

SOON = {"retention_interval_s": 0.2}


def test_a_visitor_erases_a_visit_and_it_never_comes_back(start_site: StartSite, generator: FakeGenerator) -> None:
    site = start_site(workflow=SOON)
    visit_id, photo = new_id(), make_photo(1)
    site.kiosk.capture(visit_id, photo)
    site.kiosk.wait_for_status(visit_id, "generation", "done")
    assert site.kiosk.call("DELETE", f"/api/v1/visits/{visit_id}").status_code == 204
    assert site.kiosk.call("DELETE", f"/api/v1/visits/{visit_id}").status_code == 204
    assert list(site.bridge.parts.blobs.list_ids()) == _sample_blobs(site)
    for answer in (site.kiosk.call("GET", f"/api/v1/visits/{visit_id}"), site.kiosk.capture(visit_id, photo)):
        assert (answer.status_code, answer.json()["type"]) == (410, "urn:memorial-booth:problem:visit_erased")
    with site.bridge.parts.database.read() as connection:
        stone = find_tombstone(connection, visit_id)
    assert stone is not None
    assert (stone.state, stone.reason) == ("erased", "visitor")
    wait_until(lambda: _count_workflows(site, visit_id) == 0, "the end of its workflows' records")


def _count_workflows(site: Site, visit_id: str) -> int | None:
    with site.bridge.parts.database.read() as connection:
        found: int | None = connection.exec_driver_sql(
            "SELECT count(*) FROM workflow_status WHERE workflow_uuid LIKE ?", (f"%{visit_id}%",)
        ).scalar()
    return found


def _sample_blobs(site: Site) -> list[str]:
    with site.bridge.parts.database.read() as connection:
        return sorted(set(connection.execute(sa.select(tables.samples.c.sha256)).scalars()))


def test_a_picture_in_the_making_is_dropped_with_its_visit(
    start_site: StartSite, generator: FakeGenerator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    site = start_site(workflow=SOON)
    generator.gate.clear()
    visit_id, photo = new_id(), make_photo(1)
    site.kiosk.capture(visit_id, photo)
    wait_until(lambda: generator.calls_to("img2img"), what="the request")
    assert site.kiosk.call("DELETE", f"/api/v1/visits/{visit_id}").status_code == 204
    generator.gate.set()
    site.kiosk.wait_for_status(site.kiosk.visit(make_photo(2)), "delivery", "delivered")
    assert not site.bridge.parts.blobs.has(sha256_of(photo))
    with site.bridge.parts.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(tables.visits)).scalar() == 1
    wait_until(lambda: _count_workflows(site, visit_id) == 0, "the end of its workflows' records")
    assert "generate.erased" in [getattr(record, "action", "") for record in caplog.records]
    loud = [record for record in caplog.records if record.levelname == "ERROR" or record.name == "dbos"]
    assert [record.getMessage() for record in loud] == []


def test_a_photograph_that_another_visit_needs_stays(site: Site) -> None:
    photo = make_photo(1)
    first, second = new_id(), new_id()
    for visit_id in (first, second):
        site.kiosk.capture(visit_id, photo, ai_restyle="false")
    site.kiosk.call("DELETE", f"/api/v1/visits/{first}")
    assert site.kiosk.call("GET", f"/api/v1/visits/{second}/original").content == photo


def test_a_finished_visit_cannot_be_erased_here(site: Site) -> None:
    visit_id = site.kiosk.visit(chosen="original")
    refused = site.kiosk.call("DELETE", f"/api/v1/visits/{visit_id}")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:memorial-booth:problem:visit_finished")


def test_an_unknown_visit_cannot_be_erased(site: Site) -> None:
    assert site.kiosk.call("DELETE", f"/api/v1/visits/{new_id()}").status_code == 404


def test_an_abandoned_visit_is_erased_after_its_time(start_site: StartSite) -> None:
    site = start_site(policy={"abandoned_after_s": 1.0}, workflow={"retention_interval_s": 0.2})
    visit_id, photo = new_id(), make_photo()
    site.kiosk.capture(visit_id, photo, ai_restyle="false")
    wait_until(
        lambda: site.kiosk.call("GET", f"/api/v1/visits/{visit_id}").status_code == 410, what="the visit to be erased"
    )
    assert not site.bridge.parts.blobs.has(sha256_of(photo))


def test_a_delivered_visit_is_let_go_after_its_time(start_site: StartSite, memorial: FakeMemorial) -> None:
    site = start_site(workflow=SOON)
    kept, gone = (site.kiosk.visit(make_photo(seed), chosen="original") for seed in (1, 2))
    for visit_id in (kept, gone):
        site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
    with site.bridge.parts.database.write() as connection:
        table = tables.deliveries
        long_ago = now() - timedelta(days=31)
        connection.execute(sa.update(table).where(table.c.visit_id == gone).values(delivered_at=long_ago))
    wait_until(lambda: site.kiosk.call("GET", f"/api/v1/visits/{gone}").status_code == 410, what="the erasure")
    assert site.kiosk.status(kept)["state"] == "delivered"
    assert sorted(memorial.entries()) == sorted([kept, gone])


def test_blobs_without_an_owner_are_swept_when_they_are_old(start_site: StartSite) -> None:
    site = start_site(workflow=SOON)
    blobs = site.bridge.parts.blobs
    old, young = blobs.put(b"left by a killed save"), blobs.put(b"being saved just now")
    os.utime(blobs.path_of(old), (0, 0))
    wait_until(lambda: not blobs.has(old), what="the sweep")
    assert blobs.has(young)


def test_records_of_finished_work_are_forgotten(start_site: StartSite) -> None:
    site = start_site(workflow={"retention_interval_s": 0.2, "keep_finished_s": 1.0})
    site.kiosk.wait_for_status(site.kiosk.visit(chosen="original"), "delivery", "delivered")

    def count() -> int:
        with site.bridge.parts.database.read() as connection:
            return int(connection.exec_driver_sql("SELECT count(*) FROM workflow_status").scalar() or 0)

    wait_until(lambda: count() == 0, what="an empty table")
