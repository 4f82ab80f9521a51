"""A job of the studio: its states and the moves between them. No files, no processes, no clock."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

JobKind = Literal["prepare", "captions", "train", "evaluate", "publish", "rollback", "withdraw"]
JobState = Literal["queued", "running", "stopping", "done", "stopped", "failed"]

HEAVY: frozenset[JobKind] = frozenset({"train", "evaluate"})
"""Kinds that need the whole machine: one of them runs at a time."""
INTERRUPTED_CODE = 3
"""What the heavy commands end with when a signal stopped them; then everything that was done is saved."""
MAX_ATTEMPTS = 5
"""So often is an interrupted job begun anew without getting any further."""

Command = tuple[str, ...]


class WrongMoveError(Exception):
    """The job is not in a state from which this can happen."""


class Job(BaseModel):
    """One job: the commands of `memorial-booth style` that it runs, one after the other, and how far it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    job_id: str
    kind: JobKind
    commands: tuple[Command, ...] = Field(min_length=1)
    state: JobState = "queued"
    queued_at: str
    ended_at: str | None = None
    exit_code: int | None = None
    attempts: int = Field(0, ge=0, description="Starts since it last got further.")
    reached_step: int = Field(0, ge=0, description="Step of the training at the last start.")

    @property
    def is_active(self) -> bool:
        """True while it waits or runs."""
        return self.state in ("queued", "running", "stopping")

    @property
    def has_process(self) -> bool:
        """True while a process of it should be there."""
        return self.state in ("running", "stopping")


def begin(job: Job, *, step: int) -> Job:
    """The job is started; `step` is how far an earlier start got. Raises WrongMoveError."""
    _check(job, "queued")
    attempts = job.attempts + 1 if step <= job.reached_step else 1
    return job.model_copy(update={"state": "running", "attempts": attempts, "reached_step": step})


def ask_to_stop(job: Job, *, moment: str) -> Job:
    """Staff want it to end: at once when it only waits, else when its process has saved. Raises WrongMoveError."""
    if job.state == "queued":
        return job.model_copy(update={"state": "stopped", "ended_at": moment})
    _check(job, "running")
    return job.model_copy(update={"state": "stopping"})


def settle(job: Job, exit_code: int | None, *, step: int, moment: str) -> Job:
    """Its process is gone; None for one that left no exit code because it was killed. Raises WrongMoveError.

    What was interrupted by anything but staff waits for its next start, unless it never gets any further.
    """
    _check(job, "running", "stopping")
    ended = {"ended_at": moment, "exit_code": exit_code}
    if exit_code == 0:
        return job.model_copy(update={**ended, "state": "done"})
    if job.state == "stopping":
        return job.model_copy(update={**ended, "state": "stopped"})
    is_interrupted = exit_code is None or exit_code < 0 or (job.kind in HEAVY and exit_code == INTERRUPTED_CODE)
    if is_interrupted and (job.attempts < MAX_ATTEMPTS or step > job.reached_step):
        return job.model_copy(update={"state": "queued"})
    return job.model_copy(update={**ended, "state": "failed"})


def _check(job: Job, *states: JobState) -> None:
    if job.state not in states:
        raise WrongMoveError(f"a {job.state} job cannot do this")
