"""Frozen records of a visit and its parts; field names are the database's column names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from service_bridge.visits.states import (
    DeliveryState,
    GenerationState,
    PictureChoice,
    VisitState,
    VoiceChoice,
    VoiceKind,
    VoiceState,
)

Language = Literal["ko", "en"]
Role = Literal["kiosk", "staff"]


@dataclass(frozen=True)
class Booth:
    """A device that may talk to the bridge. Only the hash of its token is known."""

    booth_id: str
    name: str
    role: Role
    token_hash: str
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True)
class Visit:
    """One pass through the booth. `capture_digest` covers the photograph and the choices it came with."""

    visit_id: str
    booth_id: str
    memorial_id: str
    style_id: str
    language: Language
    ai_restyle: bool
    state: VisitState
    capture_digest: str
    original_sha256: str
    original_media_type: str
    original_bytes: int
    saved_at: datetime


@dataclass(frozen=True)
class Generation:
    """One picture asked for.

    `attempt` numbers the workflows that try it, `tries` counts requests that failed. `output_sha256` is the engine's
    PNG, `sealed_sha256` the labelled file that a family gets. `broken_engine` was at work on it when its program ended;
    a better picture made later knows of it too.
    """

    visit_id: str
    number: int
    style_id: str
    seed: int
    state: GenerationState
    attempt: int
    tries: int
    next_attempt_at: datetime | None
    cause: str | None
    engine: str | None
    style_name: dict[str, str] | None
    style_source: dict[str, str] | None
    output_sha256: str | None
    sealed_sha256: str | None
    sealed_bytes: int | None
    created_at: datetime
    broken_engine: str | None = None


@dataclass(frozen=True)
class Voice:
    """A voice of a visit.

    `text_sha256` names the letter that a speech reads, `source_sha256` is the recording as it came.
    """

    visit_id: str
    kind: VoiceKind
    state: VoiceState
    audio_sha256: str | None
    audio_bytes: int | None
    media_type: str | None
    duration_s: float | None
    made_by: str | None
    text_sha256: str | None
    source_sha256: str | None
    cause: str | None
    made_at: datetime


@dataclass(frozen=True)
class Finish:
    """What the visitor left behind and agreed to, with the receipt they were given."""

    visit_id: str
    digest: str
    letter: str
    sender_name: str
    relation: str
    language: Language
    voice: VoiceChoice
    chosen: PictureChoice
    consents: dict[str, Any]
    receipt_code: str
    memorial_name: str
    private_url: str
    finished_at: datetime


@dataclass(frozen=True)
class Delivery:
    """One revision on its way. `manifest` is what is sent, frozen once it is sealed; `digest` is its hash."""

    visit_id: str
    revision: int
    state: DeliveryState
    attempt: int
    tries: int
    next_attempt_at: datetime | None
    cause: str | None
    manifest: dict[str, Any] | None
    digest: str | None
    has_picture: bool
    created_at: datetime
    delivered_at: datetime | None


@dataclass(frozen=True)
class VisitParts:
    """Everything known of one visit at one moment; generation and delivery are the newest ones."""

    visit: Visit
    generation: Generation | None
    speech: Voice | None
    recording: Voice | None
    finish: Finish | None
    delivery: Delivery | None
