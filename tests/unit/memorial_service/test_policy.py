"""The one decision about who may do what."""

from __future__ import annotations

import pytest

from boothkit.errors import BoothError, ForbiddenError, NotFoundError, UnauthorizedError
from memorial_service.auth.policy import Action, authorise
from memorial_service.auth.schemas import BoothClient, FamilyMember, Person, Stranger
from memorial_service.db.tables import Memorial
from memorial_service.errors import InvitationNeededError, UnknownMemorialError

MEMORIAL = Memorial(memorial_id="m1", hall_id="h1")
FAMILY = FamilyMember("s", frozenset({"m1"}))
OTHER_FAMILY = FamilyMember("s", frozenset({"m2"}))
BOOTH = BoothClient("b", "h1")
OTHER_BOOTH = BoothClient("b", "h2")


@pytest.mark.parametrize(("person", "action"), [(FAMILY, Action.READ), (BOOTH, Action.WRITE)])
def test_who_may(person: Person, action: Action) -> None:
    assert authorise(person, action, MEMORIAL) is MEMORIAL


@pytest.mark.parametrize(
    ("person", "action", "memorial", "error"),
    [
        (Stranger(), Action.READ, MEMORIAL, InvitationNeededError),
        (Stranger(), Action.READ, None, InvitationNeededError),
        (Stranger(), Action.WRITE, MEMORIAL, UnauthorizedError),
        (OTHER_FAMILY, Action.READ, MEMORIAL, NotFoundError),
        (FAMILY, Action.READ, None, NotFoundError),
        (FAMILY, Action.WRITE, MEMORIAL, UnauthorizedError),
        (BOOTH, Action.READ, MEMORIAL, InvitationNeededError),
        (BOOTH, Action.WRITE, None, UnknownMemorialError),
        (OTHER_BOOTH, Action.WRITE, MEMORIAL, ForbiddenError),
    ],
)
def test_who_may_not(person: Person, action: Action, memorial: Memorial | None, error: type[BoothError]) -> None:
    with pytest.raises(BoothError) as caught:
        authorise(person, action, memorial)
    assert type(caught.value) is error
