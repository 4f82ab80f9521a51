"""What the kiosk makes of a style's table of colours: the whole table, or none."""

from __future__ import annotations

import base64

import pytest

from kiosk.bridge.wire import StyleWire
from kiosk.flow.visit import StyleSource

TABLE = bytes(range(256)) * 57 + bytes(147)


def read(**live_lut: object) -> bytes:
    words = {"ko": "가", "en": "a"}
    whole = {"version": 1, "side": 17, "table": base64.b64encode(TABLE).decode(), **live_lut}
    body = {"style_id": "ours", "name": words, "description": words, "live_lut": whole}
    return StyleWire.model_validate(body).to_record().live_lut


def test_a_whole_table_comes_as_bytes() -> None:
    assert len(TABLE) == 17**3 * 3
    assert read() == TABLE


@pytest.mark.parametrize(
    "changes",
    [{"version": 2}, {"side": 33}, {"table": "no base64"}, {"table": base64.b64encode(TABLE[:-1]).decode()}],
)
def test_a_table_of_another_kind_is_none(changes: dict[str, object]) -> None:
    assert read(**changes) == b""


def test_a_style_may_name_its_source() -> None:
    words = {"ko": "가", "en": "a"}
    whole = {"author": "김화가", "licence": "CC0-1.0", "training_data": "홀 소장"}
    for given, read_back in ((whole, StyleSource("김화가", "CC0-1.0")), (None, None)):
        style = StyleWire.model_validate({"style_id": "ours", "name": words, "description": words, "source": given})
        assert style.to_record().source == read_back


def test_a_style_may_have_none() -> None:
    words = {"ko": "가", "en": "a"}
    style = StyleWire.model_validate({"style_id": "ours", "name": words, "description": words, "live_lut": None})
    assert style.to_record().live_lut == b""
