"""Several visitors' pictures in one batch: each job keeps its own progress, deadline, cancellation and error."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import numpy as np
import pytest

import painter
from boothkit.waiting import wait_until
from generator_server.diffusion.failures import DeviceFullError
from generator_server.engines.holding import JoinRules
from generator_server.errors import GenerationCancelledError, GenerationTimeoutError, LikenessLostError
from generator_server.runner import EngineWorker, GenerationJob, Router
from tests.unit.generator_server.engines import JoiningEngine, StepEngine, make_job


@contextmanager
def running(engine: StepEngine, jobs: list[GenerationJob]) -> Iterator[EngineWorker]:
    """A worker with jobs that all waited when it began."""
    with closing(EngineWorker(engine, size=16)) as worker:
        for job in jobs:
            worker.submit(job)
        worker.start()
        yield worker


def list_seeds(engine: StepEngine) -> list[tuple[int, ...]]:
    return [request.seeds for request in engine.requests]


def make_jobs(count: int) -> list[GenerationJob]:
    return [make_job(f"task-{number}", seeds=(number,)) for number in range(count)]


def test_what_waits_together_is_made_together_up_to_the_batch() -> None:
    engine, jobs = JoiningEngine(most_pictures=4), make_jobs(6)
    with running(engine, jobs):
        results = [job.future.result(timeout=5) for job in jobs]
    assert list_seeds(engine) == [(0, 1, 2, 3), (4, 5)]
    assert [[output.seed for output in outputs] for outputs in results] == [[number] for number in range(6)]
    assert {job.state for job in jobs} == {"completed"}


def test_an_engine_without_weights_makes_one_request_after_the_other() -> None:
    engine, jobs = StepEngine(), make_jobs(3)
    with running(engine, jobs):
        for job in jobs:
            job.future.result(timeout=5)
    assert list_seeds(engine) == [(0,), (1,), (2,)]


def test_others_keep_their_turn() -> None:
    """What wants something else is neither taken along nor overtaken by more than one batch."""
    engine = JoiningEngine()
    jobs = [make_job(name, seeds=(place,), prompt=name[0]) for place, name in enumerate(("a1", "b1", "a2", "b2"))]
    with running(engine, jobs):
        for job in jobs:
            job.future.result(timeout=5)
    assert list_seeds(engine) == [(0, 2), (1, 3)]


def test_a_lone_request_does_not_wait_for_others() -> None:
    """With a window of minutes it would not be done here."""
    engine, (job,) = JoiningEngine(window_s=600.0), make_jobs(1)
    with running(engine, [job]):
        assert job.future.result(timeout=5)


def test_two_wait_for_a_third_and_begin_as_soon_as_the_batch_is_full() -> None:
    engine, jobs = JoiningEngine(most_pictures=3, window_s=600.0), make_jobs(3)
    with running(engine, jobs[:2]) as worker:
        wait_until(lambda: worker.current is jobs[0])
        assert not engine.started.wait(0.05)
        worker.submit(jobs[2])
        for job in jobs:
            job.future.result(timeout=5)
    assert list_seeds(engine) == [(0, 1, 2)]


def test_two_wait_for_a_third_no_longer_than_the_window() -> None:
    engine, jobs = JoiningEngine(most_pictures=3, window_s=0.05), make_jobs(2)
    with running(engine, jobs):
        for job in jobs:
            job.future.result(timeout=5)
    assert list_seeds(engine) == [(0, 1)]


def test_a_cancelled_one_drops_out_and_the_others_get_their_pictures() -> None:
    engine, jobs = JoiningEngine(), make_jobs(3)
    engine.gate.clear()
    with running(engine, jobs) as worker:
        engine.started.wait(5)
        assert worker.cancel("task-1")
        with pytest.raises(GenerationCancelledError):
            jobs[1].future.result(timeout=5)
        assert worker.find("task-1") is None
        assert worker.list_running() == (jobs[0], jobs[2])
        engine.gate.set()
        assert [jobs[place].future.result(timeout=5)[0].seed for place in (0, 2)] == [0, 2]
    assert [job.state for job in jobs] == ["completed", "cancelled", "completed"]
    assert len(engine.requests) == 1


def test_one_whose_deadline_passes_drops_out() -> None:
    engine, jobs = JoiningEngine(), make_jobs(2)
    jobs[0].deadline_at = time.monotonic() + 0.3
    engine.gate.clear()
    with running(engine, jobs):
        with pytest.raises(GenerationTimeoutError):
            jobs[0].future.result(timeout=5)
        engine.gate.set()
        assert jobs[1].future.result(timeout=5)[0].seed == 1


def test_a_batch_of_which_all_are_cancelled_ends_at_once() -> None:
    engine, jobs = JoiningEngine(), make_jobs(2)
    engine.gate.clear()
    with running(engine, jobs) as worker:
        engine.started.wait(5)
        assert worker.cancel_current()
        for job in jobs:
            with pytest.raises(GenerationCancelledError):
                job.future.result(timeout=5)
        wait_until(lambda: worker.current is None)
        engine.gate.set()
        worker.submit(make_job("next"))
        wait_until(lambda: worker.has_finished("next"))
    assert len(engine.requests) == 2


def test_each_hears_of_its_progress_and_sees_no_other_visitors_picture() -> None:
    engine, jobs = JoiningEngine(), make_jobs(2)
    engine.previews = {place: np.full((8, 8, 3), 10 * place, np.uint8) for place in range(2)}
    engine.gate.clear()
    with running(engine, jobs) as worker:
        wait_until(lambda: all(job.progress.fraction > 0 for job in jobs))
        assert Router([worker]).list_running() == tuple(jobs)
        assert [{place: int(seen[0, 0, 0]) for place, seen in job.progress.previews.items()} for job in jobs] == [
            {0: 0},
            {0: 10},
        ]
        assert {job.state for job in jobs} == {"running"}
        engine.gate.set()
        for job in jobs:
            job.future.result(timeout=5)


def test_a_full_memory_parts_the_batch_and_the_next_ones_are_smaller(caplog: pytest.LogCaptureFixture) -> None:
    engine, jobs = JoiningEngine(), make_jobs(4)
    engine.failures = [DeviceFullError()]
    with running(engine, jobs) as worker, caplog.at_level(logging.WARNING):
        assert [job.future.result(timeout=5)[0].seed for job in jobs] == [0, 1, 2, 3]
        assert engine.troubles == ["memory"]
        assert list_seeds(engine) == [(0, 1, 2, 3), (0,), (1,), (2,), (3,)]
        engine.gate.clear()
        later = [make_job("blocks"), *(make_job(f"later-{number}") for number in range(4))]
        for job in later:
            worker.submit(job)
        engine.gate.set()
        for job in later:
            job.future.result(timeout=5)
    assert max(map(len, list_seeds(engine)[5:])) == 2
    assert "A batch falls apart" in caplog.text


def test_a_mistake_in_a_batch_costs_only_the_one_that_makes_it(caplog: pytest.LogCaptureFixture) -> None:
    """Each is made again alone, so whoever is not to blame gets a picture."""

    class Picky(JoiningEngine):
        def generate(self, request, report, is_cancelled):  # type: ignore[no-untyped-def]
            if 1 in request.seeds:
                self.requests.append(request)
                raise ZeroDivisionError("seed 1")
            return super().generate(request, report, is_cancelled)

    engine, jobs = Picky(), make_jobs(3)
    with running(engine, jobs), caplog.at_level(logging.WARNING):
        assert [jobs[place].future.result(timeout=5)[0].seed for place in (0, 2)] == [0, 2]
        assert jobs[1].future.exception(timeout=5) is not None
    assert list_seeds(engine) == [(0, 1, 2), (0,), (1,), (2,)]
    assert engine.troubles == []


def test_one_that_is_cancelled_when_the_batch_fails_is_not_made_again(caplog: pytest.LogCaptureFixture) -> None:
    engine, jobs = JoiningEngine(), make_jobs(2)
    engine.gate.clear()
    engine.failures = [ZeroDivisionError()]
    with running(engine, jobs) as worker, caplog.at_level(logging.WARNING):
        engine.started.wait(5)
        worker.cancel("task-0")
        wait_until(lambda: jobs[0].state == "cancelled")
        engine.gate.set()
        assert jobs[1].future.result(timeout=5)[0].seed == 1
    assert list_seeds(engine) == [(0, 1), (1,)]


def test_what_a_batch_made_is_judged_for_each_and_tried_again_alone(caplog: pytest.LogCaptureFixture) -> None:
    """A black picture shows nobody: each job alone gets its two gentler tries."""
    engine, jobs = JoiningEngine(), make_jobs(2)
    portrait = painter.sample_portrait()
    for job in jobs:
        job.request = replace(job.request, kind="img2img", init_images=(portrait,), keeps_likeness=True)
        job.request = replace(job.request, width_px=192, height_px=256, denoising_strength=0.5)
    with running(engine, jobs), caplog.at_level(logging.WARNING):
        for job in jobs:
            with pytest.raises(LikenessLostError):
                job.future.result(timeout=20)
    assert list_seeds(engine) == [(0, 1), (0,), (0,), (1,), (1,)]
    assert [request.denoising_strength for request in engine.requests[1:3]] == [0.35, 0.245]


def test_a_hung_batch_is_noticed_after_the_last_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first deadline alone is no sign: the batch goes on for the other."""
    monkeypatch.setattr("generator_server.runner.hanging.HUNG_AFTER_S", 0.0)
    engine, jobs = JoiningEngine(), make_jobs(2)
    jobs[0].deadline_at = time.monotonic() + 0.1
    engine.is_deaf = True
    engine.gate.clear()
    with running(engine, jobs) as worker:
        wait_until(lambda: jobs[0].is_overdue and jobs[0].state == "failed")
        assert worker.find_hang() is None
        jobs[1].deadline_at = time.monotonic() - 0.1
        wait_until(lambda: "hangs" in (worker.find_hang() or ""))
        engine.gate.set()


