"""The program as operators run it: commands, start, stop, schema, and power cuts at bad moments. F03, F16, F60."""

from __future__ import annotations

import json
import random
import re
import resource
import signal
import sqlite3
import stat
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests

from boothkit.files import BlobStore
from boothkit.ids import new_id
from tests.integration.memorial_service import parcels
from tests.integration.memorial_service.conftest import read_csrf
from tests.integration.memorial_service.process import ServiceProcess, service_process

KILLS = 6


def sign_in(service: ServiceProcess, seeded: dict[str, str]) -> requests.Session:
    browser = requests.Session()
    page = browser.get(seeded["invitation_url"], timeout=10).text
    answer = browser.post(seeded["invitation_url"], data={"csrf": read_csrf(page), "pin": seeded["pin"]}, timeout=10)
    assert answer.ok, answer.text
    return browser


def put(service: ServiceProcess, headers: dict[str, str], memory_id: str, document: Any, content: parcels.Files) -> int:
    address = f"{service.address}/api/v1/memories/{memory_id}"
    return requests.put(address, files=parcels.as_form(document, content), headers=headers, timeout=20).status_code


def test_the_demo_is_made_once_and_opens_the_page(tmp_path: Path) -> None:
    with service_process(tmp_path / "site") as service:
        seeded = service.seed()
        assert seeded == service.seed()
        assert seeded["memorial_code"] == "DEMO-2026"
        assert re.fullmatch(r"\d{6}", seeded["pin"])
        kept = tmp_path / "site" / "demo_invitation.json"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / "site").stat().st_mode) == 0o700
        service.start()
        page = sign_in(service, seeded).get(f"{service.address}/m/{seeded['memorial_id']}", timeout=10).text
        assert "아직 도착한 기억이 없습니다" in page
        assert service.run("revoke-invitation", "--invitation", seeded["invitation_url"]).returncode == 0
        assert service.seed()["invitation_url"] != seeded["invitation_url"], "a withdrawn demo invitation is replaced"


def test_a_second_start_is_cheap_and_a_stop_is_clean(tmp_path: Path) -> None:
    """Ready within 2 s on a machine of its own; other tests share this one, so processor time is held, with room."""
    with service_process(tmp_path / "site") as service:
        service.seed()
        before_s = processor_time_of_children_s()
        service.start()
        assert service.stop() in (0, -signal.SIGTERM), "ended by what was asked of it, not by a crash"
        assert processor_time_of_children_s() - before_s <= 2.5


def processor_time_of_children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_staff_commands_from_hall_to_invitation(tmp_path: Path) -> None:
    portrait = tmp_path / "portrait.jpg"
    portrait.write_bytes(parcels.picture(1, width=300, height=400))
    with service_process(tmp_path / "site") as service:
        assert service.run("create-hall", "--name", "한빛추모관").returncode == 0
        again = service.run("create-hall", "--name", "한빛추모관")
        assert (again.returncode, again.stdout) == (1, "")
        assert "already" in again.stderr and "Traceback" not in again.stderr
        made = service.run(
            *("create-memorial", "--hall", "한빛추모관", "--code", "kim-2026", "--deceased-name", "김영희"),
            *("--deceased-name-en", "Kim Young-hee", "--born", "1941-03-02", "--style", "watercolour"),
            *("--portrait", str(portrait)),
        )
        assert "code: KIM-2026" in made.stdout
        invited = service.run("invite", "--memorial", "kim-2026", "--guest", "김정수").stdout
        link, pin = re.findall(r"(?:link|pin): (\S+)", invited)
        service.start()
        browser = sign_in(service, {"invitation_url": link, "pin": pin})
        assert "김영희 님을 기억하며" in browser.get(link, timeout=10).text
        assert service.run("revoke-invitation", "--invitation", link).returncode == 0
        assert service.run("revoke-invitation", "--invitation", link).returncode == 1
        memorial_id = re.findall(r"memorial_id: (\S+)", made.stdout)[0]
        assert browser.get(f"{service.address}/m/{memorial_id}", timeout=10).status_code == 403


@pytest.mark.parametrize(
    "words",
    [
        ("invite", "--memorial", "NOBODY"),
        ("enrolment-code", "--hall", "nowhere"),
        ("revoke-booth", "--booth", "x"),
        ("create-memorial", "--hall", "nowhere", "--code", "A", "--deceased-name", "B"),
        ("create-memorial", "--hall", "h", "--code", "A", "--deceased-name", "B", "--portrait", "/nonexistent"),
    ],
    ids=lambda words: words[0],
)
def test_commands_about_what_does_not_exist_say_so(tmp_path: Path, words: tuple[str, ...]) -> None:
    with service_process(tmp_path / "site") as service:
        answer = service.run(*words)
        assert answer.returncode == 1
        assert answer.stderr.strip() and "Traceback" not in answer.stderr


