"""Taking a visit out of the database for good, with a stone in its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from service_bridge.store import rows, tables
from service_bridge.visits.states import VisitState


@dataclass(frozen=True)
class Tombstone:
    """What remains of an erased visit: that it was, when it went, and why. No content."""

    visit_id: str
    booth_id: str
    state: VisitState
    reason: str
    erased_at: datetime


def find_tombstone(connection: sa.Connection, visit_id: str) -> Tombstone | None:
    """The stone of an erased visit, or None."""
    table = tables.tombstones
    return rows.find_one(connection, Tombstone, sa.select(table).where(table.c.visit_id == visit_id))


def bury(connection: sa.Connection, tombstone: Tombstone) -> None:
    """Delete a visit with all its parts and set its stone."""
    connection.execute(sa.delete(tables.visits).where(tables.visits.c.visit_id == tombstone.visit_id))
    rows.insert(connection, tables.tombstones, tombstone)
