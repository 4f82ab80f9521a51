"""Letting booths and families in: tokens for booths, signed and revocable sessions for browsers."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from boothkit.errors import UnauthorizedError
from boothkit.ids import hash_token, new_enrolment_code, new_id, new_token, normalise_code
from memorial_service.auth import repository
from memorial_service.auth.schemas import BoothClient, EnrolmentAnswer, EnrolmentRequest, FamilyMember, Stranger
from memorial_service.db.tables import Booth, EnrolmentCode, FamilySession, Invitation, SessionInvitation
from memorial_service.errors import EnrolmentRefusedError
from memorial_service.texts import clean_line


def create_enrolment_code(session: Session, hall_id: str, *, moment: datetime, valid_s: int) -> str:
    """A new code that enrols one booth of the hall. Only its hash is stored."""
    code = new_enrolment_code()
    expires_at = moment + timedelta(seconds=valid_s)
    session.add(EnrolmentCode(code_hash=hash_token(code), hall_id=hall_id, expires_at=expires_at))
    return code


def enrol(session: Session, request: EnrolmentRequest, *, moment: datetime) -> EnrolmentAnswer:
    """Trade a code for a booth token. Raises EnrolmentRefusedError."""
    hall_id = repository.use_enrolment_code(session, hash_token(normalise_code(request.code)), moment)
    if hall_id is None:
        raise EnrolmentRefusedError
    token, booth_id = new_token(), new_id()
    name = clean_line(request.name)
    session.add(Booth(booth_id=booth_id, hall_id=hall_id, name=name, token_hash=hash_token(token), enrolled_at=moment))
    return EnrolmentAnswer(booth_id=booth_id, token=token)


def identify_booth(session: Session, token: str) -> BoothClient:
    """The booth behind a bearer token. Raises UnauthorizedError when it is unknown or revoked."""
    booth = repository.find_booth(session, hash_token(token))
    if booth is None:
        raise UnauthorizedError
    return BoothClient(booth.booth_id, booth.hall_id)


def identify_family(session: Session, token: str | None, *, moment: datetime) -> FamilyMember | Stranger:
    """The family member behind a session token; a session without a live invitation is a stranger's."""
    found = repository.find_session(session, hash_token(token), moment) if token else None
    if found is None:
        return Stranger()
    invitations = repository.list_live_invitations(session, found.session_id, moment)
    memorial_ids = frozenset(invitation.memorial_id for invitation in invitations)
    return FamilyMember(found.session_id, memorial_ids) if memorial_ids else Stranger()


def sign_in(
    session: Session, invitation: Invitation, old_token: str | None, *, moment: datetime, valid_days: int
) -> str:
    """Start a session and return its token. What the browser had opened before stays open under the new token.

    A fresh token at each sign-in means that one planted beforehand is worth nothing.
    """
    token, session_id = new_token(), new_id()
    repository.delete_ended_sessions(session, moment)
    kept = _end_old_session(session, old_token, moment)
    session.add(
        FamilySession(
            session_id=session_id,
            token_hash=hash_token(token),
            created_at=moment,
            expires_at=moment + timedelta(days=valid_days),
        )
    )
    session.flush()
    for invitation_id in {invitation.invitation_id, *kept}:
        session.add(SessionInvitation(session_id=session_id, invitation_id=invitation_id))
    return token


def _end_old_session(session: Session, token: str | None, moment: datetime) -> set[str]:
    old = repository.find_session(session, hash_token(token), moment) if token else None
    if old is None:
        return set()
    kept = {found.invitation_id for found in repository.list_live_invitations(session, old.session_id, moment)}
    repository.delete_session(session, old.session_id)
    return kept


def sign_out(session: Session, token: str | None, *, moment: datetime) -> None:
    """End the session of this token, if there is one."""
    _end_old_session(session, token, moment)
