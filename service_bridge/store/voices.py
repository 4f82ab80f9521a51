"""Queries on voices."""

from __future__ import annotations

import sqlalchemy as sa

from service_bridge.store import rows, tables
from service_bridge.visits.records import Voice
from service_bridge.visits.states import VoiceKind

_TABLE = tables.voices


def find_voice(connection: sa.Connection, visit_id: str, kind: VoiceKind) -> Voice | None:
    """A visit's speech or recording."""
    chosen = sa.select(_TABLE).where(_TABLE.c.visit_id == visit_id, _TABLE.c.kind == kind)
    return rows.find_one(connection, Voice, chosen)


def keep_voice(connection: sa.Connection, voice: Voice) -> None:
    """Insert a voice, or replace the visit's earlier one of the same kind."""
    rows.upsert(connection, _TABLE, voice)
