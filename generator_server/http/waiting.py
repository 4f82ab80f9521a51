"""Queueing work and waiting for it as long as its client does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, TypeVar

from starlette.requests import Request

from boothkit.ids import new_id
from generator_server.engines.painting import follow, translate_errors
from generator_server.errors import EngineUnavailableError, GenerationCancelledError, GenerationTimeoutError
from generator_server.http.services import Services
from generator_server.runner import Job, StudioJob, Worker
from generator_server.runner.job import IsCancelled, Report

# Work stops by itself at the deadline; waiting a little longer gives its own words a chance.
GRACE_S = 5.0
T = TypeVar("T")


async def run_job(job: Job[T], worker: Worker[Any], request: Request) -> T:
    """What the job makes, unless the client hangs up or the work hangs first; the job is then cancelled.

    Raises the queue's errors, GenerationCancelledError, GenerationTimeoutError, and what the job itself raises.
    """
    worker.submit(job)
    result = asyncio.wrap_future(job.future)
    leaving = asyncio.ensure_future(_wait_until_gone(request))
    either: set[asyncio.Future[Any]] = {result, leaving}
    try:
        await asyncio.wait(either, timeout=job.remaining_s + GRACE_S, return_when=asyncio.FIRST_COMPLETED)
        if result.done():
            return result.result()
        if leaving.done():
            raise GenerationCancelledError
        raise GenerationTimeoutError(deadline_s=round(job.deadline_at - job.submitted_at))
    except asyncio.CancelledError:
        # The server is told to stop and its grace is over. 503 lets the client ask another generator; left alone,
        # the cancellation would become a 500.
        raise EngineUnavailableError(engine=worker.name, retry_after_s=2) from None
    finally:
        leaving.cancel()
        if not result.done():
            result.cancel()
            worker.cancel(job.task_id)


async def run_in_studio(
    make: Callable[[Callable[[float], None]], T], task_id: str, request: Request, here: Services
) -> T:
    """What `make` makes in the studio's thread, called with a listener for its progress, 0-1. Raises as `run_job`."""

    def perform(report: Report, is_cancelled: IsCancelled) -> T:
        with translate_errors():
            return make(follow(report, is_cancelled))

    deadline_at = time.monotonic() + here.settings.studio.deadline_s
    job = StudioJob(task_id=task_id or new_id(), deadline_at=deadline_at, perform=perform)
    return await run_job(job, here.studio, request)


async def _wait_until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
