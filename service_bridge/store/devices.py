"""Queries on the devices that may talk to the bridge and on the codes that let them in."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from service_bridge.store import rows, tables
from service_bridge.visits.records import Booth, Role

_BOOTHS, _CODES = tables.booths, tables.enrolment_codes


def find_booth_by_token_hash(connection: sa.Connection, token_hash: str) -> Booth | None:
    """The device that holds a token, unless it was revoked."""
    chosen = sa.select(_BOOTHS).where(_BOOTHS.c.token_hash == token_hash, _BOOTHS.c.revoked_at.is_(None))
    return rows.find_one(connection, Booth, chosen)


def list_booths(connection: sa.Connection) -> list[Booth]:
    """Every device that was ever enrolled."""
    return rows.list_all(connection, Booth, sa.select(_BOOTHS).order_by(_BOOTHS.c.created_at))


def add_booth(connection: sa.Connection, booth: Booth) -> None:
    """Insert a new device."""
    rows.insert(connection, _BOOTHS, booth)


def revoke_booth(connection: sa.Connection, booth_id: str, at: datetime) -> bool:
    """Stop accepting a device's token; False when there is no such device or it was revoked before."""
    is_active = sa.and_(_BOOTHS.c.booth_id == booth_id, _BOOTHS.c.revoked_at.is_(None))
    return connection.execute(sa.update(_BOOTHS).where(is_active).values(revoked_at=at)).rowcount == 1


def add_enrolment_code(connection: sa.Connection, code_hash: str, role: Role, expires_at: datetime) -> None:
    """Keep the hash of a new code."""
    connection.execute(sa.insert(_CODES).values(code_hash=code_hash, role=role, expires_at=expires_at))


def use_enrolment_code(connection: sa.Connection, code_hash: str, at: datetime) -> Role | None:
    """Take a code that is unused and in time out of use; the role it gives, or None."""
    is_valid = sa.and_(_CODES.c.code_hash == code_hash, _CODES.c.used_at.is_(None), _CODES.c.expires_at > at)
    role: Role | None = connection.execute(sa.select(_CODES.c.role).where(is_valid)).scalar()
    if role is not None:
        connection.execute(sa.update(_CODES).where(_CODES.c.code_hash == code_hash).values(used_at=at))
    return role


def delete_expired_codes(connection: sa.Connection, before: datetime) -> None:
    """Forget codes that can no longer be used."""
    connection.execute(sa.delete(_CODES).where(_CODES.c.expires_at < before))
