"""What a visitor chose, as a booth sends it: beside the photograph, and at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service_bridge.visits.records import Language
from service_bridge.visits.states import PictureChoice, VoiceChoice


@dataclass(frozen=True)
class CaptureWish:
    """The choices that come with a photograph."""

    memorial_id: str
    style_id: str
    language: Language
    ai_restyle: bool


@dataclass(frozen=True)
class FinishWish:
    """What the visitor leaves behind."""

    letter: str
    sender_name: str
    relation: str
    language: Language
    voice: VoiceChoice
    chosen: PictureChoice
    consents: Mapping[str, Any]
