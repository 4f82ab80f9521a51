"""Runs the migrations on the connection that was handed over, inside its transaction."""

from __future__ import annotations

from alembic import context

from service_bridge.store.migrating import VERSION_TABLE
from service_bridge.store.tables import PREFIX, metadata


def is_ours(name: str | None, kind: str, parents: object) -> bool:
    """Keeps DBOS's tables, which live in the same database, out of comparisons."""
    return kind != "table" or (name or "").startswith(PREFIX)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    include_name=is_ours,
    render_as_batch=True,
    transactional_ddl=False,
)
context.run_migrations()
