"""Memorials as booths see them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from pydantic import BaseModel


class LocalisedText(BaseModel):
    """One text in both languages."""

    ko: str
    en: str


class MemorialCard(BaseModel):
    """What a booth needs to offer a memorial to its visitors."""

    memorial_id: str
    code: str
    name: LocalisedText
    deceased_name: str
    style_ids: list[str]


@dataclass(frozen=True)
class MemorialDetails:
    """What staff enter for a new memorial."""

    code: str
    deceased_name_ko: str
    deceased_name_en: str
    name_ko: str
    name_en: str
    style_ids: list[str] = field(default_factory=list)
    born_on: date | None = None
    died_on: date | None = None
