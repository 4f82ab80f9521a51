"""Who can stand at the door, and what an enrolment looks like on the wire."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, Field


@dataclass(frozen=True)
class Stranger:
    """Nobody we know."""


@dataclass(frozen=True)
class FamilyMember:
    """A signed-in browser and the memorials that its live invitations open."""

    session_id: str
    memorial_ids: frozenset[str]


@dataclass(frozen=True)
class BoothClient:
    """An enrolled booth site and the hall it belongs to."""

    booth_id: str
    hall_id: str


Person = Stranger | FamilyMember | BoothClient


class EnrolmentRequest(BaseModel):
    """What a booth sends to be enrolled."""

    code: str = Field(min_length=1, max_length=40)
    name: str = Field(min_length=1, max_length=80)


class EnrolmentAnswer(BaseModel):
    """The booth's id and its token. The token is shown this once."""

    booth_id: str
    token: str
