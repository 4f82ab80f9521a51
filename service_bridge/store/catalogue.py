"""Lists that were received from other programs, kept for the time when those do not answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from service_bridge.store import rows, tables


@dataclass(frozen=True)
class KeptList:
    """The last good answer."""

    name: str
    content: list[dict[str, Any]]
    fetched_at: datetime


@dataclass(frozen=True)
class Sample:
    """A style's sample picture, kept as a blob."""

    style_id: str
    revision: str
    sha256: str
    media_type: str


def find_list(connection: sa.Connection, name: str) -> KeptList | None:
    """The kept list of a name."""
    table = tables.catalogue
    return rows.find_one(connection, KeptList, sa.select(table).where(table.c.name == name))


def keep_list(connection: sa.Connection, kept: KeptList) -> None:
    """Replace the kept list of a name."""
    rows.upsert(connection, tables.catalogue, kept)


def find_sample(connection: sa.Connection, style_id: str) -> Sample | None:
    """The kept sample of a style."""
    table = tables.samples
    return rows.find_one(connection, Sample, sa.select(table).where(table.c.style_id == style_id))


def keep_sample(connection: sa.Connection, sample: Sample) -> None:
    """Replace the kept sample of a style."""
    rows.upsert(connection, tables.samples, sample)


def list_sample_ids(connection: sa.Connection) -> list[str]:
    """Styles whose sample is kept."""
    return list(connection.execute(sa.select(tables.samples.c.style_id)).scalars())


def forget_sample(connection: sa.Connection, style_id: str) -> None:
    """Remove the kept sample of a style; its blob is the caller's to remove."""
    connection.execute(sa.delete(tables.samples).where(tables.samples.c.style_id == style_id))