def test_after_a_while_without_work_the_weights_leave_and_come_back() -> None:
    engine = JoiningEngine(idle_unload_s=0.05)
    with running(engine, make_jobs(1)) as worker:
        wait_until(lambda: engine.rests == 1)
        wait_until(lambda: "left the memory" in worker.state.sentence)
        assert worker.state.state == "ready"
        time.sleep(0.1)
        assert engine.rests == 1
        engine.gate.clear()
        job = make_job("later")
        worker.submit(job)
        wait_until(lambda: worker.current is job)
        assert worker.state.sentence == ""
        engine.gate.set()
        job.future.result(timeout=5)
        wait_until(lambda: engine.rests == 2)


def test_weights_that_other_threads_loaded_meanwhile_leave_too() -> None:
    """A control map or a caption is no job of the engine's, and its network must not stay for ever."""
    engine = JoiningEngine(idle_unload_s=0.05)
    with running(engine, []):
        wait_until(lambda: engine.rests == 1)
        engine.has_weights = True
        wait_until(lambda: engine.rests == 2)


def test_without_the_setting_nothing_leaves() -> None:
    engine = JoiningEngine()
    with running(engine, make_jobs(1)) as worker:
        wait_until(lambda: worker.has_finished("task-0"))
        time.sleep(0.05)
    assert engine.rests == 0


