"""Receiving memories from booths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from boothkit.errors import InvalidRequestError, NotFoundError
from boothkit.faults import FieldFault
from boothkit.ids import is_id
from memorial_service.auth.policy import Action, authorise
from memorial_service.auth.schemas import BoothClient
from memorial_service.halls.repository import find_memorial, find_memorial_by_code
from memorial_service.intake.multipart import Part, read_parts
from memorial_service.intake.p_image import TEXT_PARTS, build_parcel
from memorial_service.intake.schemas import IntakeAnswer, Parcel, Role, digest_of, parse_metadata
from memorial_service.settings import LimitSettings
from memorial_service.site import BoothDep, Site, SiteDep

router = APIRouter(prefix="/api/v1", tags=["intake"])
_ROLES: tuple[Role, ...] = ("original", "picture", "voice")
_FILE = {"type": "string", "format": "binary"}


def _form(required: list[str], *, texts: tuple[str, ...], files: tuple[str, ...]) -> dict[str, Any]:
    """The OpenAPI description of a form that is read as a stream, part by part."""
    fields: dict[str, Any] = {name: {"type": "string"} for name in texts} | dict.fromkeys(files, _FILE)
    schema = {"type": "object", "required": required, "properties": fields}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


@router.put(
    "/memories/{memory_id}",
    status_code=201,
    responses={200: {"model": IntakeAnswer, "description": "This very content is stored already."}},
    openapi_extra=_form(["metadata", "original"], texts=("metadata",), files=_ROLES),
)
async def receive_memory(
    memory_id: str, request: Request, response: Response, booth: BoothDep, site: SiteDep
) -> IntakeAnswer:
    """Keep one revision of a memory. Sending the same again is answered with the same receipt, for ever."""
    if not is_id(memory_id):
        raise NotFoundError
    async with site.intake_slots:
        parts = await read_parts(request, _most_bytes(site.settings.limits))
        return await run_in_threadpool(_receive, site, booth, _build_parcel(memory_id, parts), response)


@router.post(
    "/p_image",
    status_code=201,
    responses={200: {"model": IntakeAnswer, "description": "This very content is stored already."}},
    openapi_extra=_form(["image"], texts=TEXT_PARTS, files=("image", "voice")),
)
async def receive_image(request: Request, response: Response, booth: BoothDep, site: SiteDep) -> IntakeAnswer:
    """Keep a memory sent in the short form. Sending it is the booth's word that the visitor agreed to the page."""
    async with site.intake_slots:
        parts = await read_parts(request, _most_bytes_short(site.settings.limits))
        return await run_in_threadpool(_receive_short, site, booth, parts, response)


def _most_bytes(limits: LimitSettings) -> dict[str, int]:
    return {
        "metadata": limits.metadata_bytes,
        "original": limits.image_bytes,
        "picture": limits.image_bytes,
        "voice": limits.voice_bytes,
    }


def _most_bytes_short(limits: LimitSettings) -> dict[str, int]:
    files = {"image": limits.image_bytes, "voice": limits.voice_bytes}
    return {**files, **dict.fromkeys(TEXT_PARTS, limits.metadata_bytes)}


def _build_parcel(memory_id: str, parts: Mapping[str, Part]) -> Parcel:
    if "metadata" not in parts:
        raise InvalidRequestError(
            errors=[FieldFault("metadata", "설명 정보가 없습니다.", "The metadata is missing.", kind="missing")]
        )
    metadata, document = parse_metadata(parts["metadata"])
    files: dict[Role, Part] = {role: parts[role] for role in _ROLES if role in parts}
    return Parcel(memory_id, metadata, document, digest_of(document), files)


def _receive(site: Site, booth: BoothClient, parcel: Parcel, response: Response) -> IntakeAnswer:
    answer, is_new = site.intake.receive(booth, parcel)
    if is_new:
        site.derivatives.order(parcel.memory_id)
    else:
        response.status_code = 200
    return answer


def _receive_short(site: Site, booth: BoothClient, parts: Mapping[str, Part], response: Response) -> IntakeAnswer:
    memorial_id = _find_memorial_id(site, booth, parts)
    return _receive(site, booth, build_parcel(parts, memorial_id=memorial_id, images=site.images), response)


def _find_memorial_id(site: Site, booth: BoothClient, parts: Mapping[str, Part]) -> str:
    with site.database.reading() as session:
        if "memorial_id" in parts:
            memorial = find_memorial(session, parts["memorial_id"].text)
        else:
            memorial = find_memorial_by_code(session, parts["memorial_code"].text) if "memorial_code" in parts else None
        return authorise(booth, Action.WRITE, memorial).memorial_id
