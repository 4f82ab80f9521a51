"""Rows as records and back: field names of a record are the table's column names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, TypeVar

import sqlalchemy as sa

T = TypeVar("T")


def find_one(connection: sa.Connection, record: type[T], statement: sa.Select[Any]) -> T | None:
    """The only row as a record, or None."""
    row = connection.execute(statement).one_or_none()
    return None if row is None else record(**row._mapping)


def list_all(connection: sa.Connection, record: type[T], statement: sa.Select[Any]) -> list[T]:
    """Every row as a record."""
    return [record(**row._mapping) for row in connection.execute(statement)]


def insert(connection: sa.Connection, table: sa.Table, record: Any) -> None:
    """Insert a record as a new row."""
    connection.execute(sa.insert(table).values(**_to_values(record)))


def update(connection: sa.Connection, table: sa.Table, record: Any) -> None:
    """Write every field of a record over the row with its key."""
    values = _to_values(record)
    keys = [column == values.pop(column.name) for column in table.primary_key.columns]
    connection.execute(sa.update(table).where(*keys).values(**values))


def upsert(connection: sa.Connection, table: sa.Table, record: Any) -> None:
    """Replace the row with the record's key. Inside a write transaction nobody can come in between."""
    values = _to_values(record)
    keys = [column == values[column.name] for column in table.primary_key.columns]
    connection.execute(sa.delete(table).where(*keys))
    connection.execute(sa.insert(table).values(**values))


def _to_values(record: Any) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in fields(record)}


def columns_in(column: sa.Column[Any], values: Iterable[Any]) -> sa.ColumnElement[bool]:
    """`column IN (...)`, in a stable order, so that the statement is cached."""
    return column.in_(sorted(values))
