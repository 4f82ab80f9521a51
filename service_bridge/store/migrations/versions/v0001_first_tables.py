"""The first tables: devices, visits and their parts, lists that survive an outage."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_booths()
    _create_enrolment_codes()
    _create_catalogue()
    _create_samples()
    _create_tombstones()
    _create_visits()
    _create_blob_references()
    _create_generations()
    _create_voices()
    _create_finishes()
    _create_deliveries()


def downgrade() -> None:
    for name in (
        "deliveries",
        "finishes",
        "voices",
        "generations",
        "blob_references",
        "visits",
        "tombstones",
        "samples",
        "catalogue",
        "enrolment_codes",
        "booths",
    ):
        op.drop_table(f"app_{name}")


def _create_booths() -> None:
    op.create_table(
        "app_booths",
        sa.Column("booth_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("revoked_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("booth_id", name="pk_app_booths"),
        sa.UniqueConstraint("token_hash", name="uq_app_booths_token_hash"),
    )


def _create_enrolment_codes() -> None:
    op.create_table(
        "app_enrolment_codes",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("expires_at", sa.String(length=32), nullable=False),
        sa.Column("used_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name="pk_app_enrolment_codes"),
    )


def _create_catalogue() -> None:
    op.create_table(
        "app_catalogue",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("fetched_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_app_catalogue"),
    )


def _create_samples() -> None:
    op.create_table(
        "app_samples",
        sa.Column("style_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("style_id", name="pk_app_samples"),
    )


def _create_tombstones() -> None:
    op.create_table(
        "app_tombstones",
        sa.Column("visit_id", sa.String(length=36), nullable=False),
        sa.Column("booth_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("erased_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("visit_id", name="pk_app_tombstones"),
    )


def _create_visits() -> None:
    op.create_table(
        "app_visits",
        sa.Column("visit_id", sa.String(length=36), nullable=False),
        sa.Column("booth_id", sa.String(length=36), nullable=False),
        sa.Column("memorial_id", sa.String(length=36), nullable=False),
        sa.Column("style_id", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("ai_restyle", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("capture_digest", sa.String(length=64), nullable=False),
        sa.Column("original_sha256", sa.String(length=64), nullable=False),
        sa.Column("original_media_type", sa.String(length=64), nullable=False),
        sa.Column("original_bytes", sa.BigInteger(), nullable=False),
        sa.Column("saved_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("visit_id", name="pk_app_visits"),
    )
    op.create_index("ix_app_visits_state_saved_at", "app_visits", ["state", "saved_at"], unique=False)


def _create_blob_references() -> None:
    op.create_table(
        "app_blob_references",
        sa.Column("visit_id", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["app_visits.visit_id"], name="fk_app_blob_references_visit_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("visit_id", "sha256", name="pk_app_blob_references"),
    )
    op.create_index("ix_app_blob_references_sha256", "app_blob_references", ["sha256"], unique=False)


def _create_generations() -> None:
    op.create_table(
        "app_generations",
        sa.Column("visit_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("style_id", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.String(length=32), nullable=True),
        sa.Column("cause", sa.String(length=200), nullable=True),
        sa.Column("engine", sa.String(length=64), nullable=True),
        sa.Column("style_name", sa.JSON(), nullable=True),
        sa.Column("output_sha256", sa.String(length=64), nullable=True),
        sa.Column("sealed_sha256", sa.String(length=64), nullable=True),
        sa.Column("sealed_bytes", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["app_visits.visit_id"], name="fk_app_generations_visit_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("visit_id", "number", name="pk_app_generations"),
    )
    op.create_index(
        "ix_app_generations_state_next_attempt_at", "app_generations", ["state", "next_attempt_at"], unique=False
    )


def _create_voices() -> None:
    op.create_table(
        "app_voices",
        sa.Column("visit_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("audio_sha256", sa.String(length=64), nullable=True),
        sa.Column("audio_bytes", sa.BigInteger(), nullable=True),
        sa.Column("media_type", sa.String(length=64), nullable=True),
        sa.Column("duration_s", sa.Float(), nullable=True),
        sa.Column("made_by", sa.String(length=64), nullable=True),
        sa.Column("text_sha256", sa.String(length=64), nullable=True),
        sa.Column("source_sha256", sa.String(length=64), nullable=True),
        sa.Column("cause", sa.String(length=200), nullable=True),
        sa.Column("made_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["app_visits.visit_id"], name="fk_app_voices_visit_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("visit_id", "kind", name="pk_app_voices"),
    )


def _create_finishes() -> None:
    op.create_table(
        "app_finishes",
        sa.Column("visit_id", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("sender_name", sa.String(length=80), nullable=False),
        sa.Column("relation", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("voice", sa.String(length=32), nullable=False),
        sa.Column("chosen", sa.String(length=32), nullable=False),
        sa.Column("consents", sa.JSON(), nullable=False),
        sa.Column("receipt_code", sa.String(length=16), nullable=False),
        sa.Column("memorial_name", sa.Text(), nullable=False),
        sa.Column("private_url", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["app_visits.visit_id"], name="fk_app_finishes_visit_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("visit_id", name="pk_app_finishes"),
        sa.UniqueConstraint("receipt_code", name="uq_app_finishes_receipt_code"),
    )


def _create_deliveries() -> None:
    op.create_table(
        "app_deliveries",
        sa.Column("visit_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.String(length=32), nullable=True),
        sa.Column("cause", sa.String(length=200), nullable=True),
        sa.Column("manifest", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("has_picture", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("delivered_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["app_visits.visit_id"], name="fk_app_deliveries_visit_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("visit_id", "revision", name="pk_app_deliveries"),
    )
    op.create_index(
        "ix_app_deliveries_state_next_attempt_at", "app_deliveries", ["state", "next_attempt_at"], unique=False
    )
