"""Pictures say where their style comes from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Forward."""
    for name in ("style_author", "style_licence", "style_training_data"):
        op.add_column("revision_file", sa.Column(name, sa.Text(), nullable=True))
