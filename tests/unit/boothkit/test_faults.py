"""What is wrong with one field, for people."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, Field, ValidationError

from boothkit.faults import FieldFault, read_fault


class Card(BaseModel):
    """Something with one short line on it."""

    line: str = Field(max_length=3)


def test_a_fault_is_told_in_the_readers_language() -> None:
    fault = FieldFault("line", "너무 깁니다.", "too long", kind="too_long", place="query")
    assert fault.describe("en") == {"in": "query", "field": "line", "type": "too_long", "message": "too long"}
    assert fault.describe("ko")["message"] == "너무 깁니다."


def test_a_fault_that_pydantic_found_is_named_by_its_place() -> None:
    with pytest.raises(ValidationError) as caught:
        Card.model_validate({"line": "far too long"})
    fault = read_fault(caught.value.errors()[0], prefix=("metadata",))
    assert (fault.field, fault.kind, fault.place) == ("metadata.line", "string_too_long", "body")
    assert fault.ko == "너무 깁니다."
    assert "at most 3" in fault.en
