"""Faults between the bridge and the memorial service: nothing lost, nothing doubled, nothing hidden."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import pytest

from boothkit.waiting import wait_until
from tests.integration.service_bridge.conftest import Site, StartSite
from tests.integration.service_bridge.fake_memorial import FakeMemorial
from tests.integration.service_bridge.peer_server import (
    Exchange,
    Fault,
    PeerServer,
    Reply,
    answer_with,
    black_hole,
    cut_after,
    lose_answer,
    read_slowly,
)
from tests.integration.service_bridge.site import Kiosk, make_photo

HTML = b"<html><body>Please accept the terms of this network.</body></html>"


def assert_delivered_once(kiosk: Kiosk, memorial: FakeMemorial, visit_id: str) -> None:
    kiosk.wait_for_status(visit_id, "delivery", "delivered")
    assert list(memorial.entries()) == [visit_id]
    assert list(memorial.memories[visit_id]) == [1]


def wait_for_cause(kiosk: Kiosk, visit_id: str, cause: str) -> None:
    wait_until(lambda: kiosk.status(visit_id)["delivery"]["cause"] == cause, what=f"cause {cause}")


def test_f22_refused_connections_delay_and_do_not_block(site: Site, memorial: FakeMemorial) -> None:
    memorial.stop()
    visits = [site.kiosk.visit(make_photo(seed)) for seed in range(12)]
    for visit_id in visits:
        wait_for_cause(site.kiosk, visit_id, "network")
    memorial.start()
    for visit_id in visits:
        site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
    assert sorted(memorial.entries()) == sorted(visits)


def test_f22_a_name_that_does_not_resolve_is_a_network_fault(start_site: StartSite) -> None:
    site = start_site(memorial={"url": "http://memorial.invalid"})
    visit_id = site.kiosk.visit()
    wait_for_cause(site.kiosk, visit_id, "network")


@pytest.mark.parametrize("count", [0, 100, 5000])
def test_f23_reset_during_the_upload_leaves_no_partial_memory(site: Site, memorial: FakeMemorial, count: int) -> None:
    memorial.faults.append(cut_after(count))
    assert_delivered_once(site.kiosk, memorial, site.kiosk.visit())


def test_f24_lost_acknowledgements_make_one_entry(site: Site, memorial: FakeMemorial) -> None:
    memorial.faults.extend([lose_answer, lose_answer])
    visit_id = site.kiosk.visit()
    assert_delivered_once(site.kiosk, memorial, visit_id)
    assert len(memorial.calls_to(visit_id)) == 3


def test_f25_a_black_hole_times_out_and_frees_its_slot(start_site: StartSite, memorial: FakeMemorial) -> None:
    site = start_site(memorial={"concurrency": 1})
    memorial.faults.append(black_hole)
    swallowed = site.kiosk.visit(make_photo(1))
    wait_for_cause(site.kiosk, swallowed, "timeout")
    other = site.kiosk.visit(make_photo(2))
    site.kiosk.wait_for_status(other, "delivery", "delivered")
    site.kiosk.wait_for_status(swallowed, "delivery", "delivered")


def test_f26_a_slow_link_completes_and_others_are_not_starved(start_site: StartSite, memorial: FakeMemorial) -> None:
    site = start_site(memorial={"slowest_link_bytes_per_s": 10_000.0, "read_timeout_s": 0.5})
    memorial.faults.append(read_slowly(bytes_per_s=30_000))
    slow = site.kiosk.visit(make_photo(1, (1200, 1600)), chosen="original")
    wait_until(lambda: not memorial.faults, what="the slow upload to begin")
    quick = site.kiosk.visit(make_photo(2), chosen="original")
    site.kiosk.wait_for_status(quick, "delivery", "delivered")
    assert site.kiosk.status(slow)["delivery"]["state"] == "queued"
    site.kiosk.wait_for_status(slow, "delivery", "delivered")
    assert len(memorial.calls_to(slow)) == 1


@pytest.mark.parametrize(
    "portal",
    [
        answer_with(200, body=HTML, media_type="text/html"),
        answer_with(200, body=b"{}"),
        answer_with(302, body=b"", Location="http://127.0.0.1:1/login"),
        answer_with(404, body=HTML, media_type="text/html"),
    ],
    ids=["html", "other json", "redirect", "not found"],
)
def test_f27_a_captive_portal_is_not_taken_for_the_service(site: Site, memorial: FakeMemorial, portal: Fault) -> None:
    memorial.permanent_fault = portal
    visit_id = site.kiosk.visit()
    wait_for_cause(site.kiosk, visit_id, "not_the_service")
    memorial.permanent_fault = None
    assert_delivered_once(site.kiosk, memorial, visit_id)


def _spoil(field: str, value: object) -> Fault:
    def fault(_: PeerServer, exchange: Exchange) -> Reply:
        return Reply.of_json({**json.loads(exchange.serve().body), field: value}, 201)

    return fault


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("memory_id", "0198c000-0000-7000-8000-00000000ffff"),
        ("revision", 2),
        ("digest", "0" * 64),
        ("stored", {"original": "0" * 64, "picture": None, "voice": None}),
        ("receipt", "something else"),
    ],
)
def test_f27_a_receipt_for_something_else_is_not_believed(
    site: Site, memorial: FakeMemorial, field: str, value: object
) -> None:
    memorial.faults.append(_spoil(field, value))
    visit_id = site.kiosk.visit()
    assert_delivered_once(site.kiosk, memorial, visit_id)
    assert len(memorial.calls_to(visit_id)) == 2


def test_f28_an_untrusted_certificate_sends_nothing(
    start_site: StartSite, memorial: FakeMemorial, tmp_path: Path
) -> None:
    certificate, key = _make_certificate(tmp_path)
    with FakeMemorial(certificate=certificate, key=key) as secure:
        site = start_site(memorial={"url": secure.url})
        visit_id = site.kiosk.visit()
        wait_for_cause(site.kiosk, visit_id, "certificate")
        assert secure.calls == []
        assert site.kiosk.status(visit_id)["delivery"]["state"] == "waiting"


def test_f28_our_own_authority_is_trusted_when_it_is_configured(
    start_site: StartSite, memorial: FakeMemorial, tmp_path: Path
) -> None:
    certificate, key = _make_certificate(tmp_path)
    with FakeMemorial(certificate=certificate, key=key) as secure:
        site = start_site(memorial={"url": secure.url, "ca_file": str(certificate)})
        assert_delivered_once(site.kiosk, secure, site.kiosk.visit())


def _make_certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command.split(), *names], check=True, capture_output=True)
    return certificate, key


def test_f29_a_revoked_token_keeps_the_memory_without_a_hot_loop(site: Site, memorial: FakeMemorial) -> None:
    memorial.accepted_token = "another token altogether"
    visit_id = site.kiosk.visit()
    wait_for_cause(site.kiosk, visit_id, "unauthorized")
    time.sleep(0.7)
    status = site.kiosk.status(visit_id)["delivery"]
    assert (status["state"], status["attempts"]) == ("waiting", 1)
    assert len(memorial.calls_to(visit_id)) == 1
    (site.bridge.parts.settings.store.data_dir / "memorial.token").write_text("another token altogether")
    assert site.staff.call("POST", f"/api/v1/staff/visits/{visit_id}/retry").status_code == 200
    assert_delivered_once(site.kiosk, memorial, visit_id)


def test_f29_a_booth_without_a_token_waits_to_be_enrolled(site: Site, memorial: FakeMemorial) -> None:
    (site.bridge.parts.settings.store.data_dir / "memorial.token").unlink()
    visit_id = site.kiosk.visit()
    wait_for_cause(site.kiosk, visit_id, "not_enrolled")
    assert memorial.calls_to(visit_id) == []


def test_f30_other_content_under_the_same_id_is_quarantined(site: Site, memorial: FakeMemorial) -> None:
    memorial.permanent_fault = answer_with(409)
    visit_id = site.kiosk.visit()
    site.kiosk.wait_for_status(visit_id, "delivery", "quarantined")
    time.sleep(0.5)
    assert len(memorial.calls_to(visit_id)) == 0
    (item,) = site.staff.call("GET", "/api/v1/staff/undelivered", params={"lang": "en"}).json()
    assert item["state"] == "quarantined"
    assert "another memory under the same number" in item["cause"]


@pytest.mark.parametrize(("status", "cause"), [(413, "too_large"), (415, "refused"), (422, "refused")])
def test_f31_a_permanent_refusal_is_kept_and_shown_to_staff(
    site: Site, memorial: FakeMemorial, status: int, cause: str
) -> None:
    memorial.permanent_fault = answer_with(status)
    photo = make_photo(3)
    visit_id = site.kiosk.visit(photo)
    delivery = site.kiosk.wait_for_status(visit_id, "delivery", "rejected")["delivery"]
    assert (delivery["cause"], delivery["next_attempt_at"]) == (cause, None)
    (korean,) = site.staff.call("GET", "/api/v1/staff/undelivered").json()
    assert "직접 확인해야 합니다" in korean["cause"]
    assert site.kiosk.call("GET", f"/api/v1/visits/{visit_id}/original").content == photo
    memorial.permanent_fault = None
    site.staff.call("POST", f"/api/v1/staff/visits/{visit_id}/retry")
    assert_delivered_once(site.kiosk, memorial, visit_id)


@pytest.mark.parametrize("status", [429, 503])
def test_f32_a_busy_service_is_left_alone_for_as_long_as_it_asked(
    start_site: StartSite, memorial: FakeMemorial, status: int
) -> None:
    site = start_site(memorial={"retry_cap_s": 5.0})
    times: list[float] = []

    def busy(_: PeerServer, exchange: Exchange) -> Reply | None:
        times.append(time.monotonic())
        return Reply(status, b"{}", headers={"Retry-After": "1"}) if len(times) == 1 else None

    memorial.permanent_fault = busy
    assert_delivered_once(site.kiosk, memorial, site.kiosk.visit(chosen="original"))
    assert times[1] - times[0] >= 1.0


def test_a_server_error_is_retried(site: Site, memorial: FakeMemorial) -> None:
    memorial.faults.extend([answer_with(500), answer_with(502)])
    visit_id = site.kiosk.visit()
    assert_delivered_once(site.kiosk, memorial, visit_id)
    assert site.kiosk.status(visit_id)["delivery"]["attempts"] == 3


def test_f21_one_success_wakes_the_others(start_site: StartSite, memorial: FakeMemorial) -> None:
    """After an outage nobody waits for the end of a long back-off once the service has answered somebody."""
    site = start_site(memorial={"retry_base_s": 60.0, "retry_cap_s": 120.0})
    memorial.stop()
    visits = [site.kiosk.visit(make_photo(seed), chosen="original") for seed in range(8)]
    for visit_id in visits:
        wait_for_cause(site.kiosk, visit_id, "network")
    memorial.start()
    site.staff.call("POST", f"/api/v1/staff/visits/{visits[0]}/retry")
    for visit_id in visits:
        site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
    assert sorted(memorial.entries()) == sorted(visits)
