"""The journal's records as JSON documents, checked when they are read back."""

from __future__ import annotations

import json
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter

from kiosk.flow.visit import Consents, FinishRequest, HandOver, JournalEntry, Language, PictureChoice, VoiceChoice


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _HandOverDocument(_Document):
    memorial_id: str
    style_id: str
    language: Language
    ai_restyle: bool
    sha256: str
    media_type: str


class _ConsentsDocument(_Document):
    family_page: bool
    ai_restyle: bool
    online_voice: bool
    keep_until: date | None


class _FinishDocument(_Document):
    letter: str
    sender_name: str
    relation: str
    language: Language
    voice: VoiceChoice
    chosen: PictureChoice
    consents: _ConsentsDocument


class _EntryDocument(_Document):
    version: Literal[1] = 1
    visit_id: str
    stage: Literal["draft", "approved", "finishing"]
    sha256: str
    is_handed_over: bool = False
    hand_over: _HandOverDocument | None = None
    finish: _FinishDocument | None = None


_ENTRY = TypeAdapter(_EntryDocument)


def write_entry(entry: JournalEntry, *, sha256: str) -> bytes:
    """An entry with the hash of its photograph as a document. An entry that is being erased has none."""
    if entry.stage == "erasing":
        raise ValueError("what is being erased is not written down")
    document = _EntryDocument(
        visit_id=entry.visit_id,
        stage=entry.stage,
        sha256=sha256,
        is_handed_over=entry.is_handed_over,
        hand_over=_hand_over_document(entry.hand_over),
        finish=_finish_document(entry.finish),
    )
    return document.model_dump_json().encode()


def read_entry(document: bytes) -> tuple[JournalEntry, str]:
    """The entry and its photograph's SHA-256. Raises pydantic.ValidationError for anything else."""
    read = _ENTRY.validate_json(document)
    entry = JournalEntry(
        visit_id=read.visit_id,
        stage=read.stage,
        hand_over=_hand_over_record(read),
        is_handed_over=read.is_handed_over,
        finish=_finish_record(read),
    )
    return entry, read.sha256


def write_done(*, visit_id: str, sha256: str, receipt_code: str, saved_at: str) -> bytes:
    """What stays of a finished visit for the day: nothing the visitor gave, only the proof that it arrived."""
    document = {"visit_id": visit_id, "photo_sha256": sha256, "receipt_code": receipt_code, "saved_at": saved_at}
    return json.dumps(document, sort_keys=True).encode()


def _hand_over_document(hand_over: HandOver | None) -> _HandOverDocument | None:
    if hand_over is None:
        return None
    return _HandOverDocument(
        memorial_id=hand_over.memorial_id,
        style_id=hand_over.style_id,
        language=hand_over.language,
        ai_restyle=hand_over.ai_restyle,
        sha256=hand_over.sha256,
        media_type=hand_over.media_type,
    )


def _finish_document(finish: FinishRequest | None) -> _FinishDocument | None:
    if finish is None:
        return None
    consents = finish.consents
    return _FinishDocument(
        letter=finish.letter,
        sender_name=finish.sender_name,
        relation=finish.relation,
        language=finish.language,
        voice=finish.voice,
        chosen=finish.chosen,
        consents=_ConsentsDocument(
            family_page=consents.family_page,
            ai_restyle=consents.ai_restyle,
            online_voice=consents.online_voice,
            keep_until=consents.keep_until,
        ),
    )


def _hand_over_record(read: _EntryDocument) -> HandOver | None:
    return HandOver(visit_id=read.visit_id, **read.hand_over.model_dump()) if read.hand_over else None


def _finish_record(read: _EntryDocument) -> FinishRequest | None:
    if read.finish is None:
        return None
    fields = read.finish.model_dump(exclude={"consents"})
    return FinishRequest(visit_id=read.visit_id, **fields, consents=Consents(**read.finish.consents.model_dump()))
