"""Queries about the memories on a family's page."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, and_, select, tuple_
from sqlalchemy.orm import Session

from memorial_service.db.tables import Memory, MemoryRevision, RevisionFile


def _current() -> Select[Memory, MemoryRevision]:
    """Memories with the revision that is shown."""
    is_current = and_(MemoryRevision.memory_id == Memory.memory_id, MemoryRevision.revision == Memory.current_revision)
    return select(Memory, MemoryRevision).join(MemoryRevision, is_current)


def list_stream(
    session: Session, memorial_id: str, *, before: tuple[datetime, str] | None, limit: int
) -> list[tuple[Memory, MemoryRevision]]:
    """Memories of a memorial, newest first, from below the (shown_at, memory_id) of the last one seen."""
    statement = _current().where(Memory.memorial_id == memorial_id)
    if before is not None:
        statement = statement.where(tuple_(Memory.shown_at, Memory.memory_id) < before)
    statement = statement.order_by(Memory.shown_at.desc(), Memory.memory_id.desc()).limit(limit)
    return [(row[0], row[1]) for row in session.execute(statement)]


def find_current(session: Session, memory_id: str) -> tuple[Memory, MemoryRevision] | None:
    """One memory with the revision that is shown."""
    row = session.execute(_current().where(Memory.memory_id == memory_id)).one_or_none()
    return (row[0], row[1]) if row else None


def list_current_files(session: Session, memory_ids: Collection[str]) -> list[RevisionFile]:
    """Files of the revisions that are shown."""
    is_current = and_(RevisionFile.memory_id == Memory.memory_id, RevisionFile.revision == Memory.current_revision)
    statement = select(RevisionFile).join(Memory, is_current).where(Memory.memory_id.in_(memory_ids))
    return list(session.scalars(statement))
