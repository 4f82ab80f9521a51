"""Does what one side reads agree with what the other side writes? Compares JSON schemas, not examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]


@dataclass(frozen=True)
class Side:
    """A schema and the document that its references point into."""

    schema: Schema
    document: Schema

    def resolved(self) -> Side:
        schema = self.schema
        while "$ref" in schema:
            target: Any = self.document
            for name in schema["$ref"].removeprefix("#/").split("/"):
                target = target[name]
            schema = target
        return Side(schema, self.document)

    def at(self, schema: Schema) -> Side:
        return Side(schema, self.document).resolved()

    def choices(self) -> list[Side]:
        """The alternatives of anyOf/oneOf; the schema itself when there are none."""
        own = self.resolved()
        inner = own.schema.get("anyOf") or own.schema.get("oneOf")
        return [choice for part in inner for choice in own.at(part).choices()] if inner else [own]


def find_disagreements(reader: Side, writer: Side, path: str = "$") -> Iterator[str]:
    """Sentences on what the writer may send and the reader cannot take. No sentence: they agree."""
    for written in writer.choices():
        reasons = [list(_compare(read, written, path)) for read in reader.choices()]
        if all(reasons):
            yield from min(reasons, key=len)


def _compare(reader: Side, writer: Side, path: str) -> Iterator[str]:
    if not reader.schema or (
        "type" not in reader.schema and "enum" not in reader.schema and "const" not in reader.schema
    ):
        return
    if not _types_agree(reader.schema, writer.schema):
        yield f"{path}: written as {_kind(writer.schema)}, read as {_kind(reader.schema)}"
        return
    yield from _compare_values(reader.schema, writer.schema, path)
    if "items" in reader.schema and "items" in writer.schema:
        yield from find_disagreements(reader.at(reader.schema["items"]), writer.at(writer.schema["items"]), f"{path}[]")
    yield from _compare_properties(reader, writer, path)


def _compare_properties(reader: Side, writer: Side, path: str) -> Iterator[str]:
    written = writer.schema.get("properties", {})
    must = set(reader.schema.get("required", ()))
    for name, schema in reader.schema.get("properties", {}).items():
        if name in written:
            yield from find_disagreements(reader.at(schema), writer.at(written[name]), f"{path}.{name}")
        if name in must and name not in writer.schema.get("required", ()):
            yield f"{path}.{name}: must be there for the reader, but the writer may leave it out"
    if reader.schema.get("additionalProperties") is False:
        for name in set(written) - set(reader.schema.get("properties", {})):
            yield f"{path}.{name}: written, but the reader refuses it"


def _compare_values(reader: Schema, writer: Schema, path: str) -> Iterator[str]:
    allowed = _values(reader)
    given = _values(writer)
    if allowed is not None and given is None:
        yield f"{path}: the reader takes only {sorted(allowed)}, the writer promises no list"
    elif allowed is not None and given is not None and not given <= allowed:
        yield f"{path}: the writer may send {sorted(given - allowed)}"


def _values(schema: Schema) -> set[str] | None:
    if "const" in schema:
        return {str(schema["const"])}
    return {str(value) for value in schema["enum"]} if "enum" in schema else None


def _types_agree(reader: Schema, writer: Schema) -> bool:
    kinds = {_kind(reader), _kind(writer)}
    return len(kinds) == 1 or (kinds == {"number", "integer"} and _kind(reader) == "number")


def _kind(schema: Schema) -> str:
    if "type" in schema:
        return str(schema["type"])
    values = schema.get("enum", [schema.get("const")])
    return "string" if all(isinstance(value, str) for value in values) else "any"
