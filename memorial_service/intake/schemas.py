"""What a booth sends about a memory, and what it is answered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, NoReturn

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from boothkit.errors import InvalidRequestError
from boothkit.faults import FieldFault, read_fault
from memorial_service.intake.multipart import Part

Role = Literal["original", "picture", "voice"]
_MAX_INTEGER = 2**63 - 1
_Name = Annotated[str, StringConstraints(max_length=80)]
_Sentences = Annotated[str, StringConstraints(max_length=400)]
# A booth's clock may be wrong, but not by more: the ends of the calendar cannot be turned into another time zone.
_YEARS = range(1970, 2200)
_Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


def _check_year(moment: datetime) -> datetime:
    if moment.year not in _YEARS:
        raise ValueError(f"the year must be from {_YEARS.start} to {_YEARS.stop - 1}")
    return moment


_Moment = Annotated[AwareDatetime, AfterValidator(_check_year)]


class _Tolerant(BaseModel):
    """Fields that a newer booth adds are kept in the document and ignored here."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class StyleName(_Tolerant):
    """A style's name in both languages."""

    ko: _Name
    en: _Name


class StyleSource(_Tolerant):
    """Who made a style, its licence, and the pictures that it was learnt from."""

    author: _Sentences
    licence: _Sentences
    training_data: _Sentences


class FileEntry(_Tolerant):
    """What a file is said to be."""

    sha256: _Sha256
    media_type: Annotated[str, StringConstraints(max_length=80)]
    bytes: int = Field(ge=1)


class PictureEntry(FileEntry):
    """The picture made from the original, and how it was made."""

    style_id: _Name
    style_name: StyleName
    style_source: StyleSource | None = None
    engine: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    seed: int | None = Field(None, ge=-_MAX_INTEGER, le=_MAX_INTEGER)
    is_ai_generated: bool


class VoiceEntry(FileEntry):
    """The voice and whose it is."""

    duration_s: float | None = Field(None, gt=0, le=3600)
    made_by: Literal["google", "espeak-ng", "visitor"]


class Files(_Tolerant):
    """The files of a memory by role."""

    original: FileEntry
    picture: PictureEntry | None = None
    voice: VoiceEntry | None = None

    def by_role(self) -> dict[Role, FileEntry]:
        """Only those that are there."""
        entries: dict[Role, FileEntry | None] = {
            "original": self.original,
            "picture": self.picture,
            "voice": self.voice,
        }
        return {role: entry for role, entry in entries.items() if entry is not None}


class Consents(_Tolerant):
    """Without consent to the family page there is nothing to receive."""

    family_page: Literal[True]


class MemoryMetadata(_Tolerant):
    """Everything about one revision of a memory except the files' content."""

    revision: int = Field(ge=1, le=1_000_000)
    memorial_id: Annotated[str, StringConstraints(max_length=36)]
    captured_at: _Moment | None = None
    language: Literal["ko", "en"]
    sender_name: _Name = ""
    relation: Annotated[str, StringConstraints(max_length=40)] = ""
    letter: Annotated[str, StringConstraints(max_length=5000)] = ""
    receipt_code: Annotated[str, StringConstraints(max_length=40)] = ""
    files: Files
    chosen: Literal["picture", "original"] = "picture"
    consents: Consents


@dataclass(frozen=True)
class Parcel:
    """A memory as it arrived. `document` is the canonical JSON of its metadata and `digest` its SHA-256."""

    memory_id: str
    metadata: MemoryMetadata
    document: str
    digest: str
    parts: Mapping[Role, Part]


class StoredFiles(BaseModel):
    """The SHA-256 of each file of this revision, as it is stored."""

    original: str
    picture: str | None = None
    voice: str | None = None


class IntakeAnswer(BaseModel):
    """The receipt for the booth. A captive portal's page is none: `receipt` names it."""

    memory_id: str
    revision: int
    digest: str
    stored: StoredFiles
    received_at: datetime
    receipt: Literal["memorial-intake-v1"]


def parse_metadata(part: Part) -> tuple[MemoryMetadata, str]:
    """Checked metadata and its canonical document. Raises InvalidRequestError."""
    try:
        document = json.loads(part.data, parse_constant=_refuse_constant)
        canonical = to_canonical(document)
    except (ValueError, RecursionError):
        fault = FieldFault(
            "metadata", "설명 정보가 올바른 JSON이 아닙니다.", "The metadata is not valid JSON.", kind="json_invalid"
        )
        raise InvalidRequestError(errors=[fault]) from None
    try:
        return MemoryMetadata.model_validate(document), canonical
    except ValidationError as error:
        faults = [read_fault(wrong, prefix=("metadata",)) for wrong in error.errors()]
        raise InvalidRequestError(errors=faults) from None


def to_canonical(document: Any) -> str:
    """Sorted keys, no blanks, Unicode as it is. Raises ValueError for what UTF-8 or JSON cannot hold."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    text.encode()
    return text


def digest_of(document: str) -> str:
    """SHA-256 of a canonical document, hex."""
    return hashlib.sha256(document.encode()).hexdigest()


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
