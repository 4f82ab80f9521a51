"""The bridge's tables. DBOS keeps its own in the same database, hence the prefix."""

from __future__ import annotations

import sqlalchemy as sa

from service_bridge.store.column_types import Moment, Word
from service_bridge.visits.states import (
    DeliveryState,
    GenerationState,
    PictureChoice,
    VisitState,
    VoiceChoice,
    VoiceKind,
    VoiceState,
)

PREFIX = "app_"
_ID = sa.String(36)
_SHA256 = sa.String(64)
_NAME = sa.String(64)

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _visit_id() -> sa.Column[str]:
    """The key of a visit's part, which goes when the visit goes."""
    return sa.Column("visit_id", _ID, sa.ForeignKey("app_visits.visit_id", ondelete="CASCADE"), primary_key=True)


booths = sa.Table(
    "app_booths",
    metadata,
    sa.Column("booth_id", _ID, primary_key=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("token_hash", _SHA256, nullable=False, unique=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("revoked_at", Moment),
)

enrolment_codes = sa.Table(
    "app_enrolment_codes",
    metadata,
    sa.Column("code_hash", _SHA256, primary_key=True),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
)

visits = sa.Table(
    "app_visits",
    metadata,
    sa.Column("visit_id", _ID, primary_key=True),
    sa.Column("booth_id", _ID, nullable=False),
    sa.Column("memorial_id", _ID, nullable=False),
    sa.Column("style_id", _NAME, nullable=False),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("ai_restyle", sa.Boolean, nullable=False),
    sa.Column("state", Word(VisitState), nullable=False),
    sa.Column("capture_digest", _SHA256, nullable=False),
    sa.Column("original_sha256", _SHA256, nullable=False),
    sa.Column("original_media_type", _NAME, nullable=False),
    sa.Column("original_bytes", sa.BigInteger, nullable=False),
    sa.Column("saved_at", Moment, nullable=False),
    sa.Index(None, "state", "saved_at"),
)

generations = sa.Table(
    "app_generations",
    metadata,
    _visit_id(),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("style_id", _NAME, nullable=False),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("state", Word(GenerationState), nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("next_attempt_at", Moment),
    sa.Column("cause", sa.String(200)),
    sa.Column("engine", _NAME),
    sa.Column("style_name", sa.JSON),
    sa.Column("style_source", sa.JSON(none_as_null=True)),
    sa.Column("output_sha256", _SHA256),
    sa.Column("sealed_sha256", _SHA256),
    sa.Column("sealed_bytes", sa.BigInteger),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("broken_engine", _NAME),
    sa.Index(None, "state", "next_attempt_at"),
)

voices = sa.Table(
    "app_voices",
    metadata,
    _visit_id(),
    sa.Column("kind", Word(VoiceKind), primary_key=True),
    sa.Column("state", Word(VoiceState), nullable=False),
    sa.Column("audio_sha256", _SHA256),
    sa.Column("audio_bytes", sa.BigInteger),
    sa.Column("media_type", _NAME),
    sa.Column("duration_s", sa.Float),
    sa.Column("made_by", _NAME),
    sa.Column("text_sha256", _SHA256),
    sa.Column("source_sha256", _SHA256),
    sa.Column("cause", sa.String(200)),
    sa.Column("made_at", Moment, nullable=False),
)

finishes = sa.Table(
    "app_finishes",
    metadata,
    _visit_id(),
    sa.Column("digest", _SHA256, nullable=False),
    sa.Column("letter", sa.Text, nullable=False),
    sa.Column("sender_name", sa.String(80), nullable=False),
    sa.Column("relation", sa.String(40), nullable=False),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("voice", Word(VoiceChoice), nullable=False),
    sa.Column("chosen", Word(PictureChoice), nullable=False),
    sa.Column("consents", sa.JSON, nullable=False),
    sa.Column("receipt_code", sa.String(16), nullable=False, unique=True),
    sa.Column("memorial_name", sa.Text, nullable=False),
    sa.Column("private_url", sa.Text, nullable=False),
    sa.Column("finished_at", Moment, nullable=False),
)

deliveries = sa.Table(
    "app_deliveries",
    metadata,
    _visit_id(),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("state", Word(DeliveryState), nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("next_attempt_at", Moment),
    sa.Column("cause", sa.String(200)),
    sa.Column("manifest", sa.JSON(none_as_null=True)),
    sa.Column("digest", _SHA256),
    sa.Column("has_picture", sa.Boolean, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("delivered_at", Moment),
    sa.Index(None, "state", "next_attempt_at"),
)

blob_references = sa.Table(
    "app_blob_references",
    metadata,
    _visit_id(),
    sa.Column("sha256", _SHA256, primary_key=True, index=True),
)

tombstones = sa.Table(
    "app_tombstones",
    metadata,
    sa.Column("visit_id", _ID, primary_key=True),
    sa.Column("booth_id", _ID, nullable=False),
    sa.Column("state", Word(VisitState), nullable=False),
    sa.Column("reason", sa.String(32), nullable=False),
    sa.Column("erased_at", Moment, nullable=False),
)

catalogue = sa.Table(
    "app_catalogue",
    metadata,
    sa.Column("name", _NAME, primary_key=True),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("fetched_at", Moment, nullable=False),
)

samples = sa.Table(
    "app_samples",
    metadata,
    sa.Column("style_id", _NAME, primary_key=True),
    sa.Column("revision", sa.String(64), nullable=False),
    sa.Column("sha256", _SHA256, nullable=False),
    sa.Column("media_type", _NAME, nullable=False),
)
