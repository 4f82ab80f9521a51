"""The queue is bounded, first come first served, and survives every mistake of an engine."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from boothkit.waiting import wait_until
from generator_server.engines import Progress
from generator_server.errors import (
    CannotGenerateError,
    DuplicateTaskError,
    EngineFailedError,
    EngineUnavailableError,
    GenerationCancelledError,
    GenerationTimeoutError,
    QueueFullError,
)
from generator_server.runner import EngineWorker, Job
from tests.unit.generator_server.engines import StepEngine, make_job


@contextmanager
def running(
    engine: StepEngine, *, size: int = 2, observe: Callable[[Job, float], None] | None = None
) -> Iterator[EngineWorker]:
    worker = EngineWorker(engine, size=size, observe=observe)
    worker.start()
    try:
        yield worker
    finally:
        worker.close()


def submit(worker: EngineWorker, *names: str) -> list[Job]:
    jobs = [make_job(name) for name in names]
    for job in jobs:
        worker.submit(job)
    return jobs


def test_jobs_are_done_in_order_one_at_a_time() -> None:
    engine = StepEngine()
    with running(engine, size=8) as worker:
        jobs = submit(worker, "a", "b", "c")
        results = [job.future.result(timeout=5) for job in jobs]
    assert engine.asked == ["a", "b", "c"]
    assert [output.seed for outputs in results for output in outputs] == [1, 1, 1]
    assert {job.state for job in jobs} == {"completed"}


def test_full_queue_refuses_and_says_when_to_come_back() -> None:
    engine = StepEngine()
    engine.gate.clear()
    with running(engine, size=2) as worker:
        submit(worker, "runs")
        engine.started.wait(5)
        submit(worker, "waits", "waits too")
        with pytest.raises(QueueFullError) as caught:
            worker.submit(make_job("too many"))
        with pytest.raises(QueueFullError):
            worker.check_room()
        assert caught.value.retry_after_s is not None
        assert caught.value.retry_after_s >= 1
        engine.gate.set()
        wait_until(lambda: not worker.list_waiting())
        worker.check_room()


def test_same_task_twice_is_refused_while_it_is_under_way() -> None:
    engine = StepEngine()
    engine.gate.clear()
    with running(engine) as worker:
        (first,) = submit(worker, "a")
        with pytest.raises(DuplicateTaskError):
            submit(worker, "a")
        engine.gate.set()
        first.future.result(timeout=5)
        submit(worker, "a")[0].future.result(timeout=5)


def test_progress_of_the_running_job_can_be_seen() -> None:
    engine = StepEngine(steps=2)
    engine.gate.clear()
    with running(engine) as worker:
        (job,) = submit(worker, "a")
        engine.started.wait(5)
        wait_until(lambda: job.progress.fraction == 0.25)
        assert worker.current is job
        assert worker.find("a") is job
        assert (job.state, job.progress.steps) == ("running", 2)
        time.sleep(0.02)
        assert job.estimate_remaining_s() > 0
        engine.gate.set()
        job.future.result(timeout=5)
        assert job.progress.fraction == 1.0
        assert worker.has_finished("a")
        assert worker.current is None


def test_waiting_job_is_cancelled_at_once() -> None:
    engine = StepEngine()
    engine.gate.clear()
    with running(engine) as worker:
        first, second = submit(worker, "a", "b")
        engine.started.wait(5)
        assert worker.cancel("b")
        with pytest.raises(GenerationCancelledError):
            second.future.result(timeout=0)
        assert not worker.cancel("b")
        engine.gate.set()
        first.future.result(timeout=5)
    assert engine.asked == ["a"]


def test_running_job_is_cancelled_and_the_next_one_runs() -> None:
    engine = StepEngine()
    engine.gate.clear()
    with running(engine) as worker:
        first, second = submit(worker, "a", "b")
        engine.started.wait(5)
        assert worker.cancel_current()
        with pytest.raises(GenerationCancelledError):
            first.future.result(timeout=5)
        engine.gate.set()
        assert second.future.result(timeout=5)
        assert first.state == "cancelled"
        wait_until(lambda: worker.current is None)
        assert not worker.cancel_current()


def test_deadline_ends_a_running_job() -> None:
    engine = StepEngine()
    engine.gate.clear()
    with running(engine) as worker:
        job = make_job(deadline_s=0.1)
        worker.submit(job)
        with pytest.raises(GenerationTimeoutError):
            job.future.result(timeout=5)
        assert job.state == "failed"


def test_deadline_counts_the_time_in_the_queue() -> None:
    engine = StepEngine()
    engine.gate.clear()
    with running(engine) as worker:
        submit(worker, "a")
        late = make_job("late", deadline_s=0.05)
        worker.submit(late)
        time.sleep(0.1)
        engine.gate.set()
        with pytest.raises(GenerationTimeoutError):
            late.future.result(timeout=5)
    assert engine.asked == ["a"]


def test_known_error_is_passed_on_and_unknown_one_translated(caplog: pytest.LogCaptureFixture) -> None:
    engine = StepEngine()
    with running(engine) as worker:
        engine.failure = CannotGenerateError(reason="no")
        with pytest.raises(CannotGenerateError):
            submit(worker, "a")[0].future.result(timeout=5)
        engine.failure = ZeroDivisionError("oops")
        with pytest.raises(EngineFailedError):
            submit(worker, "b")[0].future.result(timeout=5)
        engine.failure = None
        assert submit(worker, "c")[0].future.result(timeout=5)
    assert "A generation failed." in caplog.text
    assert "oops" in caplog.text


def test_engine_that_cannot_start_refuses_waiting_and_later_jobs(caplog: pytest.LogCaptureFixture) -> None:
    worker = EngineWorker(StepEngine(load_error=MemoryError("no room")), size=2)
    (early,) = submit(worker, "early")
    worker.start()
    with pytest.raises(EngineUnavailableError):
        early.future.result(timeout=5)
    assert worker.state.state == "failed"
    assert "no room" in worker.state.sentence
    with pytest.raises(EngineUnavailableError) as caught:
        submit(worker, "late")
    assert caught.value.status == 503
    assert "An engine could not be started." in caplog.text
    worker.close()


def test_jobs_may_come_before_the_engine_is_loaded() -> None:
    engine = StepEngine()
    worker = EngineWorker(engine, size=2)
    assert worker.state.state == "starting"
    (job,) = submit(worker, "early")
    worker.start()
    assert job.future.result(timeout=5)
    assert worker.state.state == "ready"
    worker.close()


def test_close_refuses_what_waits_and_stops_what_runs_so_that_clients_try_elsewhere() -> None:
    engine = StepEngine()
    engine.gate.clear()
    with running(engine) as worker:
        jobs = submit(worker, "runs", "waits")
        engine.started.wait(5)
    for job in jobs:
        with pytest.raises(EngineUnavailableError):
            job.future.result(timeout=5)
    with pytest.raises(EngineUnavailableError):
        submit(worker, "late")


def test_hanging_engine_shows_in_its_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator_server.runner.hanging.HUNG_AFTER_S", 0.05)

    class DeafEngine(StepEngine):
        def generate(self, request, report, is_cancelled):  # type: ignore[no-untyped-def]
            return super().generate(request, report, lambda: False)

    engine = DeafEngine()
    engine.gate.clear()
    with running(engine) as worker:
        job = make_job(deadline_s=0.05)
        worker.submit(job)
        wait_until(lambda: worker.state.state == "failed")
        assert "hangs" in worker.state.sentence
        engine.gate.set()
        job.future.result(timeout=5)


def test_observer_hears_of_every_end() -> None:
    heard: list[tuple[str, str]] = []
    engine = StepEngine()
    with running(engine, observe=lambda job, _: heard.append((job.task_id, job.state))) as worker:
        submit(worker, "a")[0].future.result(timeout=5)
        engine.failure = CannotGenerateError(reason="no")
        with pytest.raises(CannotGenerateError):
            submit(worker, "b")[0].future.result(timeout=5)
        wait_until(lambda: len(heard) == 2)
    assert heard == [("a", "completed"), ("b", "failed")]


def test_client_that_goes_away_cannot_stop_the_worker() -> None:
    """Cancelling the future used to make the worker's own answer fail and end its thread."""
    engine = StepEngine()
    engine.gate.clear()
    with running(engine) as worker:
        first, second = submit(worker, "a", "b")
        assert not first.future.cancel()
        engine.gate.set()
        assert first.future.result(timeout=5)
        assert second.future.result(timeout=5)


def test_many_threads_submitting_at_once_lose_nothing() -> None:
    engine = StepEngine(steps=1)
    accepted: list[Job] = []
    refused: list[QueueFullError] = []
    lock = threading.Lock()

    def press(number: int) -> None:
        job = make_job(f"task-{number}")
        try:
            worker.submit(job)
        except QueueFullError as error:
            with lock:
                refused.append(error)
        else:
            with lock:
                accepted.append(job)

    with running(engine, size=5) as worker:
        threads = [threading.Thread(target=press, args=(number,)) for number in range(60)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for job in accepted:
            assert job.future.result(timeout=5)
    assert len(accepted) + len(refused) == 60
    assert sorted(engine.asked) == sorted(job.task_id for job in accepted)


def test_the_last_preview_stays_until_there_is_another() -> None:
    """Engines draw one every few steps; a client that asks in between still sees a picture."""
    job, preview = make_job(), np.zeros((8, 8, 3), np.uint8)
    job.note(Progress(0.1, 1, 10, {0: preview}))
    job.note(Progress(0.2, 2, 10))
    assert (job.progress.step, job.progress.preview is preview) == (2, True)
