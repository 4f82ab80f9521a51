"""A memorial to try the service with: made once, and found again at every later call."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from boothkit.files import publish_file
from boothkit.ids import hash_token
from memorial_service.db.engine import Database
from memorial_service.db.tables import Hall, Memorial
from memorial_service.halls import repository, service
from memorial_service.halls.schemas import MemorialDetails
from memorial_service.invitations.repository import find_live
from memorial_service.invitations.service import create_invitation
from memorial_service.settings import MemorialSettings

HALL_NAME = "기억의 집 (Demo hall)"
DETAILS = MemorialDetails(
    code="DEMO-2026",
    deceased_name_ko="김영희",
    deceased_name_en="Kim Young-hee",
    name_ko="김영희 님을 기억하며",
    name_en="In memory of Kim Young-hee",
    style_ids=[],  # every style of the generator, learnt ones too
    born_on=date(1941, 3, 2),
    died_on=date(2026, 1, 15),
)


@dataclass(frozen=True)
class Demo:
    """What somebody needs to try the service. The PIN is random and stays with the data folder's owner."""

    hall: str
    memorial_id: str
    memorial_code: str
    invitation_url: str
    pin: str


@dataclass(frozen=True)
class _Key:
    """The demo invitation in clear, kept in a file that only its owner can read."""

    token: str
    pin: str


def seed_demo(database: Database, settings: MemorialSettings, *, moment: datetime) -> Demo:
    """Make the demo hall, memorial and invitation, or find those that an earlier call made."""
    path = settings.store.data_dir / "demo_invitation.json"
    kept = _read_key(path)
    with database.writing() as session:
        memorial = _find_or_create_memorial(session, moment)
        is_good = kept is not None and find_live(session, hash_token(kept.token), moment) is not None
        if kept is None or not is_good:
            days = settings.auth.invitation_days
            fresh = create_invitation(session, memorial.memorial_id, guest_name="", moment=moment, valid_days=days)
            kept = _Key(fresh.token, fresh.pin)
            publish_file(path, json.dumps(asdict(kept)).encode())
    address = f"{settings.web.public_url}/i/{kept.token}"
    return Demo(HALL_NAME, memorial.memorial_id, memorial.code, address, kept.pin)


def _read_key(path: Path) -> _Key | None:
    return _Key(**json.loads(path.read_bytes())) if path.is_file() else None


def _find_or_create_memorial(session: Session, moment: datetime) -> Memorial:
    found = repository.find_memorial_by_code(session, DETAILS.code)
    return found or service.create_memorial(session, _find_or_create_hall(session, moment), DETAILS, moment=moment)


def _find_or_create_hall(session: Session, moment: datetime) -> Hall:
    return repository.find_hall(session, HALL_NAME) or service.create_hall(session, HALL_NAME, moment=moment)
