"""A bounded queue and the one thread that works through it."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Generic, TypeVar

from boothkit.errors import BoothError
from boothkit.logs import get_logger
from generator_server.engines import Engine, EngineState, Output, Progress
from generator_server.errors import (
    DuplicateTaskError,
    EngineFailedError,
    EngineUnavailableError,
    GenerationCancelledError,
    GenerationTimeoutError,
    QueueFullError,
)
from generator_server.runner.job import AnyJob, GenerationJob, JobState, StudioJob
from generator_server.runner.policy import generate_with_retry

# How much longer than its deadline a running job may take before the engine counts as hung.
HUNG_AFTER_S = 10.0
REMEMBERED_TASKS = 64
# About as long as the program takes to start again.
RETRY_AFTER_S = 10.0
_log = get_logger(__name__)

J = TypeVar("J", bound=AnyJob)


class Worker(ABC, Generic[J]):
    """Runs jobs one after the other, first come, first served.

    The thread first loads what the jobs need, so they may be submitted at once and wait for that like for each
    other. `observe` hears of every finished job with the seconds that it ran.
    """

    def __init__(self, name: str, *, size: int, observe: Callable[[J, float], None] | None = None) -> None:
        self.name = name
        self._size = size
        self._observe = observe
        self._waiting: deque[J] = deque()
        self._current: J | None = None
        self._finished: deque[str] = deque(maxlen=REMEMBERED_TASKS)
        self._state = EngineState("starting")
        self._mean_s = 1.0
        self._is_closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name=f"worker-{name}", daemon=True)

    def start(self) -> None:
        """Begin to load and then to work."""
        self._thread.start()

    def close(self, *, timeout_s: float = 2.0) -> None:
        """Stop: what waits is cancelled, what runs is asked to stop and waited for at most `timeout_s`."""
        with self._changed:
            self._is_closed = True
            for job in (*self._waiting, *([self._current] if self._current else [])):
                job.is_cancel_asked = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def submit(self, job: J) -> None:
        """Queue `job`. Raises QueueFullError, DuplicateTaskError or EngineUnavailableError."""
        with self._changed:
            if self._find(job.task_id):
                raise DuplicateTaskError(task_id=job.task_id)
            self.check_room()
            self._waiting.append(job)
            self._changed.notify_all()

    def check_room(self) -> None:
        """Refuse early what `submit` would refuse after the pictures were decoded. Raises as `submit` does."""
        with self._changed:
            if self._is_closed or self._state.state == "failed":
                raise EngineUnavailableError(engine=self.name, retry_after_s=RETRY_AFTER_S)
            if len(self._waiting) >= self._size:
                raise QueueFullError(retry_after_s=max(1.0, self._mean_s))

    def cancel(self, task_id: str) -> bool:
        """Stop the job with this id: at once when it waits, at its next step when it runs. False: there is none."""
        with self._changed:
            job = self._find(task_id)
            if job is None:
                return False
            job.is_cancel_asked = True
            if job is not self._current:
                self._waiting.remove(job)
                self._end(job, "cancelled", GenerationCancelledError())
            return True

    def cancel_current(self) -> bool:
        """Stop the job that runs. False: none runs."""
        with self._changed:
            if self._current is not None:
                self._current.is_cancel_asked = True
            return self._current is not None

    def refuse_all(self) -> None:
        """Take nothing more, and answer what waits that the engine is not available; what runs goes on."""
        with self._changed:
            self._state = EngineState("failed", "The program is about to be started again.")
            self._cancel_rest()

    @property
    def is_hung(self) -> bool:
        """True when a job has run far past its deadline."""
        job = self._current
        return job is not None and time.monotonic() > job.deadline_at + HUNG_AFTER_S

    @property
    def current(self) -> J | None:
        """The job that runs."""
        return self._current

    @property
    def state(self) -> EngineState:
        """The engine's state; `failed` also while a job has run far past its deadline."""
        with self._changed:
            if self.is_hung:
                return EngineState("failed", "A generation does not end; the engine hangs.")
            return self._state

    def list_waiting(self) -> tuple[J, ...]:
        """Jobs that wait, the next first."""
        with self._changed:
            return tuple(self._waiting)

    def find(self, task_id: str) -> J | None:
        """The waiting or running job with this id."""
        with self._changed:
            return self._find(task_id)

    def has_finished(self, task_id: str) -> bool:
        """True when a job with this id ended lately, in whatever way."""
        with self._changed:
            return task_id in self._finished

    def _find(self, task_id: str) -> J | None:
        candidates = (*self._waiting, *([self._current] if self._current else []))
        return next((job for job in candidates if job.task_id == task_id), None)

    def _work(self) -> None:
        if not self._load():
            return
        while (job := self._take()) is not None:
            self._run(job)
        self._cancel_rest()

    def _load(self) -> bool:
        self._state = EngineState("warming")
        started_at = time.monotonic()
        try:
            self._prepare()
        except Exception as error:  # noqa: BLE001 - logged; whatever it was, the server answers that it cannot
            _log.exception("An engine could not be started.", action="engine.failed", engine=self.name)
            with self._changed:
                self._state = EngineState("failed", f"The engine could not be started: {error}")
            self._cancel_rest()
            return False
        self._state = EngineState("ready")
        took_s = round(time.monotonic() - started_at, 3)
        _log.info("An engine is ready.", action="engine.ready", engine=self.name, seconds=took_s)
        return True

    def _take(self) -> J | None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self._waiting)
            if self._is_closed:
                return None
            self._current = self._waiting.popleft()
            self._current.state = "running"
            self._current.started_at = time.monotonic()
            return self._current

    def _run(self, job: J) -> None:
        started_at = time.monotonic()
        result: Any = None
        problem: BoothError | None = None
        try:
            result = self._start(job)
        except GenerationCancelledError:
            problem = self._explain_stop(job)
        except BoothError as error:
            problem = error
        except Exception:  # noqa: BLE001 - logged and answered
            # A mistake in an engine must not take the thread, and with it all later visitors' pictures.
            _log.exception("A generation failed.", action="generation.failed", engine=self.name, task_id=job.task_id)
            problem = EngineFailedError()
        with self._changed:
            self._current = None
            self._finish(job, result, problem, time.monotonic() - started_at)

    def _start(self, job: J) -> Any:
        if job.should_stop():
            raise GenerationCancelledError
        return self._perform(job)

    @abstractmethod
    def _prepare(self) -> None:
        """Get everything that the first job needs; called once, in the worker's thread."""

    @abstractmethod
    def _perform(self, job: J) -> Any:
        """Do one job, in the worker's thread, with `note_progress` and `job.should_stop`."""

    def _explain_stop(self, job: J) -> BoothError:
        if self._is_closed:
            return EngineUnavailableError(engine=self.name, retry_after_s=2)
        if job.is_cancel_asked:
            return GenerationCancelledError()
        return GenerationTimeoutError(deadline_s=round(job.deadline_at - job.submitted_at))

    def _finish(self, job: J, result: Any, problem: BoothError | None, ran_s: float) -> None:
        if problem is None:
            self._mean_s = 0.8 * self._mean_s + 0.2 * ran_s
            job.progress = Progress(1.0)
            self._end(job, "completed", result)
        else:
            self._end(job, "cancelled" if isinstance(problem, GenerationCancelledError) else "failed", problem)
        if self._observe is not None:
            self._observe(job, ran_s)

    def _end(self, job: J, state: JobState, result: Any) -> None:
        job.state = state
        self._finished.append(job.task_id)
        if isinstance(result, BoothError):
            job.future.set_exception(result)
        else:
            job.future.set_result(result)

    def _cancel_rest(self) -> None:
        with self._changed:
            while self._waiting:
                self._end(
                    self._waiting.popleft(),
                    "failed",
                    EngineUnavailableError(engine=self.name, retry_after_s=RETRY_AFTER_S),
                )


class EngineWorker(Worker[GenerationJob]):
    """Runs one engine's generations."""

    def __init__(
        self, engine: Engine, *, size: int, observe: Callable[[GenerationJob, float], None] | None = None
    ) -> None:
        super().__init__(engine.name, size=size, observe=observe)
        self.engine = engine

    def _prepare(self) -> None:
        self.engine.load()

    def _perform(self, job: GenerationJob) -> tuple[Output, ...]:
        return generate_with_retry(
            self.engine, job.request, lambda progress: note_progress(job, progress), job.should_stop
        )


class StudioWorker(Worker[StudioJob[Any]]):
    """Runs what is no generation, beside the engines, so that a long clip keeps no visitor's picture waiting."""

    def _prepare(self) -> None:
        """Nothing: the painter is warmed by its engine."""

    def _perform(self, job: StudioJob[Any]) -> Any:
        return job.perform(lambda progress: note_progress(job, progress), job.should_stop)


def note_progress(job: AnyJob, progress: Progress) -> None:
    """Keep what a job reports of itself; the last preview stays until there is another."""
    preview = job.progress.preview if progress.preview is None else progress.preview
    job.progress = replace(progress, preview=preview)
