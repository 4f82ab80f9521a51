"""The tables of the memorial service. Texts are Unicode NFC; times are aware and UTC; ids are UUIDs in text form."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment. SQLite keeps no offset, so it is taken off on the way in and put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {datetime: UtcDateTime(), str: Text(), list[str]: JSON(), dict[str, Any]: JSON()}  # noqa: RUF012


def _id(*constraints: Any, **options: Any) -> Mapped[str]:
    return mapped_column(String(36), *constraints, **options)


def _sha256(**options: Any) -> Mapped[str]:
    return mapped_column(String(64), **options)


class Hall(Base):
    """A memorial hall: the place that owns booths and memorials."""

    __tablename__ = "hall"

    hall_id: Mapped[str] = _id(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]


class Booth(Base):
    """A booth site that may write its hall's memorials."""

    __tablename__ = "booth"

    booth_id: Mapped[str] = _id(primary_key=True)
    hall_id: Mapped[str] = _id(ForeignKey("hall.hall_id"))
    name: Mapped[str]
    token_hash: Mapped[str] = _sha256(unique=True)
    enrolled_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class EnrolmentCode(Base):
    """A code that enrols one booth, once."""

    __tablename__ = "enrolment_code"

    code_hash: Mapped[str] = _sha256(primary_key=True)
    hall_id: Mapped[str] = _id(ForeignKey("hall.hall_id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Memorial(Base):
    """A family's private place for one deceased person."""

    __tablename__ = "memorial"

    memorial_id: Mapped[str] = _id(primary_key=True)
    hall_id: Mapped[str] = _id(ForeignKey("hall.hall_id"), index=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name_ko: Mapped[str]
    name_en: Mapped[str]
    deceased_name_ko: Mapped[str]
    deceased_name_en: Mapped[str]
    born_on: Mapped[date | None]
    died_on: Mapped[date | None]
    style_ids: Mapped[list[str]]
    portrait_sha256: Mapped[str | None] = mapped_column(String(64))
    portrait_width: Mapped[int | None]
    portrait_height: Mapped[int | None]
    created_at: Mapped[datetime]


class Invitation(Base):
    """A link with a PIN that lets one person of the family in."""

    __tablename__ = "invitation"

    invitation_id: Mapped[str] = _id(primary_key=True)
    memorial_id: Mapped[str] = _id(ForeignKey("memorial.memorial_id"), index=True)
    token_hash: Mapped[str] = _sha256(unique=True)
    pin_hash: Mapped[str]
    guest_name: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    wrong_pins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]


class FamilySession(Base):
    """One browser that is signed in."""

    __tablename__ = "family_session"

    session_id: Mapped[str] = _id(primary_key=True)
    token_hash: Mapped[str] = _sha256(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SessionInvitation(Base):
    """Which invitations a signed-in browser has opened; a withdrawn invitation ends its share of the session."""

    __tablename__ = "session_invitation"

    session_id: Mapped[str] = _id(ForeignKey("family_session.session_id", ondelete="CASCADE"), primary_key=True)
    invitation_id: Mapped[str] = _id(ForeignKey("invitation.invitation_id"), primary_key=True)


class Memory(Base):
    """One entry on a family's page, whatever number of revisions it has had."""

    __tablename__ = "memory"
    __table_args__ = (Index("ix_memory_stream", "memorial_id", "shown_at", "memory_id"),)

    memory_id: Mapped[str] = _id(primary_key=True)
    memorial_id: Mapped[str] = _id(ForeignKey("memorial.memorial_id"))
    current_revision: Mapped[int]
    shown_at: Mapped[datetime]


class MemoryRevision(Base):
    """What a booth sent, once per revision, kept for ever. `document` is the canonical JSON that `digest` hashes."""

    __tablename__ = "memory_revision"

    memory_id: Mapped[str] = _id(ForeignKey("memory.memory_id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str] = _sha256()
    document: Mapped[str]
    booth_id: Mapped[str] = _id(ForeignKey("booth.booth_id"))
    language: Mapped[str] = mapped_column(String(2))
    sender_name: Mapped[str]
    relation: Mapped[str]
    letter: Mapped[str]
    receipt_code: Mapped[str]
    chosen: Mapped[str] = mapped_column(String(8))
    captured_at: Mapped[datetime]
    received_at: Mapped[datetime]


class RevisionFile(Base):
    """One file of a revision: `role` is original, picture or voice. Sizes of pictures are those of the upright one."""

    __tablename__ = "revision_file"
    __table_args__ = (
        ForeignKeyConstraint(["memory_id", "revision"], ["memory_revision.memory_id", "memory_revision.revision"]),
    )

    memory_id: Mapped[str] = _id(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    role: Mapped[str] = mapped_column(String(8), primary_key=True)
    sha256: Mapped[str] = _sha256(index=True)
    media_type: Mapped[str] = mapped_column(String(40))
    size_bytes: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    duration_s: Mapped[float | None]
    made_by: Mapped[str | None] = mapped_column(String(20))
    style_id: Mapped[str | None] = mapped_column(String(80))
    style_name_ko: Mapped[str | None]
    style_name_en: Mapped[str | None]
    style_author: Mapped[str | None]
    style_licence: Mapped[str | None]
    style_training_data: Mapped[str | None]
    engine: Mapped[str | None] = mapped_column(String(40))
    seed: Mapped[int | None] = mapped_column(BigInteger)
    is_ai_generated: Mapped[bool | None]


class Derivative(Base):
    """A smaller or cleaned file made from a stored picture; it can always be made again."""

    __tablename__ = "derivative"

    source_sha256: Mapped[str] = _sha256(primary_key=True)
    variant: Mapped[str] = mapped_column(String(16), primary_key=True)
    sha256: Mapped[str] = _sha256()
    media_type: Mapped[str] = mapped_column(String(40))
    width: Mapped[int]
    height: Mapped[int]
