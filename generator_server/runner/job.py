"""One piece of work on its way through a queue."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from generator_server.engines import GenerationRequest, Output, Progress

JobState = Literal["queued", "running", "completed", "cancelled", "failed"]
Report: TypeAlias = Callable[[Progress], None]
IsCancelled: TypeAlias = Callable[[], bool]
T = TypeVar("T")


@dataclass(kw_only=True)
class Job(Generic[T]):
    """Work with its state. Its worker alone changes it, under the worker's lock. Times are monotonic seconds."""

    task_id: str
    deadline_at: float
    submitted_at: float = field(default_factory=time.monotonic)
    started_at: float | None = None
    state: JobState = "queued"
    progress: Progress = field(default_factory=lambda: Progress(0.0))
    is_cancel_asked: bool = False
    future: Future[T] = field(default_factory=Future)

    def __post_init__(self) -> None:
        # A future that "runs" cannot be cancelled behind the worker's back when a waiting client goes away.
        self.future.set_running_or_notify_cancel()

    @property
    def remaining_s(self) -> float:
        """Seconds until the deadline; negative when it has passed."""
        return self.deadline_at - time.monotonic()

    @property
    def is_overdue(self) -> bool:
        """True when the deadline has passed."""
        return self.remaining_s <= 0

    def should_stop(self) -> bool:
        """What an engine asks between two steps."""
        return self.is_cancel_asked or self.is_overdue

    def note(self, progress: Progress) -> None:
        """Keep what the work says of itself; the last previews stay until there are others."""
        self.progress = replace(progress, previews=progress.previews or self.progress.previews)

    def estimate_remaining_s(self) -> float:
        """Seconds until it is done, judged by its own pace; 0 while that is not known."""
        fraction = self.progress.fraction
        if self.started_at is None or fraction <= 0:
            return 0.0
        return (time.monotonic() - self.started_at) * (1 - fraction) / fraction


AnyJob: TypeAlias = Job[Any]


@dataclass(kw_only=True)
class GenerationJob(Job[tuple[Output, ...]]):
    """Pictures that an engine shall make; `task_id` is the request's. One whose batch failed is made alone."""

    task_id: str = field(init=False)
    request: GenerationRequest
    may_join: bool = True

    def __post_init__(self) -> None:
        self.task_id = self.request.task_id
        super().__post_init__()


@dataclass(kw_only=True)
class StudioJob(Job[T]):
    """Work that is no generation. `perform` keeps an engine's promises on reporting and stopping."""

    perform: Callable[[Report, IsCancelled], T]
