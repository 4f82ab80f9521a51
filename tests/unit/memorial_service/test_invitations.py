"""Invitations over time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from boothkit.ids import hash_token
from memorial_service.auth import service as auth
from memorial_service.auth.schemas import FamilyMember, Stranger
from memorial_service.db.engine import Database
from memorial_service.db.tables import Invitation
from memorial_service.errors import InvitationUnknownError, PinLockedError
from memorial_service.halls.schemas import MemorialDetails
from memorial_service.halls.service import NameTakenError, create_hall, create_memorial
from memorial_service.invitations import repository
from memorial_service.invitations.pins import hash_pin, new_pin, pin_matches
from memorial_service.invitations.schemas import NewInvitation
from memorial_service.invitations.service import accept, check_pin, create_invitation, get_invitation
from memorial_service.settings import AuthSettings

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SETTINGS = AuthSettings()
DETAILS = MemorialDetails("KIM", "김영희", "Kim", "김영희 님을 기억하며", "In memory of Kim")


@pytest.fixture
def invitation(database: Database) -> NewInvitation:
    with database.writing() as session:
        memorial = create_memorial(session, create_hall(session, "관", moment=NOON), DETAILS, moment=NOON)
        return create_invitation(session, memorial.memorial_id, guest_name="", moment=NOON, valid_days=10)


def guess(database: Database, invitation: NewInvitation, moment: datetime, *, is_right: bool = False) -> bool:
    typed = invitation.pin if is_right else "wrong"
    return check_pin(database, invitation.token, typed, moment=moment, settings=SETTINGS)


def test_pins_are_six_digits_and_kept_as_hashes() -> None:
    pins = {new_pin() for _ in range(50)}
    assert len(pins) > 40
    assert all(re.fullmatch(r"\d{6}", pin) for pin in pins)
    pin_hash = hash_pin("012345")
    assert pin_hash.startswith("$argon2id$") and "012345" not in pin_hash
    assert pin_matches("012 345", pin_hash) and not pin_matches("12345", pin_hash)
    assert not pin_matches("", pin_hash) and not pin_matches("0" * 10_000, pin_hash)


def test_the_fifth_wrong_pin_locks_for_the_set_time(database: Database, invitation: NewInvitation) -> None:
    for number in range(SETTINGS.pin_attempts):
        assert not guess(database, invitation, NOON + number * MINUTE)
    locked_at = NOON + 4 * MINUTE
    with pytest.raises(PinLockedError) as caught:
        guess(database, invitation, locked_at + MINUTE, is_right=True)
    assert caught.value.details["minutes"] == 14
    assert caught.value.retry_after_s == 14 * 60
    assert guess(database, invitation, locked_at + 15 * MINUTE, is_right=True)


def test_a_right_pin_in_between_starts_the_count_again(database: Database, invitation: NewInvitation) -> None:
    for _ in range(4):
        guess(database, invitation, NOON)
    assert guess(database, invitation, NOON, is_right=True)
    with database.writing() as session:
        accept(session, invitation.token, moment=NOON)
    for _ in range(4):
        assert not guess(database, invitation, NOON)
    assert guess(database, invitation, NOON, is_right=True)


def test_an_invitation_ends_on_its_day(database: Database, invitation: NewInvitation) -> None:
    with database.reading() as session:
        get_invitation(session, invitation.token, moment=NOON + timedelta(days=9, hours=23))
        with pytest.raises(InvitationUnknownError):
            get_invitation(session, invitation.token, moment=NOON + timedelta(days=10))


def test_a_withdrawn_invitation_ends_what_was_opened_with_it(database: Database, invitation: NewInvitation) -> None:
    with database.writing() as session:
        row = session.scalars(select(Invitation)).one()
        token = auth.sign_in(session, row, None, moment=NOON, valid_days=90)
    with database.reading() as session:
        assert isinstance(auth.identify_family(session, token, moment=NOON), FamilyMember)
        assert auth.identify_family(session, token, moment=NOON + timedelta(days=11)) == Stranger()
    with database.writing() as session:
        withdrawn = repository.revoke(session, invitation_id="", token_hash=hash_token(invitation.token), moment=NOON)
        assert withdrawn
        assert not repository.revoke(session, invitation_id=row.invitation_id, token_hash="", moment=NOON)
    with database.reading() as session:
        assert auth.identify_family(session, token, moment=NOON) == Stranger()


def test_names_and_codes_are_given_once(database: Database, invitation: NewInvitation) -> None:
    with database.writing() as session, pytest.raises(NameTakenError):
        create_hall(session, " 관 ", moment=NOON)
