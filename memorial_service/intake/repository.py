"""Queries of the intake: what is stored already, and storing what is new."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from memorial_service.db.tables import Memorial, Memory, MemoryRevision


def find_memory(session: Session, memory_id: str) -> tuple[Memory, Memorial] | None:
    """A memory and its memorial; others wait until the transaction ends."""
    statement = (
        select(Memory, Memorial)
        .join(Memorial, Memorial.memorial_id == Memory.memorial_id)
        .where(Memory.memory_id == memory_id)
        .with_for_update(of=Memory)
    )
    row = session.execute(statement).one_or_none()
    return (row[0], row[1]) if row else None


def find_revision(session: Session, memory_id: str, revision: int) -> MemoryRevision | None:
    """One revision of a memory."""
    return session.get(MemoryRevision, (memory_id, revision))
