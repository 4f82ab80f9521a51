"""One request on its way through a queue."""

from __future__ import annotations

import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Literal

from generator_server.engines import GenerationRequest, Output, Progress

JobState = Literal["queued", "running", "completed", "cancelled", "failed"]


@dataclass
class Job:
    """A request with its state. Its worker alone changes it, under the worker's lock. Times are monotonic seconds."""

    request: GenerationRequest
    deadline_at: float
    submitted_at: float = field(default_factory=time.monotonic)
    started_at: float | None = None
    state: JobState = "queued"
    progress: Progress = field(default_factory=lambda: Progress(0.0))
    is_cancel_asked: bool = False
    future: Future[tuple[Output, ...]] = field(default_factory=Future)

    def __post_init__(self) -> None:
        # A future that "runs" cannot be cancelled behind the worker's back when a waiting client goes away.
        self.future.set_running_or_notify_cancel()

    @property
    def task_id(self) -> str:
        return self.request.task_id

    @property
    def is_overdue(self) -> bool:
        """True when the deadline has passed."""
        return time.monotonic() >= self.deadline_at

    def should_stop(self) -> bool:
        """What an engine asks between two steps."""
        return self.is_cancel_asked or self.is_overdue

    def estimate_remaining_s(self) -> float:
        """Seconds until it is done, judged by its own pace; 0 while that is not known."""
        fraction = self.progress.fraction
        if self.started_at is None or fraction <= 0:
            return 0.0
        return (time.monotonic() - self.started_at) * (1 - fraction) / fraction
