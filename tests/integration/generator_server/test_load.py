"""Many requests at once: bounded, honest, stoppable, and none lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from boothkit.waiting import wait_until
from tests.integration.generator_server.server import RunningGenerator, make_body, running_generator

LARGE = {"width": 1536, "height": 2048}


@pytest.fixture(scope="module")
def small_queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGenerator]:
    """A generator in whose queue two requests may wait."""
    with running_generator(tmp_path_factory.mktemp("load"), "[generator.queue]\nsize = 2\n") as running:
        assert running.post("/sdapi/v1/img2img", make_body()).status_code == 200
        yield running


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(max_workers=16) as made:
        yield made


def paint_large(generator: RunningGenerator, pool: ThreadPoolExecutor, task_id: str) -> Future[requests.Response]:
    body = make_body(**LARGE, batch_size=4, force_task_id=task_id)
    return pool.submit(generator.post, "/sdapi/v1/img2img", body)


def ask(generator: RunningGenerator, task_id: str) -> dict[str, object]:
    return dict(generator.post("/internal/progress", {"id_task": task_id}).json())


def is_running(generator: RunningGenerator, task_id: str) -> Callable[[], bool]:
    return lambda: bool(ask(generator, task_id)["active"])


def is_queued(generator: RunningGenerator, task_id: str) -> Callable[[], bool]:
    return lambda: bool(ask(generator, task_id)["queued"])


def test_full_queue_answers_503_at_once_and_the_rest_is_done(
    small_queue: RunningGenerator, pool: ThreadPoolExecutor
) -> None:
    blocker = paint_large(small_queue, pool, "blocker")
    wait_until(is_running(small_queue, "blocker"), "the first request runs")
    others = [pool.submit(small_queue.post, "/sdapi/v1/img2img", make_body(force_task_id=f"n{n}")) for n in range(8)]
    wait_until(lambda: sum(other.done() for other in others) >= 6, "six are refused")
    refused = [other.result() for other in others if other.done()]
    for answer in refused:
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) >= 1
        assert answer.json()["error"] == "queue_full"
    pending = small_queue.get("/internal/pendingTasks").json()
    assert pending["size"] == len(pending["tasks"]) == 2
    health = small_queue.get("/health/ready").json()
    assert health["checks"]["queue"] == "2 waiting, 1 running"
    small_queue.post("/sdapi/v1/interrupt")
    assert blocker.result().status_code == 409
    statuses = sorted(other.result().status_code for other in others)
    assert statuses == [200, 200, 503, 503, 503, 503, 503, 503]


def test_progress_grows_and_place_in_the_queue_is_told(small_queue: RunningGenerator, pool: ThreadPoolExecutor) -> None:
    first = paint_large(small_queue, pool, "first")
    wait_until(is_running(small_queue, "first"), "it runs")
    second = pool.submit(small_queue.post, "/sdapi/v1/img2img", make_body(force_task_id="second"))
    wait_until(is_queued(small_queue, "second"), "the second waits")
    assert ask(small_queue, "second")["textinfo"] == "In queue: 1/1"
    seen: set[float] = set()

    def has_seen_it_grow() -> bool:
        progress = small_queue.get("/sdapi/v1/progress").json()
        assert progress["current_task"] == "first"
        assert progress["state"]["job_count"] == 2
        seen.add(progress["progress"])
        return len(seen) > 3

    wait_until(has_seen_it_grow, "progress grows")
    assert all(0 <= fraction < 1 for fraction in seen)
    small_queue.post("/sdapi/v1/interrupt")
    assert first.result().status_code == 409
    assert second.result().status_code == 200


def test_interrupt_stops_what_runs_soon(small_queue: RunningGenerator, pool: ThreadPoolExecutor) -> None:
    job = paint_large(small_queue, pool, "stop-me")
    wait_until(is_running(small_queue, "stop-me"), "it runs")
    asked_at = time.monotonic()
    small_queue.post("/sdapi/v1/interrupt")
    answer = job.result()
    assert time.monotonic() - asked_at < 8
    assert (answer.status_code, answer.json()["error"]) == (409, "generation_cancelled")
    assert ask(small_queue, "stop-me")["completed"] is True
    assert small_queue.get("/sdapi/v1/progress").json()["state"]["job_count"] == 0


def test_one_waiting_generation_is_cancelled_by_its_id(small_queue: RunningGenerator, pool: ThreadPoolExecutor) -> None:
    first = paint_large(small_queue, pool, "keeps-running")
    wait_until(is_running(small_queue, "keeps-running"), "it runs")
    second = paint_large(small_queue, pool, "not-wanted")
    wait_until(is_queued(small_queue, "not-wanted"), "it waits")
    assert requests.delete(f"{small_queue.url}/v1/generations/not-wanted", timeout=9).status_code == 204
    assert second.result().status_code == 409
    assert is_running(small_queue, "keeps-running")()
    small_queue.post("/sdapi/v1/interrupt")
    first.result()


def test_client_that_hangs_up_frees_its_place(small_queue: RunningGenerator, pool: ThreadPoolExecutor) -> None:
    """Without this a bridge that is killed and starts again would queue behind its own forgotten requests."""
    body = make_body(**LARGE, batch_size=8, force_task_id="left")
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.post(f"{small_queue.url}/sdapi/v1/img2img", json=body, timeout=1.0)
    wait_until(lambda: not is_running(small_queue, "left")(), "it stops")
    assert ask(small_queue, "left")["completed"] is True
    assert small_queue.post("/sdapi/v1/img2img", make_body()).status_code == 200


def test_same_task_id_twice_is_refused(small_queue: RunningGenerator, pool: ThreadPoolExecutor) -> None:
    first = paint_large(small_queue, pool, "twin")
    wait_until(is_running(small_queue, "twin"), "it runs")
    second = small_queue.post("/sdapi/v1/img2img", make_body(force_task_id="twin"))
    assert (second.status_code, second.json()["error"]) == (409, "duplicate_task")
    small_queue.post("/sdapi/v1/interrupt")
    first.result()


def test_deadline_is_an_honest_504(tmp_path: Path) -> None:
    with running_generator(tmp_path, "[generator.queue]\ndeadline_s = 1.0\n") as generator:
        answer = generator.post("/sdapi/v1/img2img", make_body(**LARGE, batch_size=8))
        assert (answer.status_code, answer.json()["error"]) == (504, "generation_timeout")
        assert "1 seconds" in answer.json()["detail"]
        wait_until(lambda: generator.post("/sdapi/v1/img2img", make_body()).status_code == 200, "it works again")


def test_stopping_the_server_answers_what_it_drops(tmp_path: Path) -> None:
    """503 and not 409: the client may send the same request to another generator."""
    with ThreadPoolExecutor() as pool, running_generator(tmp_path) as generator:
        job = paint_large(generator, pool, "dropped")
        wait_until(is_running(generator, "dropped"), "it runs")
        generator.process.terminate()
        try:
            answer = job.result()
        except requests.ConnectionError:
            return
        assert answer.status_code == 503
