"""Queries about booths, enrolment codes and family sessions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from memorial_service.db.tables import Booth, EnrolmentCode, FamilySession, Invitation, SessionInvitation


def find_booth(session: Session, token_hash: str) -> Booth | None:
    """The booth that shows this token and has not been revoked."""
    return session.scalar(select(Booth).where(Booth.token_hash == token_hash, Booth.revoked_at.is_(None)))


def revoke_booth(session: Session, booth_id: str, moment: datetime) -> bool:
    """Refuse this booth from now on; False when there is no such live booth."""
    statement = update(Booth).where(Booth.booth_id == booth_id, Booth.revoked_at.is_(None)).values(revoked_at=moment)
    return session.connection().execute(statement).rowcount == 1


def use_enrolment_code(session: Session, code_hash: str, moment: datetime) -> str | None:
    """Use up a code and return its hall; None when it is unknown, used or too old. Two racers cannot both win."""
    statement = (
        update(EnrolmentCode)
        .where(EnrolmentCode.code_hash == code_hash, EnrolmentCode.used_at.is_(None), EnrolmentCode.expires_at > moment)
        .values(used_at=moment)
        .returning(EnrolmentCode.hall_id)
    )
    return session.execute(statement).scalar()


def find_session(session: Session, token_hash: str, moment: datetime) -> FamilySession | None:
    """The session that shows this token and has not ended."""
    return session.scalar(
        select(FamilySession).where(FamilySession.token_hash == token_hash, FamilySession.expires_at > moment)
    )


def list_live_invitations(session: Session, session_id: str, moment: datetime) -> list[Invitation]:
    """Invitations that this browser has opened and that are still good."""
    statement = (
        select(Invitation)
        .join(SessionInvitation, SessionInvitation.invitation_id == Invitation.invitation_id)
        .where(SessionInvitation.session_id == session_id, *is_live(moment))
        .order_by(Invitation.created_at)
    )
    return list(session.scalars(statement))


def is_live(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which an invitation lets somebody in."""
    return Invitation.revoked_at.is_(None), Invitation.expires_at > moment


def delete_session(session: Session, session_id: str) -> None:
    """End one session."""
    session.execute(delete(FamilySession).where(FamilySession.session_id == session_id))


def delete_ended_sessions(session: Session, moment: datetime) -> None:
    """Forget sessions that are over."""
    session.execute(delete(FamilySession).where(FamilySession.expires_at <= moment))
