"""What one program sends is what the other takes: the sender's code against the receiver's models."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.bridge.wire import write_finish
from kiosk.flow.visit import Consents, FinishRequest
from memorial_service.intake.schemas import MemoryMetadata
from service_bridge.http.schemas import FinishBody
from service_bridge.workflow.sealing import build_manifest
from tests.unit.service_bridge.builders import done, finish, parts


def test_a_finish_with_everything_is_taken() -> None:
    request = FinishRequest(
        visit_id="0199f5d2-0000-7000-8000-000000000001",
        letter="고마웠습니다.",
        sender_name="김하늘",
        relation="친구",
        language="ko",
        voice="letter_read_aloud",
        chosen="picture",
        consents=Consents(family_page=True, ai_restyle=True, online_voice=True, keep_until=date(2030, 1, 1)),
    )
    body = FinishBody.model_validate(write_finish(request))
    assert body.letter == request.letter
    assert body.consents.voice
    assert body.consents.keep_until == date(2030, 1, 1)


def test_a_finish_with_nothing_but_consent_is_taken() -> None:
    request = FinishRequest(
        visit_id="0199f5d2-0000-7000-8000-000000000001",
        letter="",
        sender_name="",
        relation="",
        language="en",
        voice="none",
        chosen="original",
        consents=Consents(family_page=True),
    )
    body = FinishBody.model_validate(write_finish(request))
    assert not body.consents.voice
    assert body.consents.keep_until is None


@pytest.mark.parametrize("source", [None, {"author": "가" * 80, "licence": "나" * 80, "training_data": "다" * 400}])
def test_a_delivery_is_taken_with_and_without_a_style_s_source(source: dict[str, str] | None) -> None:
    """The longest texts that a style's manifest may have arrive whole."""
    manifest = build_manifest(parts(generation=done(style_source=source), finish=finish()), 1)
    picture = MemoryMetadata.model_validate(manifest).files.picture
    assert picture is not None
    assert (picture.style_source and picture.style_source.model_dump()) == source
