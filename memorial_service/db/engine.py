"""The database: one engine, and transactions that are committed at the edge of a request."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, InternalError, OperationalError
from sqlalchemy.orm import Session

from boothkit.errors import BoothError, NotReadyError, StorageError, StorageFullError

_IS_WRITING = "memorial_is_writing"
_BUSY_TIMEOUT_MS = 30_000


def open_engine(url: str) -> Engine:
    """An engine for SQLite (WAL, every commit flushed, foreign keys checked) or PostgreSQL."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, pool_size=20)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite, schema changes included
    for pragma in (
        f"busy_timeout={_BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    """A writer takes the lock at once: one that read first could no longer wait its turn."""
    is_writing = connection.get_execution_options().get(_IS_WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


class Database:
    """Gives out transactions. Objects read in one stay readable after it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writer = engine.execution_options(**{_IS_WRITING: True})

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that changes nothing."""
        with translate_database_errors(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextlib.contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that is committed, durably, when the block ends without an error."""
        with translate_database_errors(), Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


@contextlib.contextmanager
def translate_database_errors() -> Iterator[None]:
    """Turn what the database driver reports about its disk or its locks into errors with a public face."""
    try:
        yield
    except DatabaseError as error:
        if type(error) not in _TROUBLES:
            raise  # a broken constraint or a wrong statement is not the disk's fault
        raise _translate(error) from error


# A garbled SQLite file is reported as a plain DatabaseError.
_TROUBLES = (DatabaseError, OperationalError, InternalError)
_FULL = frozenset({sqlite3.SQLITE_FULL})
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_POSTGRES_DISK_FULL = "53100"


def _translate(error: DatabaseError) -> BoothError:
    primary = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    if primary in _FULL or getattr(error.orig, "sqlstate", None) == _POSTGRES_DISK_FULL:
        return StorageFullError(cause=str(error.orig))
    if primary in _BUSY or error.connection_invalidated:
        return NotReadyError(retry_after_s=2, cause=str(error.orig))
    return StorageError(cause=str(error.orig))
