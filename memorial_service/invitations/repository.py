"""Queries about invitations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from memorial_service.auth.repository import is_live
from memorial_service.db.tables import Hall, Invitation, Memorial


def find_live(session: Session, token_hash: str, moment: datetime) -> tuple[Invitation, Memorial, Hall] | None:
    """The invitation behind a link, with its memorial and hall, while it is good."""
    statement = (
        select(Invitation, Memorial, Hall)
        .join(Memorial, Memorial.memorial_id == Invitation.memorial_id)
        .join(Hall, Hall.hall_id == Memorial.hall_id)
        .where(Invitation.token_hash == token_hash, *is_live(moment))
    )
    row = session.execute(statement).one_or_none()
    return (row[0], row[1], row[2]) if row else None


def lock_row(session: Session, token_hash: str, moment: datetime) -> Invitation | None:
    """The live invitation behind a link, kept from others until the transaction ends."""
    statement = select(Invitation).where(Invitation.token_hash == token_hash, *is_live(moment)).with_for_update()
    return session.scalar(statement)


def revoke(session: Session, *, invitation_id: str, token_hash: str, moment: datetime) -> bool:
    """Withdraw an invitation named by its id or by its link's token; False when there is no live one."""
    statement = (
        update(Invitation)
        .where(
            or_(Invitation.invitation_id == invitation_id, Invitation.token_hash == token_hash),
            Invitation.revoked_at.is_(None),
        )
        .values(revoked_at=moment)
    )
    return session.connection().execute(statement).rowcount == 1
