"""The watchdog leaves slow work alone, and ends the process for work that hangs, after everybody has heard."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from boothkit.waiting import wait_until
from generator_server.diffusion.failures import DeviceLostError
from generator_server.errors import EngineUnavailableError
from generator_server.runner import HUNG_EXIT_CODE, EngineWorker, Watchdog
from generator_server.runner.hanging import HUNG_AFTER_S
from generator_server.runner.watchdog import LOOK_EVERY_S
from tests.unit.generator_server.engines import StepEngine, make_job


@pytest.fixture
def exit_codes() -> list[int]:
    return []


@pytest.fixture
def ended() -> threading.Event:
    return threading.Event()


@pytest.fixture
def engine() -> Iterator[StepEngine]:
    """One whose work waits for its gate and does not ask whether it shall stop."""
    made = StepEngine(steps=1)
    made.is_deaf = True
    made.gate.clear()
    yield made
    made.gate.set()


@pytest.fixture
def worker(engine: StepEngine) -> Iterator[EngineWorker]:
    with closing(EngineWorker(engine, size=4)) as made:
        made.start()
        yield made


def start(worker: EngineWorker, exit_codes: list[int], ended: threading.Event) -> Watchdog:
    def exit_process(code: int) -> None:
        exit_codes.append(code)
        ended.set()

    watchdog = Watchdog([worker], exit_process=exit_process)
    watchdog.start()
    return watchdog


def test_hung_work_ends_the_process_and_what_waits_is_refused_first(
    engine: StepEngine, worker: EngineWorker, exit_codes: list[int], ended: threading.Event
) -> None:
    hangs, waits = make_job("hangs", deadline_s=-HUNG_AFTER_S + 0.2), make_job("waits")
    hangs.should_stop = lambda: False  # type: ignore[method-assign]  # its deadline has nearly passed already
    worker.submit(hangs)
    engine.started.wait(5)
    worker.submit(waits)
    with closing(start(worker, exit_codes, ended)):
        assert ended.wait(10)
    assert exit_codes == [HUNG_EXIT_CODE]
    with pytest.raises(EngineUnavailableError):
        waits.future.result(timeout=0)
    assert worker.state.state == "failed"
    with pytest.raises(EngineUnavailableError):
        worker.submit(make_job("late"))


def test_a_lost_device_ends_the_process(
    engine: StepEngine, worker: EngineWorker, exit_codes: list[int], ended: threading.Event
) -> None:
    """Every later picture would fail as well; other errors of an engine are answered, and it goes on."""
    engine.gate.set()
    engine.failure = ValueError("a mistake")
    worker.submit(make_job("mistaken"))
    with closing(start(worker, exit_codes, ended)):
        wait_until(lambda: worker.has_finished("mistaken"), within_s=5, what="the mistake")
        assert worker.find_hang() is None
        engine.failure = DeviceLostError()
        lost = make_job("lost")
        worker.submit(lost)
        assert ended.wait(10)
    assert exit_codes == [HUNG_EXIT_CODE]
    assert isinstance(lost.future.exception(timeout=0), DeviceLostError)


def test_slow_work_within_its_time_is_left_alone(
    engine: StepEngine, worker: EngineWorker, exit_codes: list[int], ended: threading.Event
) -> None:
    slow = make_job("slow")
    worker.submit(slow)
    engine.started.wait(5)
    with closing(start(worker, exit_codes, ended)):
        assert not ended.wait(3 * LOOK_EVERY_S)
        engine.gate.set()
        assert slow.future.result(timeout=5)
    assert exit_codes == []


def test_loading_that_hangs_ends_the_process_too(
    exit_codes: list[int], ended: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    """A driver that hangs while weights are moved to it used to leave a generator that warmed up for ever."""
    is_released = threading.Event()

    class Stuck(StepEngine):
        def load(self) -> None:
            is_released.wait(10)

    with closing(EngineWorker(Stuck(), size=4, load_deadline_s=0.1)) as worker:
        waits = make_job("waits")
        worker.submit(waits)
        worker.start()
        with closing(start(worker, exit_codes, ended)):
            assert ended.wait(10)
        assert exit_codes == [HUNG_EXIT_CODE]
        with pytest.raises(EngineUnavailableError):
            waits.future.result(timeout=0)
        is_released.set()
    assert "Loading or compiling takes more than 0.1 s. The program ends" in caplog.text


def test_slow_loading_within_its_time_is_left_alone(exit_codes: list[int], ended: threading.Event) -> None:
    is_released = threading.Event()

    class Slow(StepEngine):
        def load(self) -> None:
            is_released.wait(10)

    with closing(EngineWorker(Slow(), size=4)) as worker:
        worker.start()
        with closing(start(worker, exit_codes, ended)):
            assert not ended.wait(3 * LOOK_EVERY_S)
            assert worker.state.state == "warming"
            is_released.set()
            job = make_job()
            worker.submit(job)
            assert job.future.result(timeout=5)
    assert exit_codes == []
