"""The few fields of other programs' answers that the bridge reads."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

ID_PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
SHA256_PATTERN = r"^[0-9a-f]{64}$"
NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"
PRODUCT_LICENCE = "LicenseRef-memorial-booth"


class Wire(BaseModel):
    """Base of all: fields that the bridge does not read may come and go."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Words(Wire):
    """A text in both languages."""

    ko: str = Field(max_length=2000)
    en: str = Field(max_length=2000)


class LiveLut(Wire):
    """A style's colours for the kiosk's live picture, passed on as it is."""

    version: int
    side: int = Field(ge=2, le=64)
    table: str = Field(max_length=1_100_000)


class StyleSource(Wire):
    """Who made a style, its licence, and the pictures that it was learnt from."""

    author: str = Field(max_length=400)
    licence: str = Field(max_length=400)
    training_data: str = Field(max_length=400)


class StyleAnswer(Wire):
    """One style of the generator's `GET /v1/styles`. `requests` holds an img2img body for each engine.

    A `width` in such a body is the widest picture that the engine should be asked for. `memorial_ids` are those that
    the style may be offered at, all when there are none.
    """

    style_id: str = Field(pattern=NAME_PATTERN)
    revision: str = Field(max_length=64, coerce_numbers_to_str=True)
    name: Words
    description: Words
    engines: list[str] = Field(max_length=16)
    requests: dict[str, dict[str, Any]]
    memorial_ids: list[str] = Field(default_factory=list, max_length=1000)
    live_lut: LiveLut | None = None
    source: StyleSource | None = None

    @property
    def credit(self) -> StyleSource | None:
        """The source as visitors and families see it: a style that comes with the product needs no mention."""
        return None if self.source is None or self.source.licence == PRODUCT_LICENCE else self.source

    def is_for(self, memorial_id: str | None) -> bool:
        """True when it may be offered at this memorial; None is somebody whose memorial is not known."""
        return not self.memorial_ids or memorial_id in self.memorial_ids


class PaintAnswer(Wire):
    """The generator's answer to img2img. `images` are base64; `info` is JSON in a string."""

    images: list[str] = Field(min_length=1)
    info: str = "{}"


class PaintInfo(Wire):
    """What the bridge reads inside `info`."""

    seed: int | None = None


class ProgressAnswer(Wire):
    """The generator's answer to `POST /internal/progress`."""

    progress: float | None = None


class MemorialAnswer(Wire):
    """One memorial of the memorial service's `GET /api/v1/memorials`."""

    memorial_id: str = Field(pattern=ID_PATTERN)
    code: str = Field(min_length=1, max_length=64)
    name: Words
    deceased_name: str = Field(max_length=200)
    style_ids: list[str] = Field(default_factory=list, max_length=256)


class StoredFiles(Wire):
    """Hashes of the files that the memorial service says it keeps."""

    original: str = Field(pattern=SHA256_PATTERN)
    picture: str | None = None
    voice: str | None = None


class ReceiptAnswer(Wire):
    """The memorial service's receipt for one revision."""

    memory_id: str
    revision: int
    digest: str
    stored: StoredFiles
    receipt: str


class EnrolmentAnswer(Wire):
    """The memorial service's answer to an enrolment."""

    booth_id: str = Field(max_length=64)
    token: str = Field(min_length=16, max_length=512)
