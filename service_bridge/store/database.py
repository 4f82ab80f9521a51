"""The engine and its transactions. The one place that knows which database it is."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from boothkit.errors import StorageError, StorageFullError
from service_bridge.errors import DatabaseBusyError, DatabaseDamagedError
from service_bridge.store.turns import Turns

_SQLITE_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_SQLITE_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_POSTGRES_BUSY = frozenset({"55P03", "40001", "40P01", "57014"})
_POSTGRES_FULL = "53100"
_RETRY_AFTER_S = 5.0


class Database:
    """Transactions on the bridge's database, which DBOS shares. Thread-safe.

    On SQLite: write-ahead log, every commit flushed (`synchronous=FULL`; anything less loses answered saves in a power
    cut), and a bounded wait for a locked file. The driver commits reads at once; a write takes the lock first.
    """

    def __init__(self, url: str, *, busy_timeout_s: float) -> None:
        self.url = url
        self._busy_timeout_s = busy_timeout_s
        self._writer = Turns()
        self.is_sqlite = sa.make_url(url).get_backend_name() == "sqlite"
        self.engine = _create_sqlite(url, busy_timeout_s) if self.is_sqlite else _create_other(url, busy_timeout_s)

    @contextlib.contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection for reading. Raises DatabaseBusyError, StorageFullError or StorageError."""
        with translate_errors(), self.engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One transaction, committed when the block ends and rolled back when it raises. Not to be nested.

        Writers of this process queue, first come, first served, and are woken at once; SQLite's own waiting polls. What
        was read inside the block is still true when it commits.
        """
        if not self._writer.acquire(self._busy_timeout_s):
            raise DatabaseBusyError(retry_after_s=_RETRY_AFTER_S)
        try:
            with translate_errors(), self.engine.begin() as connection:
                if self.is_sqlite:
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
        finally:
            self._writer.release()

    def check(self) -> None:
        """Raises DatabaseDamagedError when the file does not pass SQLite's own check, or another storage error."""
        with self.read() as connection:
            if not self.is_sqlite:
                connection.exec_driver_sql("SELECT 1")
                return
            finding = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if finding != "ok":
            raise DatabaseDamagedError(finding=finding)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _create_sqlite(url: str, busy_timeout_s: float) -> sa.Engine:
    engine = sa.create_engine(url, pool_size=20, connect_args={"timeout": busy_timeout_s})

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = "IMMEDIATE"
        wait_ms = int(busy_timeout_s * 1000)
        for pragma in (f"busy_timeout={wait_ms}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _create_other(url: str, busy_timeout_s: float) -> sa.Engine:
    """Another database server: waiting for a lock is bounded there as well."""
    wait_ms = int(busy_timeout_s * 1000)
    return sa.create_engine(
        url, pool_size=20, pool_pre_ping=True, connect_args={"options": f"-c lock_timeout={wait_ms}"}
    )


@contextlib.contextmanager
def translate_errors() -> Iterator[None]:
    """Turn the driver's errors into the bridge's, by one table."""
    try:
        yield
    except DBAPIError as error:
        raise _translate(error) from error


def _translate(error: DBAPIError) -> Exception:
    cause = error.orig
    sqlite_code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    sqlstate = getattr(cause, "sqlstate", None)
    if sqlite_code in _SQLITE_BUSY or sqlstate in _POSTGRES_BUSY:
        return DatabaseBusyError(retry_after_s=_RETRY_AFTER_S)
    if sqlite_code == sqlite3.SQLITE_FULL or sqlstate == _POSTGRES_FULL:
        return StorageFullError(cause="database")
    if sqlite_code in _SQLITE_DAMAGED:
        return DatabaseDamagedError(finding=str(cause))
    return StorageError(cause=getattr(cause, "sqlite_errorname", None) or sqlstate or type(cause).__name__)
