"""The comparison itself can find what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.agreement import Side, find_disagreements


def compare(reader: dict[str, Any], writer: dict[str, Any]) -> list[str]:
    return list(find_disagreements(Side(reader, {}), Side(writer, {})))


def record(required: list[str], **properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required}


TEXT = {"type": "string"}
NUMBER = {"type": "number"}
WHOLE = {"type": "integer"}
NOTHING = {"type": "null"}


@pytest.mark.parametrize(
    ("reader", "writer"),
    [
        (TEXT, TEXT),
        (NUMBER, WHOLE),
        ({"anyOf": [TEXT, NOTHING]}, TEXT),
        (record(["a"], a=TEXT), record(["a", "b"], a=TEXT, b=NUMBER)),
        (record([], a=TEXT), record([], a=TEXT)),
        ({"enum": ["ko", "en", "fr"]}, {"enum": ["ko", "en"], "type": "string"}),
        ({"type": "array", "items": TEXT}, {"type": "array", "items": TEXT}),
    ],
)
def test_agreement_is_seen(reader: dict[str, Any], writer: dict[str, Any]) -> None:
    assert compare(reader, writer) == []


@pytest.mark.parametrize(
    ("reader", "writer", "words"),
    [
        (TEXT, NUMBER, "written as number"),
        (WHOLE, NUMBER, "written as number"),
        (TEXT, {"anyOf": [TEXT, NOTHING]}, "written as null"),
        (record(["a"], a=TEXT), record([], a=TEXT), r"\$.a: must be there"),
        (record(["a"], a=TEXT), record([]), r"\$.a: must be there"),
        (record(["a"], a=TEXT), record(["a"], a=WHOLE), r"\$.a: written as integer"),
        ({"enum": ["ko"], "type": "string"}, {"enum": ["ko", "en"], "type": "string"}, "may send"),
        ({"enum": ["ko"], "type": "string"}, TEXT, "promises no list"),
        ({"type": "array", "items": TEXT}, {"type": "array", "items": WHOLE}, r"\$\[\]"),
        ({**record([], a=TEXT), "additionalProperties": False}, record([], a=TEXT, b=TEXT), "refuses"),
    ],
)
def test_disagreement_is_named(reader: dict[str, Any], writer: dict[str, Any], words: str) -> None:
    found = compare(reader, writer)
    assert len(found) == 1
    with pytest.raises(AssertionError, match=words):
        raise AssertionError(found[0])
