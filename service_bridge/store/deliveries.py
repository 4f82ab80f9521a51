"""Queries on revisions on their way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from service_bridge.store import rows, tables
from service_bridge.visits.records import Delivery
from service_bridge.visits.states import PENDING_DELIVERY, Cause, DeliveryState

_TABLE = tables.deliveries


def find_delivery(connection: sa.Connection, visit_id: str, revision: int) -> Delivery | None:
    """One revision of a visit."""
    chosen = sa.select(_TABLE).where(_TABLE.c.visit_id == visit_id, _TABLE.c.revision == revision)
    return rows.find_one(connection, Delivery, chosen)


def find_newest_delivery(connection: sa.Connection, visit_id: str) -> Delivery | None:
    """The last revision of a visit."""
    chosen = sa.select(_TABLE).where(_TABLE.c.visit_id == visit_id).order_by(_TABLE.c.revision.desc()).limit(1)
    return rows.find_one(connection, Delivery, chosen)


def add_delivery(connection: sa.Connection, delivery: Delivery) -> None:
    """Insert a new revision."""
    rows.insert(connection, _TABLE, delivery)


def update_delivery(connection: sa.Connection, delivery: Delivery) -> None:
    """Write a revision's record over its row."""
    rows.update(connection, _TABLE, delivery)


def list_due(connection: sa.Connection, due_before: datetime, limit: int) -> list[Delivery]:
    """Revisions that should have been tried again by a moment, or never were given one."""
    is_due = sa.or_(_TABLE.c.next_attempt_at < due_before, _TABLE.c.next_attempt_at.is_(None))
    chosen = sa.select(_TABLE).where(rows.columns_in(_TABLE.c.state, PENDING_DELIVERY), is_due)
    return rows.list_all(connection, Delivery, chosen.order_by(_TABLE.c.next_attempt_at).limit(limit))


def list_postponed(connection: sa.Connection, later_than: datetime, limit: int) -> list[Delivery]:
    """Revisions whose next attempt lies further ahead than it ever should."""
    chosen = sa.select(_TABLE).where(
        rows.columns_in(_TABLE.c.state, PENDING_DELIVERY), _TABLE.c.next_attempt_at > later_than
    )
    return rows.list_all(connection, Delivery, chosen.limit(limit))


def list_waiting(connection: sa.Connection, causes: Iterable[Cause], limit: int) -> list[Delivery]:
    """Revisions that wait for one of the causes to pass, those first that have waited longest."""
    chosen = sa.select(_TABLE).where(_TABLE.c.state == DeliveryState.WAITING, rows.columns_in(_TABLE.c.cause, causes))
    return rows.list_all(connection, Delivery, chosen.order_by(_TABLE.c.created_at).limit(limit))
