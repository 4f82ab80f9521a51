"""The database: safe settings, honest errors, one schema. Fault ids F07, F11, F60."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, select, text
from sqlalchemy.exc import StatementError

from boothkit.errors import NotReadyError, StorageError, StorageFullError
from memorial_service.db.engine import Database, open_engine
from memorial_service.db.migrate import SCHEMA_REVISION, build_config, find_revision, upgrade
from memorial_service.db.tables import Base, Hall, RevisionFile
from memorial_service.errors import SchemaTooNewError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def hall(name: str, hall_id: str = "h") -> Hall:
    return Hall(hall_id=hall_id, name=name, created_at=NOON)


def test_every_commit_reaches_the_disk(database: Database) -> None:
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("pragma journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("pragma synchronous").scalar() == 2
        assert connection.exec_driver_sql("pragma foreign_keys").scalar() == 1


def test_an_error_inside_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(RuntimeError), database.writing() as session:
        session.add(hall("관"))
        session.flush()
        raise RuntimeError
    with database.reading() as session:
        assert session.scalars(select(Hall)).all() == []


def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    seoul = NOON.astimezone(timezone(timedelta(hours=9)))
    with database.writing() as session:
        session.add(Hall(hall_id="h", name="관", created_at=seoul))
    with database.reading() as session:
        kept = session.scalars(select(Hall.created_at)).one()
    assert kept == NOON
    assert kept.utcoffset() == timedelta(0)
    with pytest.raises(StatementError), database.writing() as session:
        session.add(Hall(hall_id="h2", name="관2", created_at=NOON.replace(tzinfo=None)))


def test_f07_a_full_disk_is_called_a_full_disk(database: Database) -> None:
    with pytest.raises(StorageFullError), database.writing() as session:
        pages = session.execute(text("pragma page_count")).scalar()
        session.execute(text(f"pragma max_page_count = {pages}"))
        session.add(hall("x" * 100_000))
    with database.reading() as session:
        assert session.scalars(select(Hall)).all() == []


def test_f11_a_lock_held_by_somebody_else_is_an_honest_not_now(database: Database) -> None:
    path = database.engine.url.database
    assert path

    def hurry(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("pragma busy_timeout = 50")

    other = Database(open_engine(f"sqlite:///{path}"))
    event.listen(other.engine, "connect", hurry)
    with database.writing() as session:
        session.add(hall("관"))
        session.flush()
        with pytest.raises(NotReadyError) as caught, other.writing() as waiting:
            waiting.scalars(select(Hall))
    other.close()
    assert caught.value.retry_after_s


def test_f12_a_garbled_file_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "memorial.sqlite"
    path.write_bytes(b"SQLite format 3\x00" + b"\x99" * 8000)
    database = Database(open_engine(f"sqlite:///{path}"))
    with pytest.raises(StorageError):
        upgrade(database)
    database.close()


def test_the_migrations_make_exactly_the_tables_that_the_program_uses(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_newest_migration_is_the_one_that_the_program_expects() -> None:
    assert ScriptDirectory.from_config(build_config()).get_heads() == [SCHEMA_REVISION]


def test_migrating_again_changes_nothing(database: Database) -> None:
    with database.writing() as session:
        session.add(hall("관"))
    upgrade(database)
    assert find_revision(database.engine) == SCHEMA_REVISION
    with database.reading() as session:
        assert session.scalars(select(Hall.name)).one() == "관"


def test_a_database_from_before_styles_had_a_source_is_brought_on(tmp_path: Path) -> None:
    database = Database(open_engine(f"sqlite:///{tmp_path / 'memorial.sqlite'}"))
    config = build_config()
    with database.writing() as session:
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "0001")
        session.add(hall("관"))
    upgrade(database)
    assert find_revision(database.engine) == SCHEMA_REVISION
    with database.reading() as session:
        assert session.scalars(select(Hall.name)).one() == "관"
        assert session.scalars(select(RevisionFile.style_author)).all() == []
    database.close()


def test_f60_a_migration_that_is_cut_short_starts_from_the_beginning(tmp_path: Path) -> None:
    database = Database(open_engine(f"sqlite:///{tmp_path / 'memorial.sqlite'}"))

    def cut(_: object, __: object, statement: str, *___: object) -> None:
        if "CREATE TABLE memory_revision" in statement:
            raise KeyboardInterrupt

    event.listen(database.engine, "before_cursor_execute", cut)
    with pytest.raises(KeyboardInterrupt):
        upgrade(database)
    event.remove(database.engine, "before_cursor_execute", cut)
    assert find_revision(database.engine) is None
    upgrade(database)
    assert find_revision(database.engine) == SCHEMA_REVISION
    database.close()


def test_f60_a_newer_schema_is_left_alone(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(SchemaTooNewError, match="9999"):
        upgrade(database)
