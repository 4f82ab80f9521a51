"""Enrolment of booths."""

from __future__ import annotations

from fastapi import APIRouter

from boothkit import clock
from boothkit.logs import get_logger
from memorial_service.auth import service
from memorial_service.auth.schemas import EnrolmentAnswer, EnrolmentRequest
from memorial_service.site import SiteDep

_log = get_logger(__name__)
router = APIRouter(prefix="/api/v1", tags=["booths"])


@router.post("/enrolments", status_code=201)
def enrol_booth(enrolment: EnrolmentRequest, site: SiteDep) -> EnrolmentAnswer:
    """Trade an enrolment code for a booth token, once."""
    with site.database.writing() as session:
        answer = service.enrol(session, enrolment, moment=clock.now())
    _log.info("A booth was enrolled.", action="booth.enrolled", booth_id=answer.booth_id)
    return answer
