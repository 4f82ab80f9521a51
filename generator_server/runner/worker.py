"""A bounded queue and the one thread that works through it."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from boothkit.errors import BoothError
from boothkit.logs import get_logger
from generator_server.engines import EngineState, Progress
from generator_server.engines.holding import Preparation
from generator_server.errors import (
    DuplicateTaskError,
    EngineFailedError,
    EngineUnavailableError,
    GenerationCancelledError,
    GenerationTimeoutError,
    QueueFullError,
)
from generator_server.runner.hanging import LOAD_DEADLINE_S, find_hang
from generator_server.runner.job import AnyJob, JobState
from generator_server.runner.starting import Starter

REMEMBERED_TASKS = 64
# About as long as the program takes to start again.
RETRY_AFTER_S = 10.0
_log = get_logger(__name__)

J = TypeVar("J", bound=AnyJob)


class Worker(ABC, Generic[J]):
    """Runs jobs one after the other, first come, first served.

    The thread first loads what the jobs need, so they may be submitted at once and wait for that like for each
    other; while loading fails, they are refused. `observe` hears of every finished job with the seconds that it ran.
    After `idle_s` without work the worker rests; None: never.
    """

    def __init__(
        self,
        name: str,
        *,
        size: int,
        observe: Callable[[J, float], None] | None = None,
        load_deadline_s: float = LOAD_DEADLINE_S,
        idle_s: float | None = None,
        preparation: Preparation | None = None,
    ) -> None:
        self.name = name
        self._size = size
        self._observe = observe
        self._load_deadline_s = load_deadline_s
        self._idle_s = idle_s
        self._preparation = preparation or Preparation()
        self._waiting: deque[J] = deque()
        self._running: tuple[J, ...] = ()
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
            for job in (*self._waiting, *self._running):
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
            if job.state == "queued":
                self._waiting.remove(job)
                self._end(job, "cancelled", GenerationCancelledError())
            return True

    def cancel_current(self) -> bool:
        """Stop what runs. False: nothing runs."""
        with self._changed:
            for job in self._running:
                job.is_cancel_asked = True
            return bool(self._running)

    def refuse_all(self) -> None:
        """Take nothing more, and answer what waits that the engine is not available; what runs goes on."""
        self._fail("The program is about to be started again.")

    def find_hang(self) -> str | None:
        """A sentence on what does not end: loading, or work far past its deadline. None while all is well."""
        return find_hang(self._preparation, self._running, self._load_deadline_s)

    @property
    def current(self) -> J | None:
        """The job that runs; the first of several."""
        return next(iter(self.list_running()), None)

    @property
    def state(self) -> EngineState:
        """The engine's state; `failed` also while something hangs."""
        with self._changed:
            hang = self.find_hang()
            if hang is not None:
                return EngineState("failed", hang)
            if self._state.state == "ready" and self._preparation.began_at is not None:
                return EngineState("ready", "It is loading weights or compiling.")
            return self._state

    def list_running(self) -> tuple[J, ...]:
        """Jobs that run; several when they are made in one batch."""
        return tuple(job for job in self._running if job.state == "running")

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
        candidates = (*self._waiting, *self.list_running())
        return next((job for job in candidates if job.task_id == task_id), None)

    def _work(self) -> None:
        self._state = EngineState("warming")
        if not Starter(self.name, self._prepare, self._preparation).run(self._fail, self._is_closed_within):
            return
        self._state = EngineState("ready")
        while not self._is_closed:
            while not self._wait_for_work(self._idle_s):
                self._go_idle()
            self._run(self._take())
        self._cancel_rest()

    def _wait_for_work(self, timeout_s: float | None) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._is_closed or bool(self._waiting), timeout_s)

    def _is_closed_within(self, timeout_s: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._is_closed, timeout_s)

    def _fail(self, sentence: str) -> None:
        with self._changed:
            self._state = EngineState("failed", sentence)
            self._cancel_rest()

    def _go_idle(self) -> None:
        try:
            sentence = self._rest()
        except Exception:  # noqa: BLE001 - logged; the next job shows whether the engine still works
            _log.exception("An engine could not rest.", action="engine.rest_failed", engine=self.name)
            return
        if not sentence:
            return
        self._state = EngineState("ready", sentence)
        _log.info("An engine rests.", action="engine.resting", engine=self.name, sentence=sentence)

    def _take(self) -> tuple[J, ...]:
        """The next job and those that are done with it; none when there is nothing to do any more."""
        with self._changed:
            if self._is_closed or not self._waiting:
                return ()
            self._state = EngineState("ready")
            first = self._waiting.popleft()
            self._begin(first)
            for job in self._gather(first):
                self._waiting.remove(job)
                self._begin(job)
            return self._running

    def _begin(self, job: J) -> None:
        job.state = "running"
        job.started_at = time.monotonic()
        self._running = (*self._running, job)

    def _gather(self, first: J) -> tuple[J, ...]:
        """Waiting jobs that are done together with `first`; called under the lock."""
        return ()

    def _run(self, jobs: tuple[J, ...]) -> None:
        for job in jobs:
            self._run_alone(job)
        self._running = ()

    def _run_alone(self, job: J) -> None:
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
            self._finish(job, result, problem)

    def _start(self, job: J) -> Any:
        if job.should_stop():
            raise GenerationCancelledError
        return self._perform(job)

    @abstractmethod
    def _prepare(self) -> None:
        """Get everything that the first job needs; called in the worker's thread until it succeeds."""

    @abstractmethod
    def _perform(self, job: J) -> Any:
        """Do one job, in the worker's thread, with `job.note` and `job.should_stop`."""

    def _rest(self) -> str:
        """Let go of what is only needed for work; a sentence on it for health, empty when nothing was held."""
        return ""

    def _explain_stop(self, job: J) -> BoothError:
        if self._is_closed:
            return EngineUnavailableError(engine=self.name, retry_after_s=2)
        if job.is_cancel_asked:
            return GenerationCancelledError()
        return GenerationTimeoutError(deadline_s=round(job.deadline_at - job.submitted_at))

    def _finish(self, job: J, result: Any, problem: BoothError | None) -> None:
        ran_s = time.monotonic() - (job.started_at or job.submitted_at)
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
