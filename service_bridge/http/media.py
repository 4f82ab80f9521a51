"""A visit's pictures and voices."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from boothkit.errors import NotFoundError
from boothkit.web import read_body, verify_content_digest
from service_bridge.clients.wire import SHA256_PATTERN
from service_bridge.errors import VoiceNotFoundError
from service_bridge.http.access import Kiosk, Parts, VisitId
from service_bridge.http.schemas import SpeechBody, VoiceAnswer
from service_bridge.http.status import find_playable_voice
from service_bridge.store.generations import has_output
from service_bridge.visits.moves import check_open
from service_bridge.visits.records import Voice

router = APIRouter(prefix="/visits/{visit_id}", tags=["visits"])
IfNoneMatch = Annotated[str | None, Header()]
_LONGEST_DECLARED_S = 3600.0


@router.get("/original", response_class=Response)
def show_original(visit_id: VisitId, parts: Parts, booth: Kiosk, if_none_match: IfNoneMatch = None) -> Response:
    """The photograph as it came."""
    visit = parts.visits.get_parts(visit_id, booth.booth_id).visit
    return send_blob(parts, visit.original_sha256, visit.original_media_type, if_none_match)


@router.get("/outputs/{output_id}", response_class=Response)
def show_output(
    visit_id: VisitId,
    output_id: Annotated[str, Path(pattern=SHA256_PATTERN)],
    parts: Parts,
    booth: Kiosk,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """A picture that was made of the photograph."""
    parts.visits.get_parts(visit_id, booth.booth_id)
    with parts.database.read() as connection:
        if not has_output(connection, visit_id, output_id):
            raise NotFoundError
    return send_blob(parts, output_id, "image/png", if_none_match)


@router.put("/voice", status_code=201)
async def save_recording(
    request: Request,
    visit_id: VisitId,
    parts: Parts,
    booth: Kiosk,
    duration_s: Annotated[float, Query(gt=0, le=_LONGEST_DECLARED_S)],
) -> VoiceAnswer:
    """Take the visitor's own recording (raw body, Content-Digest) into keeping, before the finish."""
    data = await read_body(request, max_bytes=parts.settings.intake.max_recording_bytes)

    def keep() -> Voice:
        verify_content_digest(request, data)
        check_open(parts.visits.get_parts(visit_id, booth.booth_id).visit)
        parts.visits.check_space()
        return parts.voices.keep_recording(visit_id, data, declared_duration_s=duration_s)

    return _describe(await run_in_threadpool(keep))


@router.post("/speech")
def make_speech(visit_id: VisitId, body: SpeechBody, parts: Parts, booth: Kiosk) -> VoiceAnswer:
    """Read a letter aloud, so that the visitor hears it before it is sent."""
    check_open(parts.visits.get_parts(visit_id, booth.booth_id).visit)
    parts.visits.check_space()
    return _describe(
        parts.voices.make_speech(visit_id, body.text, language=body.language, online_allowed=body.online_voice)
    )


@router.get("/voice", response_class=Response)
def play_voice(visit_id: VisitId, parts: Parts, booth: Kiosk, if_none_match: IfNoneMatch = None) -> Response:
    """The chosen voice, or before the finish the one made last."""
    voice = find_playable_voice(parts.visits.get_parts(visit_id, booth.booth_id))
    if voice is None or voice.audio_sha256 is None:
        raise VoiceNotFoundError()
    return send_blob(parts, voice.audio_sha256, voice.media_type or "audio/mp4", if_none_match)


def send_blob(parts: Parts, sha256: str, media_type: str, if_none_match: str | None) -> Response:
    """A blob's content, or 304 when the caller has it."""
    headers = {"ETag": f'"{sha256}"', "Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}
    if if_none_match is not None and headers["ETag"] in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(parts.blobs.read(sha256), media_type=media_type, headers=headers)


def _describe(voice: Voice) -> VoiceAnswer:
    return VoiceAnswer(made_by=voice.made_by or "", duration_s=voice.duration_s or 0.0, sha256=voice.audio_sha256 or "")
