"""Engines that cannot start at once start later, without a person."""

from __future__ import annotations

import pytest
from prometheus_client import CollectorRegistry

from boothkit.waiting import wait_until
from generator_server.engines.holding import Preparation
from generator_server.runner import EngineWorker, WorkMetrics, starting
from generator_server.runner.starting import Starter
from tests.unit.generator_server.engines import StepEngine, make_job


def test_an_engine_that_could_not_start_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """After a crash the device's memory may not be free yet, or a disk of models comes late."""
    monkeypatch.setattr(starting, "FIRST_RETRY_S", 0.01)
    engine = StepEngine(load_error=MemoryError("no room"))
    worker = EngineWorker(engine, size=2)
    registry = CollectorRegistry()
    WorkMetrics(registry).watch(worker)
    worker.start()
    wait_until(lambda: caplog.text.count("An engine could not be started.") >= 2, "a second try")
    assert worker.state.state == "failed"
    assert registry.get_sample_value("engine_usable", {"engine": engine.name}) == 0
    engine.load_error = None
    wait_until(lambda: worker.state.state == "ready", "a try that succeeds")
    assert registry.get_sample_value("engine_usable", {"engine": engine.name}) == 1
    job = make_job("late")
    worker.submit(job)
    assert job.future.result(timeout=5)
    worker.close()


def test_waits_grow_and_end_with_the_worker() -> None:
    waits: list[float] = []

    def fail() -> None:
        raise OSError("not yet")

    def is_over(delay_s: float) -> bool:
        waits.append(delay_s)
        return len(waits) == 9

    assert not Starter("slow", fail, Preparation()).run(lambda sentence: None, is_over)
    assert waits == [15, 30, 60, 120, 240, 480, 960, 1800, 1800]
