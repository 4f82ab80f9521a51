"""Bringing a database to the schema of this version, and refusing one that is newer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text

from boothkit.logs import get_logger
from memorial_service.db.engine import Database, translate_database_errors
from memorial_service.errors import SchemaTooNewError

if TYPE_CHECKING:
    from alembic.config import Config

SCHEMA_REVISION = "0002"
"""The newest migration of this version."""

_log = get_logger(__name__)


def upgrade(database: Database) -> None:
    """Bring the schema up to date. Doing it again is harmless.

    Raises SchemaTooNewError when a newer version has been here.
    """
    found = find_revision(database.engine)
    if found == SCHEMA_REVISION:
        return
    _migrate(database, found)
    _log.info("The database schema was brought up to date.", action="schema.upgraded", old=found, new=SCHEMA_REVISION)


def find_revision(engine: Engine) -> str | None:
    """The schema revision of a database; None when it is empty."""
    with translate_database_errors(), engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.scalar(text("select version_num from alembic_version"))
        return revision


def _migrate(database: Database, found: str | None) -> None:
    # Loaded only when there is something to do: it would take a sixth of every start.
    from alembic import command
    from alembic.script import ScriptDirectory

    config = build_config()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise SchemaTooNewError(found)
    with database.writing() as session:
        config.attributes["connection"] = session.connection()
        command.upgrade(config, SCHEMA_REVISION)


def build_config() -> Config:
    """Where Alembic finds the migrations."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
