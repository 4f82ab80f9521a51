"""Which visit needs which blob, so that a shared one outlives the first visit to go."""

from __future__ import annotations

import sqlalchemy as sa

from service_bridge.store import tables

_TABLE = tables.blob_references


def add_reference(connection: sa.Connection, visit_id: str, sha256: str) -> None:
    """Note that a visit needs a blob; noting it again is harmless."""
    key = (_TABLE.c.visit_id == visit_id, _TABLE.c.sha256 == sha256)
    if not connection.execute(sa.select(sa.exists().where(*key))).scalar():
        connection.execute(sa.insert(_TABLE).values(visit_id=visit_id, sha256=sha256))


def list_references(connection: sa.Connection, visit_id: str) -> list[str]:
    """The blobs that a visit needs."""
    return list(connection.execute(sa.select(_TABLE.c.sha256).where(_TABLE.c.visit_id == visit_id)).scalars())


def is_needed(connection: sa.Connection, sha256: str) -> bool:
    """True when a visit or a style's sample needs the blob."""
    by_visit = sa.exists().where(_TABLE.c.sha256 == sha256)
    by_sample = sa.exists().where(tables.samples.c.sha256 == sha256)
    return bool(connection.execute(sa.select(sa.or_(by_visit, by_sample))).scalar())
