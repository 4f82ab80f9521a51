"""A memory as a family sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ImageView:
    """A stored picture. `width` and `height` are those of the upright picture, in pixels."""

    sha256: str
    width: int
    height: int


@dataclass(frozen=True)
class StyleSource:
    """Who made a style, its licence, and the pictures that it was learnt from."""

    author: str
    licence: str
    training_data: str


@dataclass(frozen=True)
class PictureView(ImageView):
    """The picture that was made from the original, and how."""

    style_name_ko: str
    style_name_en: str
    style_source: StyleSource | None
    is_ai_generated: bool


@dataclass(frozen=True)
class VoiceView:
    """A voice and whose it is: `google`, `espeak-ng` or `visitor`."""

    sha256: str
    media_type: str
    duration_s: float | None
    made_by: str


@dataclass(frozen=True)
class MemoryView:
    """The current revision of a memory."""

    memory_id: str
    memorial_id: str
    captured_at: datetime
    language: str
    sender_name: str
    relation: str
    letter: str
    shows_original_first: bool
    original: ImageView
    picture: PictureView | None
    voice: VoiceView | None


@dataclass(frozen=True)
class StreamPage:
    """Some memories, newest first, and where the older ones go on (None at the end)."""

    memories: list[MemoryView]
    older: str | None
    is_first: bool
