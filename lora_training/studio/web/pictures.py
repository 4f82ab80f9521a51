"""Step 1: bringing pictures, and making a data set of them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse, RedirectResponse

from boothkit.errors import BoothError, InvalidRequestError
from boothkit.images import ImageTooLargeError
from lora_training.dataset.intake import LIMITS
from lora_training.studio.errors import JobRunningError, StepTooEarlyError
from lora_training.studio.web.error_pages import wants_json
from lora_training.studio.web.forms import read_form, read_upload
from lora_training.studio.web.site import Site, StaffSite
from lora_training.studio.web.view import describe, find_manifest, view_style
from lora_training.studio.work import commands
from lora_training.studio.work.base_models import list_models
from lora_training.studio.work.project import Project
from lora_training.studio.work.uploads import Refusal, Report, Uploads, refuse

router = APIRouter(include_in_schema=False, prefix="/styles/{style_id}")
_MOST_BATCH_LETTERS = 40
_RESOLUTIONS = (512, 768, 1024)


@router.get("/pictures")
def show_pictures(request: Request, site: StaffSite, style_id: str) -> Response:
    """The pictures, the contact sheet, and the remarks."""
    view = view_style(site, style_id)
    uploads = site.uploads(view.folder)
    context = {
        **describe(view, "pictures"),
        "names": uploads.list_names(),
        "report": uploads.read_report(),
        "batch": secrets.token_hex(8),
        "models": list_models(site.settings.projects.models_dir),
        "resolutions": _RESOLUTIONS,
        "refresh_s": 4 if view.project.is_busy else None,
    }
    return site.renderer.render(request, "pictures.html", context)


@router.post("/pictures")
async def upload(request: Request, site: StaffSite, style_id: str) -> Response:
    """Take pictures; each file is judged by itself."""
    folder = site.store.folder(style_id)
    _check_idle(site.store.get(style_id))
    async with read_upload(request, site) as form:
        files = [item for item in form.getlist("pictures") if isinstance(item, UploadFile) and item.filename]
        batch = str(form.get("batch") or "")[:_MOST_BATCH_LETTERS]
        report = await run_in_threadpool(_take_all, site, site.uploads(folder), batch, files)
    if wants_json(request):
        return JSONResponse(asdict(report))
    return RedirectResponse(f"/styles/{style_id}/pictures", status_code=303)


@router.post("/pictures/remove")
async def remove_picture(request: Request, site: StaffSite, style_id: str) -> Response:
    """Take one picture out."""
    form = await read_form(request, site)
    _check_idle(site.store.get(style_id))
    await run_in_threadpool(site.uploads(site.store.folder(style_id)).remove, form.get("name"))
    return RedirectResponse(f"/styles/{style_id}/pictures#uploads", status_code=303)


@router.post("/prepare")
async def prepare(request: Request, site: StaffSite, style_id: str) -> Response:
    """Make the data set; captions that people wrote are carried over."""
    form = await read_form(request, site)
    try:
        resolution = int(form.get("resolution") or _RESOLUTIONS[0])
    except ValueError:
        raise InvalidRequestError from None
    if resolution not in _RESOLUTIONS:
        raise InvalidRequestError
    await run_in_threadpool(_prepare, site, style_id, resolution)
    return RedirectResponse(f"/styles/{style_id}/pictures#prepared", status_code=303)


def _prepare(site: Site, style_id: str, resolution: int) -> None:
    folder = site.store.folder(style_id)
    project = site.store.get(style_id)
    _check_idle(project)
    if not site.uploads(folder).list_names():
        raise StepTooEarlyError
    manifest = find_manifest(folder)
    kept = commands.list_written_captions(manifest) if manifest else {}
    if kept:
        commands.write_captions(folder, kept)
    change = {"resolution": resolution}
    words = commands.prepare(project.model_copy(update=change), folder, keeps_captions=bool(kept))
    site.keeper.ask(style_id, "prepare", words, lambda project: project.model_copy(update=change))


def _take_all(site: Site, uploads: Uploads, batch: str, files: Sequence[UploadFile]) -> Report:
    taken, refused = 0, list[Refusal]()
    for file in files:
        name = file.filename or ""
        try:
            if (file.size or 0) > LIMITS.max_bytes:
                raise ImageTooLargeError(max_megabytes=LIMITS.max_bytes >> 20)
            uploads.take(site.intake, name, file.file.read())
            taken += 1
        except BoothError as error:
            refused.append(refuse(name, error))
    return uploads.report(batch, taken, refused)


def _check_idle(project: Project) -> None:
    """Pictures are not changed under a job that reads them. Raises JobRunningError."""
    if project.is_busy:
        raise JobRunningError
