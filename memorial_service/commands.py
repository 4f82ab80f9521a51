"""What staff do from the command line. Each function does one thing and returns the lines to print."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from boothkit import clock
from boothkit.ids import hash_token
from boothkit.images import ImageIntake, ImageLimits
from memorial_service.auth import repository as booths
from memorial_service.auth.service import create_enrolment_code
from memorial_service.db.engine import Database
from memorial_service.db.migrate import find_revision
from memorial_service.db.store import open_blobs, open_database
from memorial_service.demo import seed_demo
from memorial_service.halls import service as halls
from memorial_service.halls.schemas import MemorialDetails
from memorial_service.invitations import repository as invitations
from memorial_service.invitations.service import create_invitation
from memorial_service.settings import MemorialSettings


class CommandRefusedError(Exception):
    """A command names something that does not exist."""


def migrate(settings: MemorialSettings, _: Namespace) -> list[str]:
    """Bring the database to the schema of this version."""
    with _opened(settings) as database:
        return [f"The database is at schema {find_revision(database.engine)}."]


def create_hall(settings: MemorialSettings, arguments: Namespace) -> list[str]:
    """Make a hall."""
    with _opened(settings) as database, database.writing() as session:
        hall = halls.create_hall(session, arguments.name, moment=clock.now())
        return [f"hall_id: {hall.hall_id}"]


def create_memorial(settings: MemorialSettings, arguments: Namespace) -> list[str]:
    """Make a memorial, with a portrait when one is given."""
    details = MemorialDetails(
        code=arguments.code,
        deceased_name_ko=arguments.deceased_name,
        deceased_name_en=arguments.deceased_name_en or arguments.deceased_name,
        name_ko=arguments.name_ko or f"{arguments.deceased_name} 님을 기억하며",
        name_en=arguments.name_en or f"In memory of {arguments.deceased_name_en or arguments.deceased_name}",
        style_ids=arguments.style,
        born_on=arguments.born,
        died_on=arguments.died,
    )
    portrait = arguments.portrait.read_bytes() if arguments.portrait else None
    with _opened(settings) as database, database.writing() as session:
        hall = halls.get_hall(session, arguments.hall)
        memorial = halls.create_memorial(session, hall, details, moment=clock.now())
        if portrait is not None:
            with ImageIntake(ImageLimits(max_bytes=settings.limits.image_bytes)) as images:
                halls.set_portrait(memorial, portrait, blobs=open_blobs(settings), images=images)
        return [f"memorial_id: {memorial.memorial_id}", f"code: {memorial.code}"]


def enrolment_code(settings: MemorialSettings, arguments: Namespace) -> list[str]:
    """Make a code with which one booth site of a hall enrols itself."""
    with _opened(settings) as database, database.writing() as session:
        hall = halls.get_hall(session, arguments.hall)
        valid_s = settings.auth.enrolment_valid_s
        return [create_enrolment_code(session, hall.hall_id, moment=clock.now(), valid_s=valid_s)]


def revoke_booth(settings: MemorialSettings, arguments: Namespace) -> list[str]:
    """Refuse a booth from now on."""
    with _opened(settings) as database, database.writing() as session:
        if not booths.revoke_booth(session, arguments.booth, clock.now()):
            raise CommandRefusedError(f"There is no enrolled booth {arguments.booth}.")
        return ["The booth is refused from now on."]


def invite(settings: MemorialSettings, arguments: Namespace) -> list[str]:
    """Invite one person of a family."""
    days = arguments.days or settings.auth.invitation_days
    with _opened(settings) as database, database.writing() as session:
        memorial = halls.get_memorial_by_code(session, arguments.memorial)
        guest = arguments.guest or ""
        made = create_invitation(session, memorial.memorial_id, guest_name=guest, moment=clock.now(), valid_days=days)
    return [
        f"invitation_id: {made.invitation_id}",
        f"link: {settings.web.public_url}/i/{made.token}",
        f"pin: {made.pin}",
        "Send the link and the PIN on different ways. Neither can be shown again.",
    ]


def revoke_invitation(settings: MemorialSettings, arguments: Namespace) -> list[str]:
    """Withdraw an invitation, named by its id or by its link; whoever came in by it is out."""
    token_hash = hash_token(arguments.invitation.rpartition("/i/")[2])
    with _opened(settings) as database, database.writing() as session:
        if not invitations.revoke(
            session, invitation_id=arguments.invitation, token_hash=token_hash, moment=clock.now()
        ):
            raise CommandRefusedError("There is no such invitation that still works.")
        return ["The invitation no longer works."]


def seed_demo_data(settings: MemorialSettings, _: Namespace) -> list[str]:
    """Make the demo memorial, once, and print how to reach it."""
    with _opened(settings) as database:
        demo = seed_demo(database, settings, moment=clock.now())
        return [json.dumps(asdict(demo), ensure_ascii=False)]


@contextmanager
def _opened(settings: MemorialSettings) -> Iterator[Database]:
    database = open_database(settings)
    try:
        yield database
    finally:
        database.close()
