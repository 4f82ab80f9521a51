"""The one way by which work is started, also again: a new attempt, written and enqueued in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from boothkit.clock import now
from service_bridge.store.deliveries import add_delivery, update_delivery
from service_bridge.store.generations import add_generation, update_generation
from service_bridge.visits.records import Delivery, Generation
from service_bridge.visits.states import Cause, DeliveryState, GenerationState
from service_bridge.workflow.engine import Engine, Job

GENERATE = "generate"
DELIVER = "deliver"


def generation_workflow_id(generation: Generation) -> str:
    """Id of the workflow that makes a picture, for its present attempt."""
    suffix = "" if (generation.number, generation.attempt) == (1, 1) else f":{generation.number}:{generation.attempt}"
    return f"{GENERATE}:{generation.visit_id}{suffix}"


def delivery_workflow_id(delivery: Delivery) -> str:
    """Id of the workflow that delivers a revision, for its present attempt."""
    suffix = "" if delivery.attempt == 1 else f":{delivery.attempt}"
    return f"{DELIVER}:{delivery.visit_id}:{delivery.revision}{suffix}"


class Scheduler:
    """Starts attempts. A new attempt replaces the one before it, which then ends at its next step."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def start_generation(self, connection: sa.Connection, generation: Generation) -> None:
        """Insert a new picture to be made and its first workflow."""
        first = replace(generation, attempt=1, state=GenerationState.QUEUED, next_attempt_at=now())
        add_generation(connection, first)
        self._enqueue_generation(connection, first, None)

    def start_delivery(self, connection: sa.Connection, visit_id: str, revision: int) -> None:
        """Insert a new revision and its first workflow."""
        moment = now()
        first = Delivery(
            visit_id=visit_id,
            revision=revision,
            state=DeliveryState.QUEUED,
            attempt=1,
            tries=0,
            next_attempt_at=moment,
            cause=None,
            manifest=None,
            digest=None,
            has_picture=False,
            created_at=moment,
            delivered_at=None,
        )
        add_delivery(connection, first)
        self._enqueue_delivery(connection, first, None)

    def again_generation(
        self, connection: sa.Connection, generation: Generation, *, delay_s: float = 0.0, cause: Cause | None = None
    ) -> None:
        """Try a picture again after a delay, 0 for at once."""
        state = GenerationState.WAITING if delay_s else GenerationState.QUEUED
        following = replace(
            generation,
            state=state,
            attempt=generation.attempt + 1,
            next_attempt_at=now() + timedelta(seconds=delay_s),
            cause=cause,
        )
        update_generation(connection, following)
        self._enqueue_generation(connection, following, delay_s or None)

    def again_delivery(
        self, connection: sa.Connection, delivery: Delivery, *, delay_s: float = 0.0, cause: Cause | None = None
    ) -> None:
        """Try a revision again after a delay, 0 for at once."""
        state = DeliveryState.WAITING if delay_s else DeliveryState.QUEUED
        following = replace(
            delivery,
            state=state,
            attempt=delivery.attempt + 1,
            next_attempt_at=now() + timedelta(seconds=delay_s),
            cause=cause,
        )
        update_delivery(connection, following)
        self._enqueue_delivery(connection, following, delay_s or None)

    def _enqueue_generation(self, connection: sa.Connection, generation: Generation, delay_s: float | None) -> None:
        arguments = (generation.visit_id, generation.number, generation.attempt)
        job = Job(GENERATE, GENERATE, generation_workflow_id(generation), arguments, delay_s)
        self._engine.enqueue(connection, job)

    def _enqueue_delivery(self, connection: sa.Connection, delivery: Delivery, delay_s: float | None) -> None:
        arguments = (delivery.visit_id, delivery.revision, delivery.attempt)
        job = Job(DELIVER, DELIVER, delivery_workflow_id(delivery), arguments, delay_s)
        self._engine.enqueue(connection, job)