def test_an_engine_that_cannot_rest_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    class Restless(JoiningEngine):
        def rest(self) -> None:
            super().rest()
            raise RuntimeError("the driver is gone")

    engine = Restless(idle_unload_s=0.05)
    with running(engine, []) as worker:
        wait_until(lambda: engine.rests == 1)
        job = make_job("later")
        worker.submit(job)
        assert job.future.result(timeout=5)
    assert "could not rest" in caplog.text


def test_loading_within_a_job_is_no_hanging_and_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that comes back from disk, or is compiled, may take longer than one picture's deadline."""
    monkeypatch.setattr("generator_server.runner.hanging.HUNG_AFTER_S", 0.2)
    is_going_on = threading.Event()

    class Slow(JoiningEngine):
        def generate(self, request, report, is_cancelled):  # type: ignore[no-untyped-def]
            with self.preparation.under_way():
                is_going_on.wait(60)
            return super().generate(request, report, is_cancelled)

    engine = Slow()
    engine.join_rules = JoinRules()
    job = make_job()
    with running(engine, [job]) as worker:
        wait_until(lambda: "loading" in worker.state.sentence)
        job.deadline_at = time.monotonic() - 1.0
        assert worker.find_hang() is None
        assert worker.state.state == "ready"
        engine.gate.clear()
        is_going_on.set()
        with pytest.raises(GenerationTimeoutError):
            job.future.result(timeout=5)
        assert worker.find_hang() is None
