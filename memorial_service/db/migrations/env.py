"""Alembic's entry: runs migrations inside the transaction that the caller opened."""

from __future__ import annotations

from alembic import context

from memorial_service.db.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    render_as_batch=True,
)
context.run_migrations()
