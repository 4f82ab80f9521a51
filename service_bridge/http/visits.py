"""A visit's way through the booth: capture, style, finish, erasure."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from boothkit.web import read_body, verify_content_digest
from service_bridge.clients.wire import ID_PATTERN, NAME_PATTERN
from service_bridge.http.access import Kiosk, Parts, VisitId
from service_bridge.http.schemas import (
    CaptureAnswer,
    FinishAnswer,
    FinishBody,
    Language,
    Receipt,
    StyleBody,
    VisitStatus,
)
from service_bridge.http.status import build_status
from service_bridge.visits.records import Visit, VisitParts
from service_bridge.workflow.wishes import CaptureWish, FinishWish

router = APIRouter(prefix="/visits/{visit_id}", tags=["visits"])


@router.put("/capture", status_code=201, responses={200: {"model": CaptureAnswer}})
async def save_capture(
    request: Request,
    response: Response,
    visit_id: VisitId,
    parts: Parts,
    booth: Kiosk,
    memorial_id: Annotated[str, Query(pattern=ID_PATTERN)],
    style_id: Annotated[str, Query(pattern=NAME_PATTERN)],
    language: Language,
    ai_restyle: bool,
) -> CaptureAnswer:
    """Take a photograph (raw body, Content-Digest) into keeping. 201 new, 200 the same again, 409 another one."""
    data = await read_body(request, max_bytes=parts.settings.intake.max_image_bytes)
    wish = CaptureWish(memorial_id=memorial_id, style_id=style_id, language=language, ai_restyle=ai_restyle)

    def keep() -> tuple[Visit, bool]:
        sha256 = verify_content_digest(request, data)
        return parts.visits.capture(visit_id, booth.booth_id, data, sha256, wish)

    visit, is_new = await run_in_threadpool(keep)
    response.status_code = 201 if is_new else 200
    return CaptureAnswer(
        visit_id=visit.visit_id, state=visit.state, sha256=visit.original_sha256, saved_at=visit.saved_at
    )


@router.get("")
def show_visit(visit_id: VisitId, parts: Parts, booth: Kiosk) -> VisitStatus:
    """How far the visit is."""
    return describe(parts, parts.visits.get_parts(visit_id, booth.booth_id))


@router.put("/style")
def change_style(visit_id: VisitId, body: StyleBody, parts: Parts, booth: Kiosk) -> VisitStatus:
    """Have another picture made, before the finish."""
    return describe(parts, parts.visits.restyle(visit_id, booth.booth_id, body.style_id))


@router.post("/finish", status_code=201, responses={200: {"model": FinishAnswer}})
def finish_visit(response: Response, visit_id: VisitId, body: FinishBody, parts: Parts, booth: Kiosk) -> FinishAnswer:
    """Take what the visitor leaves behind into keeping and send it on its way. 201 new, 200 the same again."""
    wish = FinishWish(
        letter=body.letter,
        sender_name=body.sender_name,
        relation=body.relation,
        language=body.language,
        voice=body.voice,
        chosen=body.chosen,
        consents=body.consents.model_dump(mode="json"),
    )
    finish, is_new = parts.visits.finish(visit_id, booth.booth_id, wish)
    response.status_code = 201 if is_new else 200
    receipt = Receipt(
        code=finish.receipt_code,
        visit_id=visit_id,
        memorial_name=finish.memorial_name,
        private_url=finish.private_url,
    )
    return FinishAnswer(receipt=receipt, saved_at=finish.finished_at)


@router.delete("", status_code=204)
def erase_visit(visit_id: VisitId, parts: Parts, booth: Kiosk) -> None:
    """Erase a visit before its finish, at once and for good."""
    parts.retention.erase_for_visitor(visit_id, booth.booth_id)


def describe(parts: Parts, visit: VisitParts) -> VisitStatus:
    """The status of a visit, with its picture's progress."""
    return build_status(visit, progress=parts.hub.get_progress(visit.visit.visit_id))
