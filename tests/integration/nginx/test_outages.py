"""Programs that die behind the front door, and the front door's own start and end."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import psutil
import pytest

from boothkit.waiting import wait_until
from tests.integration.nginx.front_door import Answer, Backend, FrontDoor, can_connect


@pytest.fixture
def door() -> Iterator[FrontDoor]:
    with FrontDoor(generators=2) as door:
        yield door


def test_a_program_that_is_away_is_said_so_and_found_again(door: FrontDoor) -> None:
    away = door.ask("booth", "/api/v1/visits/v1?lang=en")
    assert (away.status, away.headers["retry-after"]) == (502, "2")
    assert away.headers["content-type"] == "application/problem+json"
    assert away.json()["detail"] == "The service is not reachable for the moment. Please try again shortly."
    for _ in range(2):  # the second time over the socket that the killed one left
        door.bridge.start()
        assert door.ask("booth", "/api/v1/visits/v1").status == 200
        door.bridge.kill()
        assert door.ask("booth", "/api/v1/visits/v1").status == 502


def test_other_doors_stay_open(door: FrontDoor) -> None:
    door.memorial.start()
    assert door.ask("booth", "/api/v1/visits/v1").status == 502
    assert door.ask("public", "/").status == 200


def start_both(door: FrontDoor) -> dict[str, Backend]:
    for backend in door.generator:
        backend.start()
    return {backend.name: backend for backend in door.generator}


def test_f35_a_job_of_a_killed_generator_goes_to_the_other(door: FrontDoor) -> None:
    generators = start_both(door)
    answers: list[Answer] = []

    def ask() -> None:
        answers.append(door.ask("generator", "/sdapi/v1/img2img", method="POST", body=bytes(100_000)))

    thread = threading.Thread(target=ask)
    thread.start()
    wait_until(lambda: list(door.folder.glob("began-*")), "a generator has begun")
    (first,) = [path.name.removeprefix("began-") for path in door.folder.glob("began-*")]
    generators[first].kill()
    thread.join()
    (other,) = generators.keys() - {first}
    assert answers[0].status == 200
    assert answers[0].json() == {"name": other, "bytes": 100_000}
    assert {door.ask("generator", "/v1/styles").status for _ in range(12)} == {200}


def test_f39_full_queues_are_passed_on_and_mark_nobody_dead(door: FrontDoor) -> None:
    start_both(door)
    busy = [door.ask("generator", "/v1/busy") for _ in range(12)]
    assert {(answer.status, answer.headers["retry-after"]) for answer in busy} == {(503, "7")}
    assert {answer.json()["busy"] for answer in busy} == {"generator0", "generator1"}
    names = {door.ask("generator", "/v1/styles").json()["name"] for _ in range(12)}
    assert names == {"generator0", "generator1"}


def test_without_any_generator_the_answer_is_quick(door: FrontDoor) -> None:
    assert {door.ask("generator", "/v1/styles").status for _ in range(5)} == {502}
    start_both(door)
    wait_until(lambda: door.ask("generator", "/v1/styles").status == 200, "generators are asked again")


def test_the_started_process_is_nginx_itself_and_ends_cleanly(door: FrontDoor) -> None:
    master = psutil.Process(door.process.pid)
    workers = master.children()
    assert master.name() == "nginx"
    assert workers
    assert door.stop() == 0
    psutil.wait_procs(workers, timeout=5)
    assert not [worker for worker in workers if worker.is_running()]
    assert not can_connect(("127.0.0.1", door.ports["booth"]))


def test_leftovers_of_a_killed_front_door_are_removed(door: FrontDoor) -> None:
    """Bodies on their way lie in the run folder; after a kill they must not stay there."""
    door.stop()
    leftover = door.folder / "run" / "nginx-temp" / "body" / "0000000001"
    leftover.write_bytes(b"a photograph")
    os.utime(leftover, (0, 0))
    door.process = door.start()
    assert not leftover.exists()
    assert door.ask("public", "/metrics").status == 404
