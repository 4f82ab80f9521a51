"""Queries about halls and memorials."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from memorial_service.db.tables import Hall, Memorial


def find_hall(session: Session, name: str) -> Hall | None:
    """The hall of this name."""
    return session.scalar(select(Hall).where(Hall.name == name))


def find_memorial(session: Session, memorial_id: str) -> Memorial | None:
    """The memorial of this id."""
    return session.get(Memorial, memorial_id)


def find_memorial_by_code(session: Session, code: str) -> Memorial | None:
    """The memorial of this code; case does not matter."""
    return session.scalar(select(Memorial).where(Memorial.code == code.strip().upper()))


def list_memorials(session: Session, hall_id: str) -> list[Memorial]:
    """A hall's memorials, newest first."""
    statement = select(Memorial).where(Memorial.hall_id == hall_id)
    return list(session.scalars(statement.order_by(Memorial.created_at.desc(), Memorial.memorial_id)))


def list_memorials_by_id(session: Session, memorial_ids: Collection[str]) -> list[Memorial]:
    """These memorials, by name."""
    statement = select(Memorial).where(Memorial.memorial_id.in_(memorial_ids))
    return list(session.scalars(statement.order_by(Memorial.deceased_name_ko, Memorial.memorial_id)))


def is_answering(session: Session) -> bool:
    """True when the database answers a question about its tables."""
    return session.scalar(select(func.count()).select_from(select(Hall.hall_id).limit(1).subquery())) is not None
