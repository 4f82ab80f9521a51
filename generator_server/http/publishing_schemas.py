"""Bodies and answers of publishing."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from generator_server.styles.publications import Publication, Revision

MOST_MEMORIALS = 1000
_ID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"


def _tidy(memorial_ids: list[str]) -> list[str]:
    return sorted(set(memorial_ids))


MemorialIds = Annotated[
    list[Annotated[str, StringConstraints(pattern=_ID)]], Field(max_length=MOST_MEMORIALS), AfterValidator(_tidy)
]


class PublishingBody(BaseModel):
    """Base of the bodies."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class RollbackBody(PublishingBody):
    """Which revision shall be offered again."""

    revision: int = Field(ge=1, le=1_000_000)


class MemorialsBody(PublishingBody):
    """Where a style is offered."""

    memorial_ids: MemorialIds = Field(description="At these memorials only; at all when the list is empty.")


class RevisionAnswer(BaseModel):
    """A revision that is kept."""

    revision: int
    sha256: str = Field(description="SHA-256 over the names and contents of the pack's files.")
    published_at: datetime

    @classmethod
    def describe(cls, revision: Revision) -> Self:
        return cls(revision=revision.revision, sha256=revision.sha256, published_at=revision.published_at)


class PublishedAnswer(RevisionAnswer):
    """The revision that is offered now, and where."""

    style_id: str
    memorial_ids: list[str] = Field(description="Memorials that it is offered at; empty means all.")


class StylePackAnswer(BaseModel):
    """A published style with all its revisions."""

    style_id: str
    current: PublishedAnswer | None = Field(description="What is offered; null after a withdrawal.")
    memorial_ids: list[str]
    revisions: list[RevisionAnswer]


class StylePacksAnswer(BaseModel):
    """All published styles."""

    packs: list[StylePackAnswer]


def describe_current(known: Publication) -> PublishedAnswer | None:
    """What of a style is offered now."""
    current = known.find_revision(known.current)
    if current is None:
        return None
    return PublishedAnswer(
        **RevisionAnswer.describe(current).model_dump(),
        style_id=known.style_id,
        memorial_ids=list(known.memorial_ids),
    )


def describe_publication(known: Publication) -> StylePackAnswer:
    """A published style in the words of the API."""
    return StylePackAnswer(
        style_id=known.style_id,
        current=describe_current(known),
        memorial_ids=list(known.memorial_ids),
        revisions=[RevisionAnswer.describe(revision) for revision in known.revisions],
    )
