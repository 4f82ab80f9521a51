"""Whether something hangs: loading, or work that runs on long after its deadline."""

from __future__ import annotations

import time
from collections.abc import Sequence

from generator_server.engines.holding import Preparation
from generator_server.runner.job import AnyJob

# How much longer than its deadline a running job may take before the engine counts as hung.
HUNG_AFTER_S = 10.0
# How long loading and compiling may take before they count as hung, where nothing else is set.
LOAD_DEADLINE_S = 1800.0


def find_hang(preparation: Preparation, running: Sequence[AnyJob], load_deadline_s: float) -> str | None:
    """A sentence on what does not end; None while all is well. Jobs of one batch last as long as the most patient."""
    began_at = preparation.began_at
    if began_at is not None:
        is_late = time.monotonic() > began_at + load_deadline_s
        return f"Loading or compiling takes more than {load_deadline_s:g} s." if is_late else None
    due_at = max((_find_due_time(job, preparation.ended_at) for job in running), default=float("inf"))
    is_late = time.monotonic() > due_at + HUNG_AFTER_S
    return "A generation does not end; the engine hangs." if is_late else None


def _find_due_time(job: AnyJob, prepared_at: float) -> float:
    """Its deadline; but a job that loaded or compiled first hears only after that whether it is too late."""
    has_prepared = job.started_at is not None and prepared_at > job.started_at
    return max(job.deadline_at, prepared_at) if has_prepared else job.deadline_at
