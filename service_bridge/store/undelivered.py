"""What staff and metrics ask: which memories have not arrived yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from service_bridge.store import rows, tables
from service_bridge.visits.states import DeliveryState

_DELIVERIES, _FINISHES, _VISITS = tables.deliveries, tables.finishes, tables.visits


@dataclass(frozen=True)
class Undelivered:
    """A revision that has not been received."""

    visit_id: str
    receipt_code: str
    memorial_id: str
    revision: int
    state: DeliveryState
    finished_at: datetime
    tries: int
    next_attempt_at: datetime | None
    cause: str | None


def list_undelivered(connection: sa.Connection, limit: int) -> list[Undelivered]:
    """Revisions on their way or stopped, oldest finish first."""
    chosen = (
        sa.select(
            _DELIVERIES.c.visit_id,
            _FINISHES.c.receipt_code,
            _VISITS.c.memorial_id,
            _DELIVERIES.c.revision,
            _DELIVERIES.c.state,
            _FINISHES.c.finished_at,
            _DELIVERIES.c.tries,
            _DELIVERIES.c.next_attempt_at,
            _DELIVERIES.c.cause,
        )
        .join(_FINISHES, _FINISHES.c.visit_id == _DELIVERIES.c.visit_id)
        .join(_VISITS, _VISITS.c.visit_id == _DELIVERIES.c.visit_id)
        .where(_DELIVERIES.c.state != DeliveryState.DELIVERED)
        .order_by(_FINISHES.c.finished_at)
        .limit(limit)
    )
    return rows.list_all(connection, Undelivered, chosen)


def count_undelivered(connection: sa.Connection) -> tuple[int, datetime | None]:
    """How many revisions have not been received, and when the oldest of them was finished."""
    chosen = (
        sa.select(sa.func.count(), sa.func.min(_FINISHES.c.finished_at))
        .select_from(_DELIVERIES)
        .join(_FINISHES, _FINISHES.c.visit_id == _DELIVERIES.c.visit_id)
        .where(_DELIVERIES.c.state != DeliveryState.DELIVERED)
    )
    count, oldest = connection.execute(chosen).one()
    return count, oldest
