"""Repair of what a crash, a full disk or a jump of the clock left behind. It starts work again and never does it."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from boothkit.clock import now
from boothkit.logs import get_logger
from service_bridge.settings import GeneratorSettings, MemorialSettings, PolicySettings, WorkflowSettings
from service_bridge.store import deliveries, generations
from service_bridge.store.database import Database
from service_bridge.visits.records import Delivery, Generation
from service_bridge.workflow.clock_watch import ClockWatch
from service_bridge.workflow.engine import Engine
from service_bridge.workflow.scheduling import Scheduler, delivery_workflow_id, generation_workflow_id

_AT_ONCE = 200
# Jitter may lengthen a wait by a quarter; what lies further ahead than that was written under another time.
_SLACK = 1.5
_log = get_logger(__name__)


class Reconciler:
    """Holds the rows, which are true, against the workflows, which should be serving them."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        scheduler: Scheduler,
        clock_watch: ClockWatch,
        *,
        workflow: WorkflowSettings,
        longest_wait_s: float,
    ) -> None:
        self._database = database
        self._engine = engine
        self._scheduler = scheduler
        self._clock_watch = clock_watch
        self._settings = workflow
        self._longest_wait_s = longest_wait_s

    def run(self) -> None:
        """One round of all repairs."""
        if jump_s := self._clock_watch.look():
            _log.error("The clock jumped.", action="clock.jumped", seconds=round(jump_s))
        self._resume_orphans()
        self._restart_idle()
        self._pull_in_postponed()

    def forget_finished(self) -> None:
        """Delete records of workflows that ended long ago; the visits' own rows keep what matters."""
        self._engine.delete_finished(now() - timedelta(seconds=self._settings.keep_finished_s))

    def _resume_orphans(self) -> None:
        """A workflow that is called running and that nobody runs: its thread died on a full disk."""
        for workflow_id in self._engine.list_orphans(now() - timedelta(seconds=self._settings.stale_after_s)):
            self._engine.resume(workflow_id)
            _log.warning("Stuck work goes on.", action="reconciler.resumed", workflow_id=workflow_id)

    def _restart_idle(self) -> None:
        """A row that is due and that no living workflow serves."""
        limit = now() - timedelta(seconds=self._settings.stale_after_s)
        with self._database.read() as connection:
            pictures = generations.list_due(connection, limit, _AT_ONCE)
            memories = deliveries.list_due(connection, limit, _AT_ONCE)
        live = self._engine.find_live([*map(generation_workflow_id, pictures), *map(delivery_workflow_id, memories)])
        self._restart(
            [row for row in pictures if generation_workflow_id(row) not in live],
            [row for row in memories if delivery_workflow_id(row) not in live],
        )

    def _pull_in_postponed(self) -> None:
        """A row whose next attempt lies further ahead than any wait: it was written before the clock went back."""
        limit = now() + timedelta(seconds=self._longest_wait_s * _SLACK)
        with self._database.read() as connection:
            pictures = generations.list_postponed(connection, limit, _AT_ONCE)
            memories = deliveries.list_postponed(connection, limit, _AT_ONCE)
        for workflow_id in [*map(generation_workflow_id, pictures), *map(delivery_workflow_id, memories)]:
            self._engine.cancel(workflow_id)
        self._restart(pictures, memories)

    def _restart(self, pictures: list[Generation], memories: list[Delivery]) -> None:
        if not pictures and not memories:
            return
        with self._database.write() as connection:
            for picture in pictures:
                self._restart_picture(connection, picture)
            for memory in memories:
                self._restart_memory(connection, memory)

    def _restart_picture(self, connection: sa.Connection, seen: Generation) -> None:
        if generations.find_generation(connection, seen.visit_id, seen.number) == seen:
            self._scheduler.again_generation(connection, seen)
            _log.warning("An idle picture is tried again.", action="reconciler.restarted", visit_id=seen.visit_id)

    def _restart_memory(self, connection: sa.Connection, seen: Delivery) -> None:
        if deliveries.find_delivery(connection, seen.visit_id, seen.revision) == seen:
            self._scheduler.again_delivery(connection, seen)
            _log.warning("An idle delivery is tried again.", action="reconciler.restarted", visit_id=seen.visit_id)


def longest_wait_s(generator: GeneratorSettings, memorial: MemorialSettings, policy: PolicySettings) -> float:
    """The longest time that anything waits for its next attempt."""
    return max(generator.retry_cap_s, memorial.retry_cap_s, memorial.refused_retry_s, policy.generation_patience_s)
