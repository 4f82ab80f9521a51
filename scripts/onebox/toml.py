"""Writes tables as TOML (the standard library reads TOML only)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

Value = str | bool | int | float | Path | Sequence["Value"]
Table = Mapping[str, "Value | Table"]


def render_toml(tables: Table) -> str:
    """TOML text of nested tables, each headed by its dotted name. A Path becomes a string."""
    return "\n".join(_render(tables, ()))


def _render(table: Table, path: tuple[str, ...]) -> Iterator[str]:
    groups = {name: value for name, value in table.items() if isinstance(value, Mapping)}
    values = {name: value for name, value in table.items() if not isinstance(value, Mapping)}
    if values and path:
        yield f"[{'.'.join(map(_key, path))}]"
    yield from (f"{_key(name)} = {_value(value)}" for name, value in values.items())
    if values:
        yield ""
    for name, group in groups.items():
        yield from _render(group, (*path, name))


def _key(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() and name.isascii() else json.dumps(name)


def _value(value: Value) -> str:
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    if isinstance(value, str | Path):
        return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"[{', '.join(map(_value, value))}]"
