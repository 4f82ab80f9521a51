"""Of the bridge's answers only what the kiosk uses. Unknown fields are ignored, so that the bridge may grow."""

from __future__ import annotations

import base64
from datetime import datetime

from pydantic import BaseModel, Field, TypeAdapter

from kiosk.flow.visit import (
    Consents,
    FinishRequest,
    Generation,
    GenerationState,
    Memorial,
    Receipt,
    Style,
    StyleSource,
    Words,
)

LUT_VERSION, LUT_SIDE = 1, 17


class WordsWire(BaseModel):
    ko: str
    en: str

    def to_record(self) -> Words:
        return Words(ko=self.ko, en=self.en)


class MemorialWire(BaseModel):
    memorial_id: str
    code: str
    name: WordsWire
    deceased_name: str
    style_ids: tuple[str, ...] = ()

    def to_record(self) -> Memorial:
        return Memorial(self.memorial_id, self.code, self.name.to_record(), self.deceased_name, self.style_ids)


class LiveLutWire(BaseModel):
    version: int
    side: int
    table: str

    def to_bytes(self) -> bytes:
        """The table; nothing for a version that is not known here, or when it is damaged."""
        if (self.version, self.side) != (LUT_VERSION, LUT_SIDE):
            return b""
        try:
            table = base64.b64decode(self.table, validate=True)
        except ValueError:
            return b""
        return table if len(table) == 3 * LUT_SIDE**3 else b""


class StyleSourceWire(BaseModel):
    author: str
    licence: str

    def to_record(self) -> StyleSource:
        return StyleSource(self.author, self.licence)


class StyleWire(BaseModel):
    style_id: str
    name: WordsWire
    description: WordsWire
    live_lut: LiveLutWire | None = None
    source: StyleSourceWire | None = None

    def to_record(self) -> Style:
        return Style(
            self.style_id,
            self.name.to_record(),
            self.description.to_record(),
            live_lut=self.live_lut.to_bytes() if self.live_lut else b"",
            source=self.source.to_record() if self.source else None,
        )


class CaptureSavedWire(BaseModel):
    visit_id: str
    sha256: str
    saved_at: datetime


class GenerationWire(BaseModel):
    state: GenerationState
    engine: str | None = None
    progress: float = Field(0.0, ge=0.0, le=1.0)
    output_id: str | None = None
    seed: int | None = None

    def to_record(self) -> Generation:
        return Generation(self.state, self.engine or "", self.progress, self.output_id or "", self.seed)


class VisitStatusWire(BaseModel):
    visit_id: str
    generation: GenerationWire


class SpeechWire(BaseModel):
    made_by: str
    duration_s: float


class _ReceiptFields(BaseModel):
    code: str
    visit_id: str
    memorial_name: str
    private_url: str


class FinishSavedWire(BaseModel):
    receipt: _ReceiptFields
    saved_at: datetime

    def to_record(self) -> Receipt:
        receipt = self.receipt
        return Receipt(receipt.code, receipt.memorial_name, receipt.private_url, self.saved_at)


class EnrolmentWire(BaseModel):
    booth_id: str
    token: str = Field(min_length=16)


MEMORIALS = TypeAdapter(tuple[MemorialWire, ...])
STYLES = TypeAdapter(tuple[StyleWire, ...])


def write_finish(request: FinishRequest) -> dict[str, object]:
    """The body of a finish request. Choosing a voice is the visitor's consent to keep it."""
    return {
        "letter": request.letter,
        "sender_name": request.sender_name,
        "relation": request.relation,
        "language": request.language,
        "voice": request.voice,
        "chosen": request.chosen,
        "consents": _write_consents(request.consents, has_voice=request.voice != "none"),
    }


def _write_consents(consents: Consents, *, has_voice: bool) -> dict[str, object]:
    return {
        "family_page": consents.family_page,
        "ai_restyle": consents.ai_restyle,
        "voice": has_voice,
        "online_voice": consents.online_voice,
        "keep_until": consents.keep_until.isoformat() if consents.keep_until else None,
    }
