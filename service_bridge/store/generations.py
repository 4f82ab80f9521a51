"""Queries on pictures that were asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from service_bridge.store import rows, tables
from service_bridge.visits.records import Generation
from service_bridge.visits.states import PENDING_GENERATION, GenerationState, VisitState

_TABLE = tables.generations


def find_generation(connection: sa.Connection, visit_id: str, number: int) -> Generation | None:
    """One picture of a visit."""
    chosen = sa.select(_TABLE).where(_TABLE.c.visit_id == visit_id, _TABLE.c.number == number)
    return rows.find_one(connection, Generation, chosen)


def find_newest_generation(connection: sa.Connection, visit_id: str) -> Generation | None:
    """The picture that was asked for last."""
    chosen = sa.select(_TABLE).where(_TABLE.c.visit_id == visit_id).order_by(_TABLE.c.number.desc()).limit(1)
    return rows.find_one(connection, Generation, chosen)


def add_generation(connection: sa.Connection, generation: Generation) -> None:
    """Insert a new picture to be made."""
    rows.insert(connection, _TABLE, generation)


def update_generation(connection: sa.Connection, generation: Generation) -> None:
    """Write a picture's record over its row."""
    rows.update(connection, _TABLE, generation)


def has_output(connection: sa.Connection, visit_id: str, sha256: str) -> bool:
    """True when a picture of this visit has this content."""
    chosen = sa.select(sa.exists().where(_TABLE.c.visit_id == visit_id, _TABLE.c.output_sha256 == sha256))
    return bool(connection.execute(chosen).scalar())


def list_made_by(
    connection: sa.Connection, style_id: str, engines: Iterable[str], saved_after: datetime, limit: int
) -> list[Generation]:
    """Newest pictures of delivered visits, in a style and by one of the engines, the latest visits first."""
    later = _TABLE.alias()
    is_newest = ~sa.exists().where(later.c.visit_id == _TABLE.c.visit_id, later.c.number > _TABLE.c.number)
    chosen = (
        sa.select(_TABLE)
        .join(tables.visits, tables.visits.c.visit_id == _TABLE.c.visit_id)
        .where(
            tables.visits.c.state == VisitState.DELIVERED,
            tables.visits.c.saved_at > saved_after,
            _TABLE.c.state == GenerationState.DONE,
            _TABLE.c.style_id == style_id,
            rows.columns_in(_TABLE.c.engine, engines),
            is_newest,
        )
    )
    return rows.list_all(connection, Generation, chosen.order_by(tables.visits.c.saved_at.desc()).limit(limit))


def list_due(connection: sa.Connection, due_before: datetime, limit: int) -> list[Generation]:
    """Pictures that should have been tried again by a moment, or never were given one."""
    is_due = sa.or_(_TABLE.c.next_attempt_at < due_before, _TABLE.c.next_attempt_at.is_(None))
    chosen = sa.select(_TABLE).where(rows.columns_in(_TABLE.c.state, PENDING_GENERATION), is_due)
    return rows.list_all(connection, Generation, chosen.order_by(_TABLE.c.next_attempt_at).limit(limit))


def list_postponed(connection: sa.Connection, later_than: datetime, limit: int) -> list[Generation]:
    """Pictures whose next attempt lies further ahead than it ever should."""
    chosen = sa.select(_TABLE).where(
        rows.columns_in(_TABLE.c.state, PENDING_GENERATION), _TABLE.c.next_attempt_at > later_than
    )
    return rows.list_all(connection, Generation, chosen.limit(limit))
