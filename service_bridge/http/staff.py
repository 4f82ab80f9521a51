"""What staff see: memories that have not arrived, how old they are, and why."""

from __future__ import annotations

from fastapi import APIRouter, Request

from boothkit.clock import now
from boothkit.web import preferred_language
from service_bridge.http.access import Parts, Staff, VisitId
from service_bridge.http.cause_words import describe_cause
from service_bridge.http.schemas import UndeliveredItem, VisitStatus
from service_bridge.http.visits import describe
from service_bridge.store.undelivered import list_undelivered

router = APIRouter(prefix="/staff", tags=["staff"])
_MOST = 500


@router.get("/undelivered")
def show_undelivered(request: Request, parts: Parts, _: Staff) -> list[UndeliveredItem]:
    """Memories on their way or stopped, oldest first, at most 500."""
    language = preferred_language(request)
    moment = now()
    with parts.database.read() as connection:
        found = list_undelivered(connection, _MOST)
    return [
        UndeliveredItem(
            visit_id=item.visit_id,
            receipt_code=item.receipt_code,
            memorial_id=item.memorial_id,
            state=item.state,
            age_s=max(0.0, (moment - item.finished_at).total_seconds()),
            attempts=item.tries,
            next_attempt_at=item.next_attempt_at,
            cause=describe_cause(item.cause, language),
        )
        for item in found
    ]


@router.post("/visits/{visit_id}/retry")
def retry_visit(visit_id: VisitId, parts: Parts, _: Staff) -> VisitStatus:
    """Try a delivery again at once."""
    return describe(parts, parts.visits.retry(visit_id))
