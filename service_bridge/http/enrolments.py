"""How a device gets its token."""

from __future__ import annotations

from fastapi import APIRouter

from service_bridge.http.access import Parts
from service_bridge.http.schemas import EnrolmentAnswer, EnrolmentBody

router = APIRouter(tags=["enrolment"])


@router.post("/enrolments", status_code=201)
def enrol(body: EnrolmentBody, parts: Parts) -> EnrolmentAnswer:
    """Exchange a code for a token. The token is told once and never again."""
    booth, token = parts.enrolment.enrol(body.code, body.name)
    return EnrolmentAnswer(booth_id=booth.booth_id, token=token)
