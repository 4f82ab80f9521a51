"""Queries on visits as a whole."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from service_bridge.store import rows, tables
from service_bridge.store.deliveries import find_newest_delivery
from service_bridge.store.generations import find_newest_generation
from service_bridge.store.voices import find_voice
from service_bridge.visits.records import Finish, Visit, VisitParts
from service_bridge.visits.states import DeliveryState, VisitState, VoiceKind


def find_visit(connection: sa.Connection, visit_id: str) -> Visit | None:
    """The visit's own row."""
    return rows.find_one(connection, Visit, sa.select(tables.visits).where(tables.visits.c.visit_id == visit_id))


def find_finish(connection: sa.Connection, visit_id: str) -> Finish | None:
    """What the visitor left behind."""
    table = tables.finishes
    return rows.find_one(connection, Finish, sa.select(table).where(table.c.visit_id == visit_id))


def find_parts(connection: sa.Connection, visit_id: str) -> VisitParts | None:
    """Everything known of a visit, or None when there is no such visit."""
    visit = find_visit(connection, visit_id)
    if visit is None:
        return None
    return VisitParts(
        visit=visit,
        generation=find_newest_generation(connection, visit_id),
        speech=find_voice(connection, visit_id, VoiceKind.SPEECH),
        recording=find_voice(connection, visit_id, VoiceKind.RECORDING),
        finish=find_finish(connection, visit_id),
        delivery=find_newest_delivery(connection, visit_id),
    )


def add_visit(connection: sa.Connection, visit: Visit) -> None:
    """Insert a new visit."""
    rows.insert(connection, tables.visits, visit)


def set_state(connection: sa.Connection, visit_id: str, state: VisitState) -> None:
    """Write a visit's state; the caller has checked the move."""
    connection.execute(sa.update(tables.visits).where(tables.visits.c.visit_id == visit_id).values(state=state))


def add_finish(connection: sa.Connection, finish: Finish) -> None:
    """Insert what the visitor left behind."""
    rows.insert(connection, tables.finishes, finish)


def list_abandoned(connection: sa.Connection, saved_before: datetime, limit: int) -> list[str]:
    """Ids of visits that were captured before a moment and never finished."""
    table = tables.visits
    chosen = sa.select(table.c.visit_id).where(table.c.state == VisitState.CAPTURED, table.c.saved_at < saved_before)
    return list(connection.execute(chosen.order_by(table.c.saved_at).limit(limit)).scalars())


def list_delivered(connection: sa.Connection, delivered_before: datetime, limit: int) -> list[str]:
    """Ids of delivered visits whose every revision was received before a moment."""
    visits, deliveries = tables.visits, tables.deliveries
    is_young = sa.or_(
        deliveries.c.state != DeliveryState.DELIVERED,
        deliveries.c.delivered_at >= delivered_before,
    )
    has_young = sa.exists().where(deliveries.c.visit_id == visits.c.visit_id, is_young)
    chosen = sa.select(visits.c.visit_id).where(visits.c.state == VisitState.DELIVERED, ~has_young)
    return list(connection.execute(chosen.order_by(visits.c.saved_at).limit(limit)).scalars())


def count_by_state(connection: sa.Connection) -> dict[str, int]:
    """How many visits there are in each state."""
    counted = sa.select(tables.visits.c.state, sa.func.count()).group_by(tables.visits.c.state)
    counts = {state.value: count for state, count in connection.execute(counted)}
    return {state.value: counts.get(state.value, 0) for state in VisitState}
