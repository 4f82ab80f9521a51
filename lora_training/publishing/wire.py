"""What we read of a generator's answers; the fields that we do not need are left unread."""

from __future__ import annotations

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class Revision(_Answer):
    """One published revision of a style; no `memorial_ids` mean all memorials."""

    revision: int
    sha256: str
    published_at: AwareDatetime
    memorial_ids: tuple[str, ...] = ()


class PublishedStyle(_Answer):
    """A style with everything that was published of it; `current` is None while it is withdrawn."""

    style_id: str
    current: Revision | None
    revisions: tuple[Revision, ...]

    @property
    def highest(self) -> int:
        """The highest revision that was ever published there."""
        return max((known.revision for known in self.revisions), default=0)

    def holds(self, revision: int, sha256: str) -> bool:
        """True when this very content was published there under this revision."""
        return any((known.revision, known.sha256) == (revision, sha256) for known in self.revisions)


class Fault(_Answer):
    """One wrong field."""

    field: str
    message: str


class Problem(_Answer):
    """Problem details (RFC 9457)."""

    type: str
    detail: str = ""
    errors: tuple[Fault, ...] = Field(())

    @property
    def code(self) -> str:
        """The stable code at the end of the type, with underscores."""
        return self.type.rpartition(":")[2].replace("-", "_")


REVISION = TypeAdapter(Revision)
STYLE = TypeAdapter(PublishedStyle)
PROBLEM = TypeAdapter(Problem)


def format_time(at: datetime) -> str:
    """In the time zone of this machine, to the minute."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M")
