"""One engine's bounded queue and the one thread that works through it."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

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
from generator_server.runner.job import Job, JobState

# How much longer than its deadline a running job may take before the engine counts as hung.
HUNG_AFTER_S = 10.0
REMEMBERED_TASKS = 64
_log = get_logger(__name__)

Observer = Callable[[Job, float], None]


class EngineWorker:
    """Runs one engine's jobs one after the other, first come, first served.

    The thread first loads the engine, so jobs may be submitted at once and wait for that like for each other.
    `observe` hears of every finished job with the seconds that it ran.
    """

    def __init__(self, engine: Engine, *, size: int, observe: Observer | None = None) -> None:
        self.engine = engine
        self._size = size
        self._observe = observe
        self._waiting: deque[Job] = deque()
        self._current: Job | None = None
        self._finished: deque[str] = deque(maxlen=REMEMBERED_TASKS)
        self._state = EngineState("starting")
        self._mean_s = 1.0
        self._is_closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name=f"engine-{engine.name}", daemon=True)

    def start(self) -> None:
        """Begin to load the engine and then to work."""
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

    def submit(self, job: Job) -> None:
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
                raise EngineUnavailableError(engine=self.engine.name, retry_after_s=10)
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

    @property
    def current(self) -> Job | None:
        """The job that runs."""
        return self._current

    @property
    def state(self) -> EngineState:
        """The engine's state; `failed` also while a job has run far past its deadline."""
        with self._changed:
            if self._current is not None and time.monotonic() > self._current.deadline_at + HUNG_AFTER_S:
                return EngineState("failed", "A generation does not end; the engine hangs.")
            return self._state

    def list_waiting(self) -> tuple[Job, ...]:
        """Jobs that wait, the next first."""
        with self._changed:
            return tuple(self._waiting)

    def find(self, task_id: str) -> Job | None:
        """The waiting or running job with this id."""
        with self._changed:
            return self._find(task_id)

    def has_finished(self, task_id: str) -> bool:
        """True when a job with this id ended lately, in whatever way."""
        with self._changed:
            return task_id in self._finished

    def _find(self, task_id: str) -> Job | None:
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
            self.engine.load()
        except Exception as error:  # noqa: BLE001 - logged; whatever it was, the server answers that it cannot
            _log.exception("An engine could not be started.", action="engine.failed", engine=self.engine.name)
            with self._changed:
                self._state = EngineState("failed", f"The engine could not be started: {error}")
            self._cancel_rest()
            return False
        self._state = EngineState("ready")
        took_s = round(time.monotonic() - started_at, 3)
        _log.info("An engine is ready.", action="engine.ready", engine=self.engine.name, seconds=took_s)
        return True

    def _take(self) -> Job | None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self._waiting)
            if self._is_closed:
                return None
            self._current = self._waiting.popleft()
            self._current.state = "running"
            self._current.started_at = time.monotonic()
            return self._current

    def _run(self, job: Job) -> None:
        started_at = time.monotonic()
        outputs: tuple[Output, ...] = ()
        problem: BoothError | None = None
        try:
            outputs = self._generate(job)
        except GenerationCancelledError:
            problem = self._explain_stop(job)
        except BoothError as error:
            problem = error
        except Exception:  # noqa: BLE001 - logged and answered
            # A mistake in an engine must not take the thread, and with it all later visitors' pictures.
            _log.exception(
                "A generation failed.", action="generation.failed", engine=self.engine.name, task_id=job.task_id
            )
            problem = EngineFailedError()
        with self._changed:
            self._current = None
            self._finish(job, outputs, problem, time.monotonic() - started_at)

    def _generate(self, job: Job) -> tuple[Output, ...]:
        if job.should_stop():
            raise GenerationCancelledError
        return self.engine.generate(job.request, lambda progress: _note(job, progress), job.should_stop)

    def _explain_stop(self, job: Job) -> BoothError:
        if self._is_closed:
            return EngineUnavailableError(engine=self.engine.name, retry_after_s=2)
        if job.is_cancel_asked:
            return GenerationCancelledError()
        return GenerationTimeoutError(deadline_s=round(job.deadline_at - job.submitted_at))

    def _finish(self, job: Job, outputs: tuple[Output, ...], problem: BoothError | None, ran_s: float) -> None:
        if problem is None:
            self._mean_s = 0.8 * self._mean_s + 0.2 * ran_s
            job.progress = Progress(1.0)
            self._end(job, "completed", outputs)
        else:
            self._end(job, "cancelled" if isinstance(problem, GenerationCancelledError) else "failed", problem)
        if self._observe is not None:
            self._observe(job, ran_s)

    def _end(self, job: Job, state: JobState, result: tuple[Output, ...] | BoothError) -> None:
        job.state = state
        self._finished.append(job.task_id)
        if isinstance(result, BoothError):
            job.future.set_exception(result)
        else:
            job.future.set_result(result)

    def _cancel_rest(self) -> None:
        with self._changed:
            while self._waiting:
                self._end(self._waiting.popleft(), "failed", EngineUnavailableError(engine=self.engine.name))


def _note(job: Job, progress: Progress) -> None:
    job.progress = progress