def test_settings_are_shown_and_wrong_ones_are_explained(tmp_path: Path) -> None:
    with service_process(tmp_path / "site") as service:
        shown = service.run("config").stdout
        assert "BOOTH_MEMORIAL__STORE__DATA_DIR" in shown and "auth.pin_attempts = 5" in shown
    with service_process(tmp_path / "site", BOOTH_MEMORIAL__AUTH__PIN_ATTEMPTS="0") as service:
        refused = service.run("serve")
        assert refused.returncode == 2
        assert "auth.pin_attempts" in refused.stderr and "Traceback" not in refused.stderr


def test_f60_an_older_version_refuses_a_newer_schema(tmp_path: Path) -> None:
    with service_process(tmp_path / "site") as service:
        assert "0002" in service.run("migrate").stdout
        with closing(sqlite3.connect(tmp_path / "site" / "memorial.sqlite")) as database:
            database.execute("update alembic_version set version_num = '9999'")
            database.commit()
        for words in (("serve",), ("migrate",), ("seed-demo",)):
            refused = service.run(*words)
            assert refused.returncode == 1
            assert "9999" in refused.stderr and "Traceback" not in refused.stderr


def test_f03_a_power_cut_in_the_middle_of_arrivals_leaves_whole_memories_only(tmp_path: Path) -> None:
    """What was answered is there after the cut, what was not is there whole or not at all, and repeating heals."""
    chance = random.Random(7)
    with service_process(tmp_path / "site") as service:
        seeded = service.seed()
        service.start()
        headers = service.enrol(seeded["hall"])
        contents = [parcels.files(seed) for seed in range(5)]
        documents = [parcels.metadata(seeded["memorial_id"], content) for content in contents]
        sent: dict[str, int] = {}
        acknowledged: set[str] = set()
        for _ in range(KILLS):
            sender = threading.Thread(
                target=send_until_cut, args=(service, headers, documents, contents, sent, acknowledged)
            )
            sender.start()
            time.sleep(chance.uniform(0.05, 0.6))
            service.kill()
            sender.join()
            check_store(tmp_path / "site", acknowledged)
            service.start()
        assert acknowledged, "some memories were answered between the cuts"
        for memory_id, number in sent.items():
            status = put(service, headers, memory_id, documents[number], contents[number])
            assert status == 200 if memory_id in acknowledged else status in (200, 201)
        assert set(sent) == set(list_page(service, seeded))


def send_until_cut(
    service: ServiceProcess,
    headers: dict[str, str],
    documents: list[Any],
    contents: list[parcels.Files],
    sent: dict[str, int],
    acknowledged: set[str],
) -> None:
    while True:
        memory_id = new_id()
        number = len(sent) % len(documents)
        sent[memory_id] = number
        try:
            status = put(service, headers, memory_id, documents[number], contents[number])
        except requests.RequestException:
            return
        assert status == 201
        acknowledged.add(memory_id)


def check_store(folder: Path, acknowledged: set[str]) -> None:
    """Straight from the disk, as it is while nobody runs: every visible memory has all of its files, unharmed."""
    blobs = BlobStore(folder / "blobs")
    with closing(sqlite3.connect(folder / "memorial.sqlite")) as database:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)
        visible = {row[0] for row in database.execute("select memory_id from memory")}
        files = database.execute("select memory_id, sha256 from revision_file").fetchall()
        documents = dict(database.execute("select memory_id, document from memory_revision").fetchall())
    assert acknowledged <= visible
    assert set(documents) == visible
    for memory_id in visible:
        stored = {sha256 for owner, sha256 in files if owner == memory_id}
        assert stored == {entry["sha256"] for entry in json.loads(documents[memory_id])["files"].values()}
        for sha256 in stored:
            blobs.read(sha256)


def list_page(service: ServiceProcess, seeded: dict[str, str]) -> list[str]:
    browser = sign_in(service, seeded)
    found: list[str] = []
    address = f"/m/{seeded['memorial_id']}"
    while address:
        page = browser.get(service.address + address, timeout=10).text
        found += re.findall(r"/memory/([0-9a-f-]{36})", page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = older[1] if older else ""
    assert len(found) == len(set(found))
    return found
