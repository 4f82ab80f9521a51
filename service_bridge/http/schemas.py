"""Bodies of requests and answers."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool

from service_bridge.clients.wire import ID_PATTERN, NAME_PATTERN
from service_bridge.visits.states import (
    DeliveryState,
    GenerationState,
    PictureChoice,
    VisitState,
    VoiceChoice,
    VoiceState,
)

LETTER_CHARACTERS = 5000
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _check_text(text: str) -> str:
    if _UNPRINTABLE.search(text):
        raise ValueError("control characters cannot be kept")
    return text


def _check_line(text: str) -> str:
    if text.splitlines() not in ([], [text]):
        raise ValueError("one line only")
    return _check_text(text)


Letter = Annotated[str, Field(max_length=LETTER_CHARACTERS), AfterValidator(_check_text)]
SenderName = Annotated[str, Field(max_length=80), AfterValidator(_check_line)]
Relation = Annotated[str, Field(max_length=40), AfterValidator(_check_line)]
DeviceName = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_check_line)]
Language = Literal["ko", "en"]


class Body(BaseModel):
    """Base of request bodies: unknown fields are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class EnrolmentBody(Body):
    """A code that a person typed, and the device's name."""

    code: str = Field(min_length=1, max_length=64)
    name: DeviceName


class StyleBody(Body):
    """Another style."""

    style_id: str = Field(pattern=NAME_PATTERN)


class SpeechBody(Body):
    """A letter to be read aloud. `online_voice` is the visitor's permission to send the text to Google."""

    text: Letter
    language: Language
    online_voice: StrictBool


class Consents(Body):
    """What the visitor agreed to, each on its own: only true and false, never a word or a number taken for them."""

    family_page: StrictBool
    ai_restyle: StrictBool
    voice: StrictBool
    online_voice: StrictBool
    keep_until: date | None = None


class FinishBody(Body):
    """What the visitor leaves behind."""

    letter: Letter
    sender_name: SenderName
    relation: Relation
    language: Language
    voice: VoiceChoice
    chosen: PictureChoice
    consents: Consents


class EnrolmentAnswer(BaseModel):
    """A device's id and its token, told once."""

    booth_id: str
    token: str


class CaptureAnswer(BaseModel):
    """The photograph is on disk for good."""

    visit_id: str
    state: VisitState
    sha256: str
    saved_at: datetime


class GenerationStatus(BaseModel):
    """How far the picture is. `progress` is 0-1; `output_id` is the picture's SHA-256."""

    state: GenerationState
    engine: str | None
    progress: float
    output_id: str | None
    seed: int | None


class VoiceStatus(BaseModel):
    """How far the voice is."""

    state: VoiceState
    made_by: str | None
    duration_s: float | None


class DeliveryStatus(BaseModel):
    """How far the newest revision is. `cause` is a stable word."""

    state: DeliveryState
    revision: int | None
    attempts: int
    next_attempt_at: datetime | None
    cause: str | None


class VisitStatus(BaseModel):
    """Everything a kiosk may know of its visit."""

    visit_id: str
    state: VisitState
    style_id: str
    memorial_id: str
    generation: GenerationStatus
    voice: VoiceStatus
    delivery: DeliveryStatus
    receipt_code: str | None
    saved_at: datetime
    finished_at: datetime | None


class VoiceAnswer(BaseModel):
    """A voice that is kept."""

    made_by: str
    duration_s: float
    sha256: str


class Receipt(BaseModel):
    """What the visitor takes home."""

    code: str
    visit_id: str
    memorial_name: str
    private_url: str


class FinishAnswer(BaseModel):
    """The visit is on disk for good, and its delivery with it."""

    receipt: Receipt
    saved_at: datetime


class WordsAnswer(BaseModel):
    """A text in both languages."""

    ko: str
    en: str


class LiveLutAnswer(BaseModel):
    """A style's colours for the live picture: `side` x `side` x `side` colours of 3 bytes, as base64."""

    version: int
    side: int
    table: str


class StyleSourceAnswer(BaseModel):
    """Who made a style, its licence, and the pictures that it was learnt from."""

    author: str
    licence: str
    training_data: str


class StyleListItem(BaseModel):
    """A style to choose. `source` is to be shown with it; null for the styles that come with the product."""

    style_id: str
    name: WordsAnswer
    description: WordsAnswer
    engines: list[str]
    revision: str
    sample_url: str
    live_lut: LiveLutAnswer | None
    source: StyleSourceAnswer | None


class MemorialListItem(BaseModel):
    """A memorial to choose."""

    memorial_id: str = Field(pattern=ID_PATTERN)
    code: str
    name: WordsAnswer
    deceased_name: str
    style_ids: list[str]


class UndeliveredItem(BaseModel):
    """A memory that has not arrived, with its age and why in plain words."""

    visit_id: str
    receipt_code: str
    memorial_id: str
    state: DeliveryState
    age_s: float
    attempts: int
    next_attempt_at: datetime | None
    cause: str


class ReadyAnswer(BaseModel):
    """Whether visits can be taken in. A check says `ok`, `warning`, `failed` or `unknown`."""

    program: str
    checks: dict[str, Literal["ok", "warning", "failed", "unknown"]]
