"""Who may do what. Every route that touches a memorial asks here, and nowhere else is this decided."""

from __future__ import annotations

from enum import StrEnum

from boothkit.errors import ForbiddenError, NotFoundError, UnauthorizedError
from boothkit.logs import get_logger
from memorial_service.auth.schemas import BoothClient, FamilyMember, Person
from memorial_service.db.tables import Memorial
from memorial_service.errors import InvitationNeededError, UnknownMemorialError

_log = get_logger(__name__)


class Action(StrEnum):
    """What somebody wants to do with a memorial."""

    READ = "read"
    WRITE = "write"


def authorise(person: Person, action: Action, memorial: Memorial | None) -> Memorial:
    """Return the memorial when the person may do this to it; None stands for one that does not exist.

    A family reads its own memorial only, and cannot tell another one from none at all (NotFoundError). Somebody who
    is not signed in gets one answer for every address (InvitationNeededError). A booth writes its own hall's
    memorials (else UnknownMemorialError, ForbiddenError) and reads none. All else is UnauthorizedError.
    """
    match person, action:
        case FamilyMember(), Action.READ:
            if memorial is not None and memorial.memorial_id in person.memorial_ids:
                return memorial
            _note_refusal(person.session_id, memorial)
            raise NotFoundError
        case BoothClient(), Action.WRITE:
            if memorial is None:
                raise UnknownMemorialError
            if memorial.hall_id != person.hall_id:
                _note_refusal(person.booth_id, memorial)
                raise ForbiddenError
            return memorial
        case _, Action.READ:
            raise InvitationNeededError
        case _:
            raise UnauthorizedError


def _note_refusal(person_id: str, memorial: Memorial | None) -> None:
    _log.warning(
        "Somebody asked for a memorial that is not theirs.",
        action="access.refused",
        person_id=person_id,
        memorial_id=memorial.memorial_id if memorial else None,
    )
