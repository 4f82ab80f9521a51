"""News of one visit as server-sent events."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from boothkit.errors import BoothError
from service_bridge.http.access import Kiosk, Parts, VisitId
from service_bridge.http.status import is_settled
from service_bridge.http.visits import describe

router = APIRouter(prefix="/visits/{visit_id}", tags=["visits"])
_HEARTBEAT = ": still here\n\n"
# A change that no touch announced (another process, a missed one) is seen at the latest after this.
_LOOK_AGAIN_S = 2.0


@router.get("/progress", response_class=StreamingResponse)
async def follow_visit(visit_id: VisitId, parts: Parts, booth: Kiosk) -> StreamingResponse:
    """The status at once and on every change, until nothing more will happen by itself."""
    await run_in_threadpool(parts.visits.get_parts, visit_id, booth.booth_id)
    return StreamingResponse(
        _stream(parts, visit_id, booth.booth_id),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _stream(parts: Parts, visit_id: str, booth_id: str) -> AsyncIterator[str]:
    heartbeat_s = parts.settings.progress.heartbeat_s
    with parts.hub.watch(visit_id) as watcher:
        sent, sent_at = "", time.monotonic()
        while True:
            try:
                visit = await run_in_threadpool(parts.visits.get_parts, visit_id, booth_id)
            except BoothError:
                return  # erased, or the database is out of reach: the kiosk asks again and is told why
            status = describe(parts, visit)
            text = status.model_dump_json()
            if text != sent:
                yield f"event: status\ndata: {text}\n\n"
                sent, sent_at = text, time.monotonic()
            elif time.monotonic() - sent_at >= heartbeat_s:
                yield _HEARTBEAT
                sent_at = time.monotonic()
            if is_settled(status):
                return
            await watcher.changed(min(_LOOK_AGAIN_S, heartbeat_s))
