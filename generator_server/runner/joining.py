"""Requests of several visitors in one batch: which go together, and whose each made picture is.

Two requests go together when they differ in nothing but their task, seeds and photographs; a picture does not depend
on those made with it. Each job keeps its own progress, deadline and cancellation: one that stops is answered at once,
and its row of the batch is thrown away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np

from generator_server.engines import GenerationRequest, Output, Progress
from generator_server.runner.job import GenerationJob

# Fields with one value for each picture; what is the same for all pictures must be the same for all requests.
PER_PICTURE = frozenset({"seeds", "variation_seeds", "init_images"})
_OWN = PER_PICTURE | {"task_id"}
End = Callable[[GenerationJob], None]


def find_companions(
    first: GenerationJob, waiting: Iterable[GenerationJob], most_pictures: int
) -> tuple[GenerationJob, ...]:
    """The waiting jobs, in their order, that can be made with `first` in a batch of at most so many pictures."""
    chosen: list[GenerationJob] = []
    room = most_pictures - len(first.request.seeds)
    if not first.may_join:
        return ()
    for job in waiting:
        fits = job.may_join and len(job.request.seeds) <= room and not job.should_stop()
        if fits and is_alike(first.request, job.request):
            chosen.append(job)
            room -= len(job.request.seeds)
    return tuple(chosen)


def count_pictures(jobs: Iterable[GenerationJob]) -> int:
    """How many pictures these jobs want in all."""
    return sum(len(job.request.seeds) for job in jobs)


def is_alike(left: GenerationRequest, right: GenerationRequest) -> bool:
    """True when one batch can make both: all that is not said for each picture alone is equal."""
    if bool(left.init_images) != bool(right.init_images) or bool(left.variation_seeds) != bool(right.variation_seeds):
        return False
    names = (field.name for field in fields(GenerationRequest) if field.name not in _OWN)
    return all(_is_equal(getattr(left, name), getattr(right, name)) for name in names)


def _is_equal(left: Any, right: Any) -> bool:
    """Equality that knows arrays, also inside tuples and records."""
    if left is right:
        return True
    if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
        return np.array_equal(left, right)
    if type(left) is not type(right):
        return False
    if isinstance(left, tuple):
        return len(left) == len(right) and all(map(_is_equal, left, right))
    if is_dataclass(left):
        return all(_is_equal(getattr(left, item.name), getattr(right, item.name)) for item in fields(left))
    return bool(left == right)


def join_requests(requests: Sequence[GenerationRequest]) -> GenerationRequest:
    """One request for the pictures of all; `is_alike` holds for each pair."""
    seeds = tuple(seed for request in requests for seed in request.seeds)
    photos = tuple(
        request.get_init_image(number)
        for request in requests
        if request.init_images
        for number in range(len(request.seeds))
    )
    variation = tuple(seed for request in requests for seed in request.variation_seeds)
    return replace(requests[0], seeds=seeds, variation_seeds=variation, init_images=photos)


def share_outputs(outputs: Sequence[Output], jobs: Sequence[GenerationJob]) -> list[tuple[Output, ...]]:
    """Each job's own pictures out of those of the joined request."""
    shares, start = [], 0
    for job in jobs:
        end = start + len(job.request.seeds)
        shares.append(tuple(outputs[start:end]))
        start = end
    return shares


class JointRun:
    """What an engine is told and asked while it makes the pictures of several jobs at once."""

    def __init__(self, jobs: Sequence[GenerationJob], end_stopped: End) -> None:
        self._jobs = tuple(jobs)
        self._end_stopped = end_stopped
        self.request = join_requests([job.request for job in jobs])

    def report(self, progress: Progress) -> None:
        """All have come equally far. Each is shown the previews of its own pictures: nobody may see another's."""
        start = 0
        for job in self._jobs:
            end = start + len(job.request.seeds)
            if job.state == "running":
                own = {place - start: seen for place, seen in progress.previews.items() if start <= place < end}
                job.note(replace(progress, previews=own))
            start = end

    def should_stop(self) -> bool:
        """Answer those that stop; True when nobody waits for a picture any more."""
        for job in self._jobs:
            if job.state == "running" and job.should_stop():
                self._end_stopped(job)
        return all(job.state != "running" for job in self._jobs)
