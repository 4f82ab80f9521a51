"""Invitations: a link that cannot be guessed plus a PIN, locked for a while after wrong PINs."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from boothkit.ids import hash_token, new_id, new_token
from boothkit.logs import get_logger
from memorial_service.db.engine import Database
from memorial_service.db.tables import Hall, Invitation, Memorial
from memorial_service.errors import InvitationUnknownError, PinLockedError
from memorial_service.invitations import repository
from memorial_service.invitations.pins import hash_pin, new_pin, pin_matches
from memorial_service.invitations.schemas import NewInvitation
from memorial_service.settings import AuthSettings
from memorial_service.texts import clean_line

_log = get_logger(__name__)


def create_invitation(
    session: Session, memorial_id: str, *, guest_name: str, moment: datetime, valid_days: int
) -> NewInvitation:
    """A new invitation for one person."""
    created = NewInvitation(new_id(), new_token(), new_pin())
    session.add(
        Invitation(
            invitation_id=created.invitation_id,
            memorial_id=memorial_id,
            token_hash=hash_token(created.token),
            pin_hash=hash_pin(created.pin),
            guest_name=clean_line(guest_name),
            created_at=moment,
            expires_at=moment + timedelta(days=valid_days),
            wrong_pins=0,
        )
    )
    return created


def get_invitation(session: Session, token: str, *, moment: datetime) -> tuple[Invitation, Memorial, Hall]:
    """What a link invites to. Opening it changes nothing. Raises InvitationUnknownError."""
    found = repository.find_live(session, hash_token(token), moment)
    if found is None:
        raise InvitationUnknownError
    return found


def check_pin(database: Database, token: str, typed: str, *, moment: datetime, settings: AuthSettings) -> bool:
    """Compare a PIN. Each try is counted, durably, before it is compared, so that tries at once are not free.

    Raises InvitationUnknownError or PinLockedError.
    """
    with database.writing() as session:
        pin_hash = _count_try(session, token, moment, settings)
    if not pin_matches(typed, pin_hash):
        _log.warning("A PIN did not match.", action="invitation.wrong_pin")
        return False
    return True


def accept(session: Session, token: str, *, moment: datetime) -> Invitation:
    """Note that the right PIN was shown and forget the wrong ones before it. Raises InvitationUnknownError."""
    invitation = _get_locked_row(session, token, moment)
    invitation.wrong_pins = 0
    invitation.locked_until = None
    invitation.last_used_at = moment
    return invitation


def _count_try(session: Session, token: str, moment: datetime, settings: AuthSettings) -> str:
    invitation = _get_locked_row(session, token, moment)
    if invitation.locked_until is not None:
        rest_s = (invitation.locked_until - moment).total_seconds()
        if rest_s > 0:
            raise PinLockedError(retry_after_s=rest_s, minutes=math.ceil(rest_s / 60))
        invitation.wrong_pins, invitation.locked_until = 0, None
    invitation.wrong_pins += 1
    if invitation.wrong_pins >= settings.pin_attempts:
        invitation.locked_until = moment + timedelta(seconds=settings.pin_lock_s)
    return invitation.pin_hash


def _get_locked_row(session: Session, token: str, moment: datetime) -> Invitation:
    invitation = repository.lock_row(session, hash_token(token), moment)
    if invitation is None:
        raise InvitationUnknownError
    return invitation
