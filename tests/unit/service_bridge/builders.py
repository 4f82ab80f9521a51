"""Records with ordinary values, to be changed where a test cares."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from service_bridge.visits.planning import text_sha256
from service_bridge.visits.records import Delivery, Finish, Generation, Visit, VisitParts, Voice
from service_bridge.visits.states import (
    DeliveryState,
    GenerationState,
    PictureChoice,
    VisitState,
    VoiceChoice,
    VoiceKind,
    VoiceState,
)

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
VISIT_ID = "0198c000-0000-7000-8000-000000000009"
SHA256 = "ab" * 32
LETTER = "보고 싶어요."


def visit(**changes: Any) -> Visit:
    record = Visit(
        visit_id=VISIT_ID,
        booth_id="0198c000-0000-7000-8000-0000000000b0",
        memorial_id="0198c000-0000-7000-8000-000000000001",
        style_id="watercolour",
        language="ko",
        ai_restyle=True,
        state=VisitState.CAPTURED,
        capture_digest="0" * 64,
        original_sha256=SHA256,
        original_media_type="image/jpeg",
        original_bytes=1000,
        saved_at=NOON,
    )
    return replace(record, **changes)


def generation(**changes: Any) -> Generation:
    record = Generation(
        visit_id=VISIT_ID,
        number=1,
        style_id="watercolour",
        seed=7,
        state=GenerationState.QUEUED,
        attempt=1,
        tries=0,
        next_attempt_at=NOON,
        cause=None,
        engine=None,
        style_name=None,
        style_source=None,
        output_sha256=None,
        sealed_sha256=None,
        sealed_bytes=None,
        created_at=NOON,
    )
    return replace(record, **changes)


def done(**changes: Any) -> Generation:
    return generation(
        state=GenerationState.DONE,
        engine="painter",
        style_name={"ko": "수채화", "en": "Watercolour"},
        output_sha256="cd" * 32,
        sealed_sha256="dc" * 32,
        sealed_bytes=2000,
        next_attempt_at=None,
        **changes,
    )


def finish(**changes: Any) -> Finish:
    consents = {"family_page": True, "ai_restyle": True, "voice": True, "online_voice": False, "keep_until": None}
    record = Finish(
        visit_id=VISIT_ID,
        digest="0" * 64,
        letter=LETTER,
        sender_name="손녀",
        relation="손녀",
        language="ko",
        voice=VoiceChoice.NONE,
        chosen=PictureChoice.PICTURE,
        consents=consents,
        receipt_code="K7F2-9QXM-4T",
        memorial_name="김영희 님을 기억하며",
        private_url="https://memorial.example/m/1",
        finished_at=NOON,
    )
    return replace(record, **changes)


def delivery(**changes: Any) -> Delivery:
    record = Delivery(
        visit_id=VISIT_ID,
        revision=1,
        state=DeliveryState.QUEUED,
        attempt=1,
        tries=0,
        next_attempt_at=NOON,
        cause=None,
        manifest=None,
        digest=None,
        has_picture=False,
        created_at=NOON,
        delivered_at=None,
    )
    return replace(record, **changes)


def voice(kind: VoiceKind = VoiceKind.SPEECH, **changes: Any) -> Voice:
    record = Voice(
        visit_id=VISIT_ID,
        kind=kind,
        state=VoiceState.READY,
        audio_sha256="ef" * 32,
        audio_bytes=500,
        media_type="audio/mp4",
        duration_s=2.0,
        made_by="espeak-ng",
        text_sha256=text_sha256(LETTER, language="ko"),
        source_sha256=None,
        cause=None,
        made_at=NOON,
    )
    return replace(record, **changes)


def parts(**changes: Any) -> VisitParts:
    empty = VisitParts(visit=visit(), generation=None, speech=None, recording=None, finish=None, delivery=None)
    return replace(empty, **changes)


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)
