"""The first schema: halls, booths, memorials, invitations, sessions, memories and their files."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.String(length=36)
_SHA256 = sa.String(length=64)
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forward."""
    _create_halls()
    _create_memorials()
    _create_invitations()
    _create_memories()
    _create_files()


def _column(name: str, kind: Any, *constraints: Any, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, *constraints, nullable=nullable)


def _reference(table: str, column: str, target: str, **options: Any) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.{column}"], name=op.f(f"fk_{table}_{column}"), **options)


def _unique(table: str, column: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(column, name=op.f(f"uq_{table}_{column}"))


def _create_halls() -> None:
    op.create_table(
        "hall",
        _column("hall_id", _ID),
        _column("name", sa.Text()),
        _column("created_at", _MOMENT),
        sa.PrimaryKeyConstraint("hall_id", name=op.f("pk_hall")),
        _unique("hall", "name"),
    )
    op.create_table(
        "booth",
        _column("booth_id", _ID),
        _column("hall_id", _ID),
        _column("name", sa.Text()),
        _column("token_hash", _SHA256),
        _column("enrolled_at", _MOMENT),
        _column("revoked_at", _MOMENT, nullable=True),
        _reference("booth", "hall_id", "hall"),
        sa.PrimaryKeyConstraint("booth_id", name=op.f("pk_booth")),
        _unique("booth", "token_hash"),
    )
    op.create_table(
        "enrolment_code",
        _column("code_hash", _SHA256),
        _column("hall_id", _ID),
        _column("expires_at", _MOMENT),
        _column("used_at", _MOMENT, nullable=True),
        _reference("enrolment_code", "hall_id", "hall"),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_enrolment_code")),
    )


def _create_memorials() -> None:
    op.create_table(
        "memorial",
        _column("memorial_id", _ID),
        _column("hall_id", _ID),
        _column("code", sa.String(length=40)),
        _column("name_ko", sa.Text()),
        _column("name_en", sa.Text()),
        _column("deceased_name_ko", sa.Text()),
        _column("deceased_name_en", sa.Text()),
        _column("born_on", sa.Date(), nullable=True),
        _column("died_on", sa.Date(), nullable=True),
        _column("style_ids", sa.JSON()),
        _column("portrait_sha256", _SHA256, nullable=True),
        _column("portrait_width", sa.Integer(), nullable=True),
        _column("portrait_height", sa.Integer(), nullable=True),
        _column("created_at", _MOMENT),
        _reference("memorial", "hall_id", "hall"),
        sa.PrimaryKeyConstraint("memorial_id", name=op.f("pk_memorial")),
        _unique("memorial", "code"),
    )
    op.create_index(op.f("ix_memorial_hall_id"), "memorial", ["hall_id"])


def _create_invitations() -> None:
    op.create_table(
        "invitation",
        _column("invitation_id", _ID),
        _column("memorial_id", _ID),
        _column("token_hash", _SHA256),
        _column("pin_hash", sa.Text()),
        _column("guest_name", sa.Text()),
        _column("created_at", _MOMENT),
        _column("expires_at", _MOMENT),
        _column("revoked_at", _MOMENT, nullable=True),
        _column("last_used_at", _MOMENT, nullable=True),
        _column("wrong_pins", sa.Integer()),
        _column("locked_until", _MOMENT, nullable=True),
        _reference("invitation", "memorial_id", "memorial"),
        sa.PrimaryKeyConstraint("invitation_id", name=op.f("pk_invitation")),
        _unique("invitation", "token_hash"),
    )
    op.create_index(op.f("ix_invitation_memorial_id"), "invitation", ["memorial_id"])
    op.create_table(
        "family_session",
        _column("session_id", _ID),
        _column("token_hash", _SHA256),
        _column("created_at", _MOMENT),
        _column("expires_at", _MOMENT),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_family_session")),
        _unique("family_session", "token_hash"),
    )
    op.create_table(
        "session_invitation",
        _column("session_id", _ID),
        _column("invitation_id", _ID),
        _reference("session_invitation", "session_id", "family_session", ondelete="CASCADE"),
        _reference("session_invitation", "invitation_id", "invitation"),
        sa.PrimaryKeyConstraint("session_id", "invitation_id", name=op.f("pk_session_invitation")),
    )


def _create_memories() -> None:
    op.create_table(
        "memory",
        _column("memory_id", _ID),
        _column("memorial_id", _ID),
        _column("current_revision", sa.Integer()),
        _column("shown_at", _MOMENT),
        _reference("memory", "memorial_id", "memorial"),
        sa.PrimaryKeyConstraint("memory_id", name=op.f("pk_memory")),
    )
    op.create_index("ix_memory_stream", "memory", ["memorial_id", "shown_at", "memory_id"])
    op.create_table(
        "memory_revision",
        _column("memory_id", _ID),
        _column("revision", sa.Integer()),
        _column("digest", _SHA256),
        _column("document", sa.Text()),
        _column("booth_id", _ID),
        _column("language", sa.String(length=2)),
        _column("sender_name", sa.Text()),
        _column("relation", sa.Text()),
        _column("letter", sa.Text()),
        _column("receipt_code", sa.Text()),
        _column("chosen", sa.String(length=8)),
        _column("captured_at", _MOMENT),
        _column("received_at", _MOMENT),
        _reference("memory_revision", "memory_id", "memory"),
        _reference("memory_revision", "booth_id", "booth"),
        sa.PrimaryKeyConstraint("memory_id", "revision", name=op.f("pk_memory_revision")),
    )


def _create_files() -> None:
    op.create_table(
        "revision_file",
        _column("memory_id", _ID),
        _column("revision", sa.Integer()),
        _column("role", sa.String(length=8)),
        _column("sha256", _SHA256),
        _column("media_type", sa.String(length=40)),
        _column("size_bytes", sa.Integer()),
        _column("width", sa.Integer(), nullable=True),
        _column("height", sa.Integer(), nullable=True),
        _column("duration_s", sa.Double(), nullable=True),
        _column("made_by", sa.String(length=20), nullable=True),
        _column("style_id", sa.String(length=80), nullable=True),
        _column("style_name_ko", sa.Text(), nullable=True),
        _column("style_name_en", sa.Text(), nullable=True),
        _column("engine", sa.String(length=40), nullable=True),
        _column("seed", sa.BigInteger(), nullable=True),
        _column("is_ai_generated", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["memory_id", "revision"],
            ["memory_revision.memory_id", "memory_revision.revision"],
            name=op.f("fk_revision_file_memory_id_revision"),
        ),
        sa.PrimaryKeyConstraint("memory_id", "revision", "role", name=op.f("pk_revision_file")),
    )
    op.create_index(op.f("ix_revision_file_sha256"), "revision_file", ["sha256"])
    op.create_table(
        "derivative",
        _column("source_sha256", _SHA256),
        _column("variant", sa.String(length=16)),
        _column("sha256", _SHA256),
        _column("media_type", sa.String(length=40)),
        _column("width", sa.Integer()),
        _column("height", sa.Integer()),
        sa.PrimaryKeyConstraint("source_sha256", "variant", name=op.f("pk_derivative")),
    )
