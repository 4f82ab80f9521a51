"""Pictures remember where their style comes from, as the family is told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("app_generations", sa.Column("style_source", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("app_generations", "style_source")
