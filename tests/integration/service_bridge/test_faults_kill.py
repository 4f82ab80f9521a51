"""The bridge killed at the worst moments, restarted, and held to its word."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from dbos import DBOS

from boothkit.ids import new_id
from boothkit.waiting import wait_until
from service_bridge.store.database import Database
from service_bridge.workflow.engine import Engine, Job, Queue
from tests.integration.service_bridge.fake_generator import FakeGenerator
from tests.integration.service_bridge.fake_memorial import FakeMemorial
from tests.integration.service_bridge.peer_server import Exchange, PeerServer, Reply
from tests.integration.service_bridge.site import BridgeProcess, Kiosk, make_photo, sha256_of

MakeProcess = Callable[..., BridgeProcess]


def test_f01_what_was_answered_is_there_after_kill_9(make_process: MakeProcess, is_long: bool) -> None:
    """Captures arrive while the bridge is killed at random moments; an unanswered one is whole or absent."""
    process = make_process()
    process.start()
    kiosk = Kiosk(process.url, process.enrol())
    answered: dict[str, bytes] = {}
    unanswered: dict[str, bytes] = {}
    rounds = 30 if is_long else 3
    for round_number in range(rounds):
        hammer = threading.Thread(target=_capture_until_killed, args=(kiosk, answered, unanswered, round_number))
        hammer.start()
        time.sleep(random.uniform(0.3, 0.8))
        process.kill()
        hammer.join()
        process.start()
    assert answered
    assert len(unanswered) == rounds
    for visit_id, photo in answered.items():
        assert kiosk.call("GET", f"/api/v1/visits/{visit_id}/original").content == photo
    for visit_id, photo in unanswered.items():
        original = kiosk.call("GET", f"/api/v1/visits/{visit_id}/original")
        assert original.status_code == 404 or original.content == photo
        assert kiosk.capture(visit_id, photo, ai_restyle="false").status_code in (200, 201)


def _capture_until_killed(
    kiosk: Kiosk, answered: dict[str, bytes], unanswered: dict[str, bytes], round_number: int
) -> None:
    for number in range(10_000):
        visit_id, photo = new_id(), make_photo(round_number * 10_000 + number)
        try:
            answer = kiosk.capture(visit_id, photo, ai_restyle="false")
        except requests.ConnectionError:
            unanswered[visit_id] = photo
            return
        assert answer.status_code == 201
        answered[visit_id] = photo


def test_f02_killed_while_a_picture_is_made_one_picture_is_kept(
    make_process: MakeProcess, generator: FakeGenerator, memorial: FakeMemorial, tmp_path: Path
) -> None:
    process = make_process()
    process.start()
    kiosk = Kiosk(process.url, process.enrol())
    generator.gate.clear()
    visit_id = new_id()
    kiosk.capture(visit_id, make_photo())
    wait_until(lambda: generator.calls_to("img2img"), what="the request for a picture")
    process.kill()
    generator.gate.set()
    process.start()
    kiosk.finish(visit_id)
    kiosk.wait_for_status(visit_id, "delivery", "delivered")
    assert len(generator.calls_to("img2img")) == 2
    metadata, files = memorial.entries()[visit_id]
    assert metadata["files"]["picture"]["seed"] == kiosk.status(visit_id)["generation"]["seed"]
    with sqlite3.connect(tmp_path / "data" / "bridge.sqlite") as connection:
        (pictures,) = connection.execute(
            "SELECT count(*) FROM app_generations WHERE output_sha256 IS NOT NULL"
        ).fetchone()
    assert (pictures, set(files)) == (1, {"original", "picture"})


def test_f03_killed_after_the_remote_commit_there_is_one_entry(
    make_process: MakeProcess, memorial: FakeMemorial
) -> None:
    process = make_process(memorial={"read_timeout_s": 20.0})
    process.start()
    kiosk = Kiosk(process.url, process.enrol())
    committed = threading.Event()

    def commit_and_hang(peer: PeerServer, exchange: Exchange) -> Reply:
        reply = exchange.serve()
        committed.set()
        peer.released.wait(20)
        return reply

    memorial.faults.append(commit_and_hang)
    photo = make_photo()
    visit_id = kiosk.visit(photo, chosen="original")
    assert committed.wait(20)
    process.kill()
    process.start()
    kiosk.wait_for_status(visit_id, "delivery", "delivered")
    assert len(memorial.calls_to(visit_id)) == 2
    assert list(memorial.memories[visit_id]) == [1]
    assert sha256_of(memorial.entries()[visit_id][1]["original"]) == sha256_of(photo)


def test_f03_killed_at_every_step_of_a_delivery(make_process: MakeProcess, memorial: FakeMemorial) -> None:
    """Each step is met by a kill right after it was logged; the visit arrives once all the same."""
    process = make_process()
    process.start()
    kiosk = Kiosk(process.url, process.enrol())
    visits: list[str] = []
    for step in ("deliver.speak", "deliver.seal", "deliver.send", "deliver.settle"):
        seen = process.actions().count(f"{step}.started")
        visits.append(kiosk.visit(make_photo(len(visits)), chosen="original"))
        _wait_for_action(process, f"{step}.started", seen)
        process.kill()
        process.start()
    for visit_id in visits:
        kiosk.wait_for_status(visit_id, "delivery", "delivered")
    assert sorted(memorial.entries()) == sorted(visits)


def _wait_for_action(process: BridgeProcess, action: str, seen: int) -> None:
    wait_until(lambda: process.actions().count(action) > seen, what=f"{action} after {seen} times")


def test_f16_a_second_bridge_on_the_same_folder_refuses_to_start(
    make_process: MakeProcess, memorial: FakeMemorial
) -> None:
    first = make_process()
    first.start()
    second = make_process()
    second.start(wait=False)
    assert second.wait(20) == 1
    assert "already used by another process" in second.log()
    kiosk = Kiosk(first.url, first.enrol())
    kiosk.wait_for_status(kiosk.visit(chosen="original"), "delivery", "delivered")


def test_f17_an_updated_program_finishes_what_the_old_one_began(tmp_path: Path) -> None:
    """The body of a workflow changes between two starts; work enqueued before runs under the new body."""
    done: list[str] = []
    url = f"sqlite:///{tmp_path / 'bridge.sqlite'}"

    def old_body(visit_id: str) -> None:
        done.append(f"old {visit_id}")

    def new_body(visit_id: str) -> None:
        done.append(f"new {visit_id}")

    database, engine = _start_engine(url, old_body)
    with database.write() as connection:
        engine.enqueue(connection, Job("work", "work", "work:1", ("1",), delay_s=0.5))
    engine.stop()
    database.close()
    database, engine = _start_engine(url, new_body)
    wait_until(lambda: done, what="the work to be done")
    engine.stop()
    database.close()
    assert done == ["new 1"]


def test_f19_a_workflow_that_was_restarted_many_times_is_not_given_up(tmp_path: Path) -> None:
    """A booth that is unplugged every night: the record of a running workflow says that it was tried 500 times."""
    done: list[str] = []
    started = threading.Event()
    released = threading.Event()
    file = tmp_path / "bridge.sqlite"
    url = f"sqlite:///{file}"

    def stuck_body(_: str) -> None:
        started.set()
        released.wait(20)

    database, engine = _start_engine(url, stuck_body)
    with database.write() as connection:
        engine.enqueue(connection, Job("work", "work", "work:1", ("1",)))
    assert started.wait(10)
    engine.stop()
    database.close()
    with sqlite3.connect(file) as direct:
        direct.execute("UPDATE workflow_status SET recovery_attempts = 500 WHERE status = 'PENDING'")
        assert direct.total_changes == 1
    direct.close()
    database, engine = _start_engine(url, done.append)
    wait_until(lambda: done, what="the work to be done")
    engine.stop()
    database.close()
    released.set()


def test_f19_recovered_work_may_start_other_work_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The story: on a busy machine, work left by a killed bridge ran before the engine could enqueue what follows."""
    url = f"sqlite:///{tmp_path / 'bridge.sqlite'}"
    done: list[str] = []
    engines: list[Engine] = []

    def body(name: str) -> None:
        if name == "first":
            with database.write() as connection:
                engines[0].enqueue(connection, Job("work", "work", "work:2", ("second",)))
        done.append(name)

    database, engine = _start_engine(url, body)
    with database.write() as connection:
        engine.enqueue(connection, Job("work", "work", "work:1", ("first",), delay_s=0.5))
    engine.stop()
    register_queue = DBOS.register_queue

    def register_slowly(*arguments: Any, **options: Any) -> Any:
        time.sleep(1.5)
        return register_queue(*arguments, **options)

    monkeypatch.setattr(DBOS, "register_queue", register_slowly)
    engines.append(_build_engine(database, body))
    engines[0].start()
    wait_until(lambda: "second" in done, what="the work that follows")
    engines[0].stop()
    database.close()


def _start_engine(url: str, body: Callable[[str], None]) -> tuple[Database, Engine]:
    database = Database(url, busy_timeout_s=5.0)
    engine = _build_engine(database, body)
    engine.start()
    return database, engine


def _build_engine(database: Database, body: Callable[[str], None]) -> Engine:
    engine = Engine(database, executor_id="bridge", polling_s=0.05)
    engine.register("work", Queue("work", 1), body)
    return engine
