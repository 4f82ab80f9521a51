"""Brings the tables up to date at start, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from service_bridge.errors import DatabaseTooNewError
from service_bridge.store.database import Database

VERSION_TABLE = "app_alembic_version"
# The newest revision; a test holds it against the scripts. Known here, so that an ordinary start loads no Alembic.
NEWEST = "0003"
SCRIPTS = Path(__file__).with_name("migrations")


def migrate(database: Database) -> None:
    """Create or upgrade the tables. Raises DatabaseTooNewError when a later version of the program was here.

    All steps share one transaction: a process killed half-way leaves the old tables.
    """
    if _read_revision(database) == NEWEST:
        return
    with database.write() as connection:
        _upgrade(connection)


def _read_revision(database: Database) -> str | None:
    with database.read() as connection:
        if not sa.inspect(connection).has_table(VERSION_TABLE):
            return None
        revision: str | None = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar()  # noqa: S608
        return revision


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise DatabaseTooNewError(revision=str(error)) from error
