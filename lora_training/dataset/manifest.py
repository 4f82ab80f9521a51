"""The manifest of a data set, `manifest.json`: where the pictures come from, what was done to them, their captions."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from boothkit.files import publish_file
from lora_training.errors import DatasetBrokenError, DatasetMissingError, TermsError

MANIFEST_NAME = "manifest.json"
TRIGGER_PATTERN = r"^[a-z][a-z0-9_-]{1,39}$"
MAX_CAPTION_LENGTH = 300

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Rectangle = tuple[int, int, int, int]
Pixels = Annotated[int, Field(ge=1, le=100_000)]
CaptionSource = Literal["template", "sidecar", "csv", "blip", "table"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class DatasetTerms(_Part):
    """What staff say about the pictures. Nothing is trained without source, licence and author."""

    style_id: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$", description="Id that the style will have.")
    trigger: str = Field(pattern=TRIGGER_PATTERN, description="Word that calls the style.")
    resolution: Literal[512, 768, 1024] = Field(description="Side of the square that no picture has more pixels than.")
    source: Sentence = Field(description="Where the pictures come from.")
    licence: str = Field(
        pattern=r"^[A-Za-z0-9(][A-Za-z0-9.+:() -]{0,199}$", description="Right to use them, in SPDX words."
    )
    author: Sentence = Field(description="Who made them.")


class PictureEntry(_Part):
    """One picture: what it was, how it was cut, what may be wrong with it, its caption."""

    file: str = Field(pattern=r"^pictures/[0-9]{4}\.png$", description="Path in the data set.")
    sha256: Sha256 = Field(description="Of that file.")
    width_px: Pixels = Field(description="Width of its bucket.")
    height_px: Pixels = Field(description="Height of its bucket.")
    original_file: str = Field(description="Path in the folder it was made from.")
    original_sha256: Sha256 = Field(description="Of the original file.")
    original_width_px: Pixels = Field(description="Width of the upright original.")
    original_height_px: Pixels = Field(description="Height of the upright original.")
    crop: Rectangle = Field(description="Part of the original that is shown: x, y, width, height in pixels.")
    is_padded: bool = Field(description="True when the whole original stands between plain bars.")
    faces: tuple[Rectangle, ...] = Field(description="Faces found in the original: x, y, width, height in pixels.")
    warnings: tuple[str, ...] = Field(description="Codes of remarks.")
    caption: str = Field(min_length=1, max_length=MAX_CAPTION_LENGTH, description="What training reads.")
    caption_from: CaptionSource = Field(description="Who wrote it; `template` means that nobody saw the picture.")


class LeftOut(_Part):
    """A file that is not in the set, and why."""

    file: str = Field(description="Path in the folder.")
    reason: str = Field(description="Code: `near_duplicate`, or why the file was refused.")
    like: str | None = Field(None, description="The picture that stays, for a near-duplicate.")


class Manifest(DatasetTerms):
    """A whole data set."""

    format: Literal[1] = 1
    warnings: tuple[str, ...] = Field(description="Codes of remarks on the set.")
    pictures: tuple[PictureEntry, ...] = Field(min_length=1, max_length=9999)
    left_out: tuple[LeftOut, ...]

    def to_json(self) -> bytes:
        """The file's content; the same manifest gives the same bytes."""
        text = json.dumps(self.model_dump(mode="json"), ensure_ascii=False, indent=1)
        return f"{text}\n".encode()

    def save(self, folder: Path) -> None:
        """Replace the manifest of a data set whole. Raises StorageFullError or StorageError."""
        publish_file(folder / MANIFEST_NAME, self.to_json(), mode=0o644)


_FIELD_FAULTS = {
    "style_id": (
        "영어 소문자로 시작하고 소문자, 숫자, _만 쓸 수 있습니다.",
        "starts with a small letter and has small letters, digits and _ only.",
    ),
    "trigger": (
        "공백 없는 영어 소문자 한 단어여야 합니다.",
        "must be one word of small letters without spaces.",
    ),
    "resolution": ("512, 768, 1024 가운데 하나여야 합니다.", "must be 512, 768 or 1024."),
    "licence": (
        "SPDX 표기로 적어 주세요(예: CC-BY-4.0, LicenseRef-permission). 비워 둘 수 없습니다.",
        "must be given in SPDX words (such as CC-BY-4.0 or LicenseRef-permission).",
    ),
}
_EMPTY = ("비워 둘 수 없습니다(400자까지).", "must be given (400 characters at most).")


def state_terms(
    *, style_id: str, trigger: str | None, resolution: int, source: str, licence: str, author: str
) -> DatasetTerms:
    """Checked terms; without a trigger token one is made from the style's id. Raises TermsError."""
    given = {"style_id": style_id, "resolution": resolution, "source": source, "licence": licence, "author": author}
    try:
        return DatasetTerms.model_validate({**given, "trigger": trigger or f"mb-{style_id}"[:40]})
    except ValidationError as error:
        raise _blame(str(error.errors()[0]["loc"][0])) from None


def check_trigger(trigger: str) -> str:
    """The trigger token itself when it can be one. Raises TermsError."""
    if re.fullmatch(TRIGGER_PATTERN, trigger) is None:
        raise _blame("trigger")
    return trigger


def _blame(field: str) -> TermsError:
    why_ko, why_en = _FIELD_FAULTS.get(field, _EMPTY)
    return TermsError(field=field, why_ko=why_ko, why_en=why_en)


def read_manifest(folder: Path) -> Manifest:
    """Raises DatasetMissingError or DatasetBrokenError."""
    try:
        text = (folder / MANIFEST_NAME).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise DatasetMissingError(folder=folder) from None
    except OSError as error:
        raise DatasetBrokenError(folder=folder, why=error.strerror) from error
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"]) or MANIFEST_NAME
        raise DatasetBrokenError(folder=folder, why=f"{where}: {fault['msg']}") from None
