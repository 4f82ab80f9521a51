"""Pictures remember the engine whose program ended while it was at work on them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("app_generations", sa.Column("broken_engine", sa.String(64), nullable=True))


def downgrade() -> None:
    op.drop_column("app_generations", "broken_engine")
