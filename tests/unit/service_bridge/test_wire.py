"""The narrow models of other programs' answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from service_bridge.clients.generator import GeneratorClient  # noqa: F401 - the module must import alone
from service_bridge.clients.style_packs import read_packs
from service_bridge.clients.transport import Answer, ServiceError
from service_bridge.clients.wire import PRODUCT_LICENCE, MemorialAnswer, PaintAnswer, ReceiptAnswer, StyleAnswer
from service_bridge.visits.states import Cause

STYLE: dict[str, Any] = {
    "style_id": "watercolour",
    "revision": "3",
    "name": {"ko": "수채화", "en": "Watercolour"},
    "description": {"ko": "물", "en": "Water"},
    "engines": ["painter"],
    "requests": {"painter": {"denoising_strength": 0.5}},
}
MEMORIAL: dict[str, Any] = {
    "memorial_id": "0198c000-0000-7000-8000-000000000001",
    "code": "K7F2-9QXM",
    "name": {"ko": "가", "en": "a"},
    "deceased_name": "김영희",
    "style_ids": [],
}
RECEIPT: dict[str, Any] = {
    "memory_id": "0198c000-0000-7000-8000-000000000009",
    "revision": 1,
    "digest": "0" * 64,
    "stored": {"original": "a" * 64, "picture": None, "voice": None},
    "received_at": "2026-11-21T00:00:00Z",
    "receipt": "memorial-intake-v1",
}


@pytest.mark.parametrize(
    ("model", "good"),
    [(StyleAnswer, STYLE), (MemorialAnswer, MEMORIAL), (ReceiptAnswer, RECEIPT), (PaintAnswer, {"images": ["aGk="]})],
)
def test_new_fields_are_ignored_and_missing_ones_refused(model: Any, good: dict[str, Any]) -> None:
    read = model.model_validate({**good, "added_later": {"x": 1}})
    assert not hasattr(read, "added_later")
    for name in good:
        without = {key: value for key, value in good.items() if key != name}
        if model.model_fields.get(name) and model.model_fields[name].is_required():
            with pytest.raises(ValidationError):
                model.model_validate(without)


@pytest.mark.parametrize("style_id", ["../up", "", "a/b", "x" * 65, ".hidden", "a b"])
def test_a_style_id_that_could_leave_its_folder_is_refused(style_id: str) -> None:
    with pytest.raises(ValidationError):
        StyleAnswer.model_validate({**STYLE, "style_id": style_id})


def test_whom_a_style_comes_from_is_told_except_of_the_product_s_own() -> None:
    source = {"author": "김화가", "licence": "CC0-1.0", "training_data": "홀 소장"}
    learnt = StyleAnswer.model_validate({**STYLE, "source": source})
    assert learnt.credit is not None and learnt.credit.model_dump() == source
    own = StyleAnswer.model_validate({**STYLE, "source": {**source, "licence": PRODUCT_LICENCE}})
    assert own.credit is None
    assert StyleAnswer.model_validate(STYLE).credit is None, "a generator of before has no source"


def test_the_shipped_styles_have_the_product_s_licence() -> None:
    packs = read_packs(Path("styles"))
    assert len(packs) >= 11
    assert {pack.source and pack.source.licence for pack in packs} == {PRODUCT_LICENCE}


def test_a_revision_may_come_as_a_number() -> None:
    assert StyleAnswer.model_validate({**STYLE, "revision": 3}).revision == "3"


@pytest.mark.parametrize(
    ("media_type", "body"),
    [("text/html", b"[]"), ("application/json", b"<html>"), ("application/json", b'{"a": 1}'), ("", b"[]")],
)
def test_an_answer_of_another_kind_is_not_the_services(media_type: str, body: bytes) -> None:
    answer = Answer(200, {"Content-Type": media_type}, body)
    with pytest.raises(ServiceError) as caught:
        answer.parse(TypeAdapter(list[int]))
    assert caught.value.cause is Cause.NOT_THE_SERVICE


def test_an_answer_is_read_with_parameters_in_its_type() -> None:
    answer = Answer(200, {"Content-Type": "Application/JSON; charset=utf-8"}, b"[1]")
    assert answer.parse(TypeAdapter(list[int])) == [1]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("3", 3.0), (" 12 ", 12.0), ("", None), ("-1", None), ("Fri, 31 Dec 2027 23:59:59 GMT", None), ("9" * 40, None)],
)
def test_retry_after_is_read_in_seconds_only(header: str, seconds: float | None) -> None:
    assert Answer(503, {"Retry-After": header}, b"").retry_after_s == seconds
