"""Queries about served files."""

from __future__ import annotations

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from memorial_service.db.tables import Derivative, Memorial, Memory, RevisionFile


def find_derivative(session: Session, source_sha256: str, variant: str) -> Derivative | None:
    """A made variant of a picture."""
    return session.get(Derivative, (source_sha256, variant))


def find_current_file(session: Session, memory_id: str, role: str) -> RevisionFile | None:
    """One file of the revision that is shown."""
    is_current = and_(RevisionFile.memory_id == Memory.memory_id, RevisionFile.revision == Memory.current_revision)
    return session.scalar(
        select(RevisionFile).join(Memory, is_current).where(Memory.memory_id == memory_id, RevisionFile.role == role)
    )


def find_memorial_of(session: Session, memory_id: str) -> Memorial | None:
    """The memorial that a memory belongs to."""
    statement = select(Memorial).join(Memory, Memory.memorial_id == Memorial.memorial_id)
    return session.scalar(statement.where(Memory.memory_id == memory_id))


def list_pictures(session: Session, memory_id: str) -> list[RevisionFile]:
    """The picture and the original that are shown for a memory."""
    return list(session.scalars(_shown_pictures().where(RevisionFile.memory_id == memory_id)))


def list_memories_without(session: Session, variants: list[str]) -> list[str]:
    """Memories with a shown picture of which at least one of the variants was never made."""
    is_missing = or_(
        *(
            ~exists().where(Derivative.source_sha256 == RevisionFile.sha256, Derivative.variant == variant)
            for variant in variants
        )
    )
    statement = _shown_pictures().where(is_missing).with_only_columns(RevisionFile.memory_id).distinct()
    return list(session.scalars(statement))


def _shown_pictures() -> Select[RevisionFile]:
    is_current = and_(RevisionFile.memory_id == Memory.memory_id, RevisionFile.revision == Memory.current_revision)
    return select(RevisionFile).join(Memory, is_current).where(RevisionFile.role != "voice")
