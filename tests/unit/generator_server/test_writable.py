"""What the generator answers back must be writable as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from generator_server.http.bodies import Img2ImgBody
from generator_server.http.writable import DEEPEST, check_writable

HALF_A_PAIR = "\ud83d"


def nest(levels: int) -> Any:
    return json.loads("[" * levels + "1" + "]" * levels)


GOOD = {"null": None, "number": 1.5, "text": "사진 👩", "tree": {"a": [{"b": "c"}]}, "deep": nest(DEEPEST)}


@pytest.mark.parametrize("value", GOOD.values(), ids=GOOD)
def test_what_can_be_written_passes(value: Any) -> None:
    check_writable(value)


@pytest.mark.parametrize(
    "value",
    [HALF_A_PAIR, {"a": [HALF_A_PAIR]}, {HALF_A_PAIR: 1}, {"a": {f"b{HALF_A_PAIR}": 1}}, nest(DEEPEST + 1)],
    ids=["text", "inner_text", "name", "inner_name", "deep"],
)
def test_what_cannot_be_written_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"surrogate|nested"):
        check_writable(value)


def test_every_body_is_checked_whatever_its_fields() -> None:
    with pytest.raises(ValidationError, match="surrogate"):
        Img2ImgBody.model_validate({"override_settings": {"a": [HALF_A_PAIR]}})
