"""What follows from an attempt at a delivery: done, again later, or a person's turn."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import sqlalchemy as sa

from boothkit.clock import now
from boothkit.logs import get_logger
from service_bridge.clients.outcomes import Outcome, Verdict
from service_bridge.settings import MemorialSettings, PolicySettings
from service_bridge.store.database import Database
from service_bridge.store.deliveries import find_delivery, list_waiting, update_delivery
from service_bridge.store.visits import find_parts, set_state
from service_bridge.visits.backoff import asked_for_s, backoff_s
from service_bridge.visits.moves import can_move
from service_bridge.visits.planning import next_revision, picture_wait_s
from service_bridge.visits.records import Delivery, VisitParts
from service_bridge.visits.states import WAITS_FOR_SERVICE, Cause, DeliveryState, VisitState
from service_bridge.workflow.scheduling import Scheduler

# After one success the service is back: that many more are let go at once, and each of them lets go as many.
_WAKE_AT_ONCE = 4
_WAKE_SPREAD_S = 1.0
_STOPPED = {Verdict.REJECTED: DeliveryState.REJECTED, Verdict.QUARANTINED: DeliveryState.QUARANTINED}
_log = get_logger(__name__)


class Settler:
    """Writes the outcome of an attempt and schedules what follows, in one transaction."""

    def __init__(
        self, database: Database, scheduler: Scheduler, settings: MemorialSettings, policy: PolicySettings
    ) -> None:
        self._database = database
        self._scheduler = scheduler
        self._settings = settings
        self._policy = policy
        self._random = Random()

    def settle(self, visit_id: str, revision: int, attempt: int, outcome: Outcome) -> list[str]:
        """Apply an outcome; returns the visits that changed. A success counts whichever attempt brought it."""
        with self._database.write() as connection:
            delivery = find_delivery(connection, visit_id, revision)
            parts = find_parts(connection, visit_id)
            if delivery is None or parts is None or delivery.state is DeliveryState.DELIVERED:
                return []
            if outcome.verdict is Verdict.DELIVERED:
                return [visit_id, *self._complete(connection, delivery, parts)]
            if delivery.attempt == attempt:
                self._postpone(connection, delivery, parts, outcome)
        return [visit_id]

    def _complete(self, connection: sa.Connection, delivery: Delivery, parts: VisitParts) -> list[str]:
        moment = now()
        update_delivery(
            connection,
            replace(
                delivery,
                state=DeliveryState.DELIVERED,
                tries=delivery.tries + 1,
                delivered_at=moment,
                next_attempt_at=None,
                cause=None,
            ),
        )
        if can_move(parts.visit.state, VisitState.DELIVERED):
            set_state(connection, delivery.visit_id, VisitState.DELIVERED)
        self._start_next_revision(connection, delivery.visit_id)
        _log.info(
            "The memory is delivered.",
            action="deliver.delivered",
            visit_id=delivery.visit_id,
            revision=delivery.revision,
            tries=delivery.tries + 1,
        )
        return self._wake_others(connection)

    def _start_next_revision(self, connection: sa.Connection, visit_id: str) -> None:
        parts = find_parts(connection, visit_id)
        revision = next_revision(parts) if parts else None
        if revision is not None:
            self._scheduler.start_delivery(connection, visit_id, revision)

    def _wake_others(self, connection: sa.Connection) -> list[str]:
        """Let a few deliveries go that wait for the very service that has just answered."""
        woken = list_waiting(connection, WAITS_FOR_SERVICE, _WAKE_AT_ONCE)
        for delivery in woken:
            delay_s = self._random.uniform(0.0, _WAKE_SPREAD_S)
            self._scheduler.again_delivery(connection, delivery, delay_s=delay_s)
        return [delivery.visit_id for delivery in woken]

    def _postpone(self, connection: sa.Connection, delivery: Delivery, parts: VisitParts, outcome: Outcome) -> None:
        if outcome.cause is Cause.PICTURE_PENDING:
            wait_s = picture_wait_s(parts, patience_s=self._policy.generation_patience_s, now=now())
            self._scheduler.again_delivery(connection, delivery, delay_s=wait_s, cause=outcome.cause)
            return
        tried = replace(delivery, tries=delivery.tries + 1)
        if outcome.verdict in _STOPPED:
            self._stop(connection, tried, outcome)
            return
        delay_s = self._delay_s(tried, outcome)
        self._scheduler.again_delivery(connection, tried, delay_s=delay_s, cause=outcome.cause)
        report = _log.error if outcome.verdict is Verdict.REFUSED else _log.warning
        report(
            "A delivery has to wait.",
            action=f"deliver.{outcome.verdict.value}",
            visit_id=delivery.visit_id,
            cause=outcome.cause and outcome.cause.value,
            tries=tried.tries,
            delay_s=round(delay_s, 1),
        )

    def _stop(self, connection: sa.Connection, delivery: Delivery, outcome: Outcome) -> None:
        stopped = replace(delivery, state=_STOPPED[outcome.verdict], next_attempt_at=None, cause=outcome.cause)
        update_delivery(connection, stopped)
        _log.error(
            "A delivery has stopped and needs a person.",
            action=f"deliver.{outcome.verdict.value}",
            visit_id=delivery.visit_id,
            cause=outcome.cause and outcome.cause.value,
        )

    def _delay_s(self, delivery: Delivery, outcome: Outcome) -> float:
        settings = self._settings
        if outcome.verdict is Verdict.REFUSED:
            return settings.refused_retry_s * self._random.uniform(1.0, 1.25)
        if outcome.retry_after_s is not None:
            asked = asked_for_s(outcome.retry_after_s, cap_s=settings.retry_cap_s, random=self._random)
            return max(asked, 0.05)
        return backoff_s(delivery.tries, base_s=settings.retry_base_s, cap_s=settings.retry_cap_s, random=self._random)
