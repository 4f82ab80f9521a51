"""Halls and the memorials they keep."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from boothkit.files import BlobStore
from boothkit.ids import new_id
from boothkit.images import ImageIntake
from memorial_service.db.tables import Hall, Memorial
from memorial_service.halls import repository
from memorial_service.halls.schemas import LocalisedText, MemorialCard, MemorialDetails
from memorial_service.texts import clean_line


class NameTakenError(Exception):
    """A hall of this name, or a memorial of this code, exists already."""


class NameUnknownError(Exception):
    """There is no hall of this name, or no memorial of this code."""


def create_hall(session: Session, name: str, *, moment: datetime) -> Hall:
    """A new hall. Raises NameTakenError."""
    cleaned = clean_line(name)
    if repository.find_hall(session, cleaned):
        raise NameTakenError(f"There is already a hall named {cleaned}.")
    hall = Hall(hall_id=new_id(), name=cleaned, created_at=moment)
    session.add(hall)
    session.flush()
    return hall


def get_hall(session: Session, name: str) -> Hall:
    """The hall of this name. Raises NameUnknownError."""
    hall = repository.find_hall(session, clean_line(name))
    if hall is None:
        raise NameUnknownError(f"There is no hall named {name}.")
    return hall


def get_memorial_by_code(session: Session, code: str) -> Memorial:
    """The memorial of this code. Raises NameUnknownError."""
    memorial = repository.find_memorial_by_code(session, code)
    if memorial is None:
        raise NameUnknownError(f"There is no memorial with the code {code}.")
    return memorial


def create_memorial(session: Session, hall: Hall, details: MemorialDetails, *, moment: datetime) -> Memorial:
    """A new memorial of a hall. Raises NameTakenError."""
    code = clean_line(details.code).upper()
    if repository.find_memorial_by_code(session, code):
        raise NameTakenError(f"There is already a memorial with the code {code}.")
    memorial = Memorial(
        memorial_id=new_id(),
        hall_id=hall.hall_id,
        code=code,
        name_ko=clean_line(details.name_ko),
        name_en=clean_line(details.name_en),
        deceased_name_ko=clean_line(details.deceased_name_ko),
        deceased_name_en=clean_line(details.deceased_name_en),
        born_on=details.born_on,
        died_on=details.died_on,
        style_ids=details.style_ids,
        created_at=moment,
    )
    session.add(memorial)
    session.flush()
    return memorial


def set_portrait(memorial: Memorial, data: bytes, *, blobs: BlobStore, images: ImageIntake) -> None:
    """Keep the deceased's portrait. Raises an image error of boothkit."""
    facts = images.inspect(data)
    memorial.portrait_sha256 = blobs.put(data)
    memorial.portrait_width, memorial.portrait_height = facts.width, facts.height


def describe_memorials(session: Session, hall_id: str) -> list[MemorialCard]:
    """A hall's memorials, newest first, as its booths show them."""
    return [
        MemorialCard(
            memorial_id=memorial.memorial_id,
            code=memorial.code,
            name=LocalisedText(ko=memorial.name_ko, en=memorial.name_en),
            deceased_name=memorial.deceased_name_ko,
            style_ids=memorial.style_ids,
        )
        for memorial in repository.list_memorials(session, hall_id)
    ]
