"""/v1/style-packs: staff publish a style, go back to an older revision, or withdraw it; no restart is needed."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path as FilePath
from typing import IO, Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from boothkit.errors import NotReadyError, UnsupportedMediaTypeError
from boothkit.logs import get_logger
from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.lora.header_check import check_header
from generator_server.diffusion.style_check import find_style_fault
from generator_server.engines.judging import AdapterJudge
from generator_server.errors import StyleExistsError, StylePackRefusedError
from generator_server.http.publishing_schemas import (
    MemorialIds,
    MemorialsBody,
    PublishedAnswer,
    RollbackBody,
    StylePackAnswer,
    StylePacksAnswer,
    describe_current,
    describe_publication,
)
from generator_server.http.services import Here, Services, get_services
from generator_server.http.surface import BoundedRequest
from generator_server.http.uploads import receive_file
from generator_server.styles.admission import admit_pack
from generator_server.styles.manifest import STYLE_ID_PATTERN
from generator_server.styles.pack import BrokenPackError, load_kept_pack
from generator_server.styles.publications import Publication
from generator_server.styles.unpacking import PackArchive, open_archive

MEDIA_TYPE = "application/zip"
RETRY_AFTER_S = 5.0
MOST_REASON = 2000
StyleId = Annotated[str, Path(pattern=STYLE_ID_PATTERN)]
_log = get_logger(__name__)


class PublishingRoute(APIRoute):
    """A route that asks for the token for publishing before it reads the body."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            get_services(request).publishing_gate.check(request)
            return await handle(BoundedRequest(request.scope, request.receive))

        return guarded


router = APIRouter(prefix="/v1/style-packs", tags=["publishing"], route_class=PublishingRoute)


@router.get("")
def list_style_packs(here: Here) -> StylePacksAnswer:
    """All published styles, withdrawn ones too, with their revisions."""
    return StylePacksAnswer(packs=[describe_publication(known) for known in here.published.list_publications()])


@router.get("/{style_id}")
def show_style_pack(style_id: StyleId, here: Here) -> StylePackAnswer:
    """One published style with its revisions."""
    return describe_publication(here.published.get(style_id))


@router.put(
    "/{style_id}",
    status_code=201,
    responses={200: {"model": PublishedAnswer, "description": "Exactly this pack is the current one already."}},
    openapi_extra={"requestBody": {"required": True, "content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}},
)
async def publish_style(
    style_id: StyleId,
    request: Request,
    response: Response,
    here: Here,
    memorial_id: Annotated[MemorialIds, Query(description="Offer it at this memorial only; may be repeated.")] = [],  # noqa: B006
) -> PublishedAnswer:
    """Publish a style pack: a ZIP with `style.toml` at its root. It is offered at once, or nothing has changed.

    Its revision must be above all that were published. Without `memorial_id` a new style is offered at all memorials,
    and a known one where it was offered before.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise UnsupportedMediaTypeError
    if here.catalog.is_reserved(style_id):
        raise StyleExistsError(style_id=style_id)
    most_bytes = here.settings.limits.max_pack_bytes
    async with receive_file(request, here.published.folder, max_bytes=most_bytes) as file:
        known, is_new = await run_in_threadpool(_publish, here, style_id, file, tuple(memorial_id))
    response.status_code = 201 if is_new else 200
    return _answer(known)


@router.post("/{style_id}/rollback")
def roll_back(style_id: StyleId, body: RollbackBody, here: Here) -> PublishedAnswer:
    """Offer a revision that was published before, after a withdrawal too."""
    _check_kept(here, style_id, body.revision)
    known = here.published.roll_back(style_id, body.revision)
    _tell(here, known, "A style is rolled back.", "style.rolled_back")
    return _answer(known)


@router.put("/{style_id}/memorials")
def choose_memorials(style_id: StyleId, body: MemorialsBody, here: Here) -> StylePackAnswer:
    """Say at which memorials a style is offered."""
    known = here.published.restrict(style_id, tuple(body.memorial_ids))
    _tell(here, known, "A style's memorials are chosen.", "style.restricted")
    return describe_publication(known)


@router.delete("/{style_id}", status_code=204)
def withdraw_style(style_id: StyleId, here: Here) -> None:
    """Offer a style no more. Its revisions are kept and can be offered again."""
    known = here.published.withdraw(style_id)
    here.shelf.forget(style_id)
    _tell(here, known, "A style is withdrawn.", "style.withdrawn")


def _publish(here: Services, style_id: str, file: IO[bytes], memorial_ids: tuple[str, ...]) -> tuple[Publication, bool]:
    try:
        with open_archive(file, max_bytes=here.settings.limits.max_pack_bytes) as archive:
            manifest = archive.read_manifest()
            known, is_new = here.published.publish(
                style_id, manifest.revision, lambda folder: _fill(here, archive, folder), memorial_ids
            )
    except BrokenPackError as error:
        raise _translate(error) from error
    _tell(here, known, "A style is published." if is_new else "A style was published already.", "style.published")
    return known, is_new


def _fill(here: Services, archive: PackArchive, folder: FilePath) -> str:
    archive.unpack(folder)
    pack = admit_pack(folder, here.intake.inspect, lambda path: _find_adapter_obstacle(here, path))
    fault = find_style_fault(pack.manifest)
    if fault is not None:
        raise BrokenPackError(fault)
    return pack.sha256


def _find_adapter_obstacle(here: Services, path: FilePath) -> str | None:
    """By its header, and against the models that are loaded. Raises NotReadyError while one is on its way."""
    try:
        check_header(path)
    except ModelFileError as error:
        return str(error)
    for worker in here.router.workers:
        if isinstance(worker.engine, AdapterJudge):
            if worker.state.state in ("starting", "warming"):
                raise NotReadyError(retry_after_s=RETRY_AFTER_S)
            obstacle = worker.engine.find_adapter_obstacle(path)
            if obstacle is not None:
                return obstacle
    return None


def _check_kept(here: Services, style_id: str, revision: int) -> None:
    """Raises StylePackRefusedError when a kept revision is no longer what was published."""
    kept = here.published.get(style_id).find_revision(revision)
    try:
        if kept is not None:
            load_kept_pack(here.published.get_folder(style_id, revision), kept.sha256)
    except BrokenPackError as error:
        raise _translate(error) from error


def _translate(error: BrokenPackError) -> StylePackRefusedError:
    return StylePackRefusedError(reason=" ".join(error.sentences)[:MOST_REASON], errors=list(error.faults))


def _tell(here: Services, known: Publication, sentence: str, action: str) -> None:
    here.offer_anew()
    _log.info(
        sentence,
        action=action,
        style_id=known.style_id,
        revision=known.current,
        memorial_ids=list(known.memorial_ids),
    )


def _answer(known: Publication) -> PublishedAnswer:
    answer = describe_current(known)
    if answer is None:
        raise RuntimeError("a style that was just published is not offered")
    return answer
