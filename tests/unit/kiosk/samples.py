"""Records that several tests use."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from kiosk.flow.visit import (
    Consents,
    FinishRequest,
    HandOver,
    Memorial,
    Receipt,
    Still,
    Style,
    Words,
)
from kiosk.settings import BridgeSettings

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MEMORIAL = Memorial(
    "0193a1b2-0000-7000-8000-000000000001",
    "ROSE-12",
    Words("김영희 님을 기리며", "In memory of Kim Younghee"),
    "김영희",
    ("watercolour",),
)
STYLE = Style("watercolour", Words("수채화", "Watercolour"), Words("물빛", "Soft"))
CONSENTS = Consents(family_page=True, ai_restyle=True, online_voice=True)
RECEIPT = Receipt("K7F2-9QXM-4T", "김영희", "https://memorial.example/r/1", NOW)


def make_still(seed: bytes = b"still") -> Still:
    """A still whose bytes differ by `seed`; its hash is right."""
    image = b"\xff\xd8\xff" + seed * 400
    return Still(image, hashlib.sha256(image).hexdigest(), 960, 1280, NOW)


def make_hand_over(visit_id: str, still: Still) -> HandOver:
    return HandOver(visit_id, MEMORIAL.memorial_id, STYLE.style_id, "ko", True, still.sha256, still.media_type)


def make_finish(visit_id: str, letter: str = "할머니, 보고 싶어요.") -> FinishRequest:
    return FinishRequest(visit_id, letter, "김민수", "손자", "ko", "none", "picture", CONSENTS)


def make_settings(url: str) -> BridgeSettings:
    """Short limits, so that silence is noticed soon."""
    return BridgeSettings(
        url=url, connect_timeout_s=0.5, read_timeout_s=0.5, speech_timeout_s=1.0, stream_silence_s=0.5
    )
