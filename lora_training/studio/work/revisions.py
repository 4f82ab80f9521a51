"""What the generators said they hold of a style when they were last asked."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from lora_training.studio.work.projects import ProjectFolder

_NAME = "revisions-{number}.json"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Revision(_Part):
    """One published revision."""

    revision: int
    published_at: datetime | None = None
    memorial_ids: tuple[str, ...] = ()

    @property
    def published_here(self) -> str:
        """The moment by this machine's clock on the wall; empty when it is not known."""
        return f"{self.published_at.astimezone():%Y-%m-%d %H:%M}" if self.published_at else ""


class Holding(_Part):
    """All revisions that one generator holds; none is current after the style was withdrawn."""

    generator: str
    current: Revision | None = None
    revisions: tuple[Revision, ...] = ()


def revisions_file(folder: ProjectFolder, number: int) -> Path:
    """Where the answer of one generator is kept; generators are counted from 0."""
    return folder.root / _NAME.format(number=number)


def list_generators(folder: ProjectFolder) -> list[Holding]:
    """What is known, in order; answers that cannot be read are left out."""
    holdings = []
    for path in sorted(folder.root.glob(_NAME.format(number="*"))):
        try:
            holdings.append(Holding.model_validate_json(path.read_bytes()))
        except ValidationError:
            continue
    return holdings
