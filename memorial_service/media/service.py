"""Which file an address stands for, and whether this person may have it."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from boothkit.errors import NotFoundError
from memorial_service.auth.policy import Action, authorise
from memorial_service.auth.schemas import Person
from memorial_service.db.tables import MemoryRevision, RevisionFile
from memorial_service.halls.repository import find_memorial
from memorial_service.media import repository
from memorial_service.media.schemas import LARGE, SMALL, Served, Source, Variant

# The last part of an address: whose file, and in which variant (None: untouched, as it arrived).
NAMES: dict[str, tuple[str, Variant | None]] = {
    "picture": ("picture", None),
    "picture_small": ("picture", SMALL),
    "picture_large": ("picture", LARGE),
    "original": ("original", None),
    "original_small": ("original", SMALL),
    "original_large": ("original", LARGE),
    "voice": ("voice", None),
}
_EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/webm": "webm",
    "audio/wav": "wav",
}


def find_file(session: Session, person: Person, memory_id: str, name: str) -> tuple[RevisionFile, Variant | None]:
    """The stored file behind an address. Raises InvitationNeededError or NotFoundError."""
    authorise(person, Action.READ, repository.find_memorial_of(session, memory_id))
    role, variant = NAMES.get(name, ("", None))
    file = repository.find_current_file(session, memory_id, role)
    if file is None:
        raise NotFoundError
    return file, variant


def find_portrait(session: Session, person: Person, memorial_id: str) -> Source:
    """The deceased's portrait. Raises InvitationNeededError or NotFoundError."""
    memorial = authorise(person, Action.READ, find_memorial(session, memorial_id))
    if memorial.portrait_sha256 is None:
        raise NotFoundError
    return Source(memorial.portrait_sha256, memorial.portrait_width or 1, memorial.portrait_height or 1)


def get_day(session: Session, file: RevisionFile, time_zone: ZoneInfo) -> date:
    """The day on which the memory of this file was made."""
    revision = session.get_one(MemoryRevision, (file.memory_id, file.revision))
    return min(revision.captured_at, revision.received_at).astimezone(time_zone).date()


def describe_untouched(file: RevisionFile, day: date) -> Served:
    """The file as it arrived, with all that is written into it: pictures are saved from here, never shown."""
    if file.role == "voice":
        return Served(file.sha256, file.media_type, file.sha256)
    return Served(file.sha256, file.media_type, file.sha256, save_as=file_name(file.role, day, file.media_type))


def file_name(role: str, day: date, media_type: str) -> str:
    """The name under which a saved file lands on a phone: `memory-2026-03-01-original.jpg`."""
    return f"memory-{day.isoformat()}-{role}.{_EXTENSIONS[media_type]}"
