"""The bridge's commands, enrolment, health and metrics, from outside."""

from __future__ import annotations

import stat
import time
from collections.abc import Callable
from pathlib import Path

import requests

from boothkit.waiting import wait_until
from tests.integration.service_bridge.conftest import Site, StartSite
from tests.integration.service_bridge.fake_generator import FakeGenerator
from tests.integration.service_bridge.fake_memorial import TOKEN, FakeMemorial
from tests.integration.service_bridge.site import BridgeProcess, Kiosk

MakeProcess = Callable[..., BridgeProcess]


def enrol_by_code(site: Site, code: str) -> requests.Response:
    return requests.post(f"{site.url}/api/v1/enrolments", json={"code": code, "name": "a kiosk"}, timeout=10)


def test_a_code_works_once_and_as_a_person_types_it(site: Site) -> None:
    code = site.bridge.parts.enrolment.create_code("kiosk")
    first = enrol_by_code(site, code.lower().replace("-", " "))
    assert first.status_code == 201
    assert Kiosk(site.url, first.json()["token"]).call("GET", "/api/v1/styles").status_code == 200
    again = enrol_by_code(site, code)
    assert (again.status_code, again.json()["type"]) == (403, "urn:memorial-booth:problem:enrolment_refused")


def test_a_code_expires(start_site: StartSite) -> None:
    site = start_site(enrolment={"code_valid_s": 1.0})
    code = site.bridge.parts.enrolment.create_code("kiosk")
    time.sleep(1.1)
    assert enrol_by_code(site, code).status_code == 403


def test_guessing_codes_is_slowed_down_for_everybody(site: Site) -> None:
    statuses = [enrol_by_code(site, f"WRONG-{number}").status_code for number in range(6)]
    assert statuses == [403] * 5 + [429]
    code = site.bridge.parts.enrolment.create_code("kiosk")
    refused = enrol_by_code(site, code)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


def test_commands_enrol_list_and_revoke_a_device(make_process: MakeProcess) -> None:
    with make_process() as process:
        kiosk = Kiosk(process.url, process.enrol("staff"))
        assert kiosk.call("GET", "/api/v1/staff/undelivered").json() == []
        listed = process.command("booths").stdout.splitlines()
        assert len(listed) == 1
        booth_id = listed[0].split()[0]
        assert process.command("revoke", booth_id).returncode == 0
        assert kiosk.call("GET", "/api/v1/staff/undelivered").status_code == 401
        assert process.command("revoke", booth_id).returncode == 1
        assert "revoked" in process.command("booths").stdout


def test_the_site_enrols_itself_at_the_memorial_service(make_process: MakeProcess, tmp_path: Path) -> None:
    token = tmp_path / "data" / "memorial.token"
    process = make_process()
    token.unlink()
    enrolled = process.command("enrol", "--code", "ABCD-EFGH")
    assert (enrolled.returncode, enrolled.stdout) == (0, "Enrolled as booth-1.\n")
    assert token.read_text() == TOKEN
    assert stat.S_IMODE(token.stat().st_mode) == 0o600


def test_enrolling_without_the_memorial_service_says_so(make_process: MakeProcess, memorial: FakeMemorial) -> None:
    process = make_process()
    memorial.stop()
    failed = process.command("enrol", "--code", "ABCD-EFGH")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "did not enrol" in failed.stderr


def test_wrong_settings_are_told_line_by_line(make_process: MakeProcess) -> None:
    process = make_process(policy={"keep_delivered_days": -1})
    failed = process.command("config")
    assert failed.returncode == 1
    assert "bridge.policy.keep_delivered_days" in failed.stderr


def test_config_shows_where_a_setting_comes_from(make_process: MakeProcess) -> None:
    shown = make_process(generator={"token": "a secret"}).command("config").stdout
    assert "a secret" not in shown
    assert "(site.toml)" in shown


def test_health_warns_of_absent_peers_and_stays_ready(
    start_site: StartSite, generator: FakeGenerator, memorial: FakeMemorial
) -> None:
    generator.stop()
    site = start_site()
    wait_until(
        lambda: requests.get(f"{site.url}/health/ready", timeout=10).json()["checks"]["generator"] == "warning",
        what="the warning",
    )
    ready = requests.get(f"{site.url}/health/ready", timeout=10)
    assert ready.status_code == 200
    assert ready.json() == {
        "program": "bridge",
        "checks": {
            "database": "ok",
            "free_space": "ok",
            "repairs": "ok",
            "generator": "warning",
            "memorial": "ok",
        },
    }


def test_metrics_count_visits_and_the_undelivered(site: Site, memorial: FakeMemorial) -> None:
    memorial.stop()
    visit_id = site.kiosk.visit(chosen="original")
    site.kiosk.wait_for_status(visit_id, "delivery", "waiting")
    gauges = dict(
        line.rsplit(" ", 1)
        for line in requests.get(f"{site.url}/metrics", timeout=10).text.splitlines()
        if line.startswith("booth_")
    )
    assert float(gauges['booth_visits{state="finished"}']) == 1
    assert float(gauges["booth_undelivered"]) == 1
    assert float(gauges["booth_oldest_undelivered_age_seconds"]) > 0
    assert float(gauges["booth_free_bytes"]) > 0
