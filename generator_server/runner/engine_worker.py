"""The workers of the engines, which may make several visitors' pictures at once, and the studio's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from boothkit.logs import get_logger
from generator_server.diffusion.failures import DeviceFullError, DeviceLostError
from generator_server.engines import Engine, GenerationRequest, Output, Progress
from generator_server.engines.holding import HoldingEngine, JoinRules
from generator_server.runner.gentler import Report, make_in_likeness
from generator_server.runner.hanging import LOAD_DEADLINE_S
from generator_server.runner.job import GenerationJob, StudioJob
from generator_server.runner.joining import JointRun, count_pictures, find_companions, share_outputs
from generator_server.runner.policy import generate_with_retry
from generator_server.runner.worker import Worker

_log = get_logger(__name__)


class EngineWorker(Worker[GenerationJob]):
    """Runs one engine's generations; those that wait and want the same in one batch, where the engine allows it."""

    def __init__(
        self,
        engine: Engine,
        *,
        size: int,
        observe: Callable[[GenerationJob, float], None] | None = None,
        load_deadline_s: float = LOAD_DEADLINE_S,
    ) -> None:
        holding = engine if isinstance(engine, HoldingEngine) else None
        super().__init__(
            engine.name,
            size=size,
            observe=observe,
            load_deadline_s=load_deadline_s,
            idle_s=holding.idle_unload_s if holding else None,
            preparation=holding.preparation if holding else None,
        )
        self.engine = engine
        self._holding = holding
        # Batches of more pictures have filled the device's memory once.
        self._most_joined: int | None = None
        self._made: dict[str, tuple[Output, ...]] = {}
        self._has_lost_device = False

    def find_hang(self) -> str | None:
        """Also what a new process alone can mend: a device that failed while it worked."""
        return "The graphics device has failed." if self._has_lost_device else super().find_hang()

    def _prepare(self) -> None:
        self.engine.load()

    def _perform(self, job: GenerationJob) -> tuple[Output, ...]:
        """The job's pictures; those of a batch are there already, and what comes after them is made alone."""
        made = self._made.pop(job.task_id, None)

        def make(request: GenerationRequest, report: Report) -> tuple[Output, ...]:
            nonlocal made
            first, made = made, None
            try:
                return first or generate_with_retry(self.engine, request, report, job.should_stop)
            except DeviceLostError:
                self._has_lost_device = True
                raise

        return make_in_likeness(make, job.request, job.note)

    def _rest(self) -> str:
        if self._holding is None or not self._holding.has_weights:
            return ""
        self._holding.rest()
        return f"No work for {self._idle_s:g} s: its weights have left the memory; the next request loads them."

    def _gather(self, first: GenerationJob) -> tuple[GenerationJob, ...]:
        """Companions that wait already; only where there are some, others are waited for as well."""
        rules = self._holding.join_rules if self._holding else JoinRules()
        most = min(rules.most_pictures, self._most_joined or rules.most_pictures)

        def find() -> tuple[GenerationJob, ...]:
            return find_companions(first, self._waiting, most)

        def is_full() -> bool:
            return self._is_closed or count_pictures((first, *find())) >= most

        found = find()
        if found and rules.window_s > 0:
            self._changed.wait_for(is_full, rules.window_s)
            found = find()
        return found

    def _run(self, jobs: tuple[GenerationJob, ...]) -> None:
        if len(jobs) > 1:
            try:
                self._make_jointly(jobs)
            except Exception as error:  # noqa: BLE001 - each job then meets its own error, or none, alone
                self._part(jobs, error)
                return
        super()._run(tuple(job for job in jobs if job.state == "running"))
        self._made = {}

    def _make_jointly(self, jobs: tuple[GenerationJob, ...]) -> None:
        def end_stopped(job: GenerationJob) -> None:
            with self._changed:
                self._finish(job, None, self._explain_stop(job))

        joint = JointRun(jobs, end_stopped)
        outputs = self.engine.generate(joint.request, joint.report, joint.should_stop)
        shares = share_outputs(outputs, jobs)
        self._made = {job.task_id: share for job, share in zip(jobs, shares, strict=True)}

    def _part(self, jobs: tuple[GenerationJob, ...], error: Exception) -> None:
        """Put those who still wait for a picture back at the head of the queue, each to be made alone."""
        if isinstance(error, DeviceFullError):
            self._most_joined = max(1, count_pictures(jobs) // 2)
            self.engine.recover("memory")
        with self._changed:
            rest = [job for job in jobs if job.state == "running"]
            for job in reversed(rest):
                job.state, job.started_at, job.may_join = "queued", None, False
                job.progress = Progress(0.0)
                self._waiting.appendleft(job)
            self._running = ()
        if rest:
            _log.warning(
                "A batch falls apart; its pictures are made one request at a time.",
                action="batch.parted",
                engine=self.name,
                task_ids=[job.task_id for job in rest],
                reason=repr(error),
            )


class StudioWorker(Worker[StudioJob[Any]]):
    """Runs what is no generation, beside the engines, so that a long clip keeps no visitor's picture waiting."""

    def _prepare(self) -> None:
        """Nothing: the painter is warmed by its engine."""

    def _perform(self, job: StudioJob[Any]) -> Any:
        return job.perform(job.note, job.should_stop)
