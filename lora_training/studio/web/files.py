"""Pictures of a style: each address leads to one known file of its folder, and nothing else can be read."""

from __future__ import annotations

import re
from pathlib import Path

from fastapi import APIRouter, Response
from starlette.responses import FileResponse

from boothkit.errors import NotFoundError
from lora_training.studio.web.site import StaffSite
from lora_training.studio.work.evaluation_view import GRID_NAME
from lora_training.studio.work.run_view import SAMPLE_NAME, SAMPLE_STEP

router = APIRouter(include_in_schema=False, prefix="/styles/{style_id}/files")
_SHEET_NAME = "contact_sheet.png"
_PICTURE = re.compile(r"[0-9]{4}\.png")


@router.get("/thumbnail/{name}")
def send_thumbnail(site: StaffSite, style_id: str, name: str) -> Response:
    """A small form of a picture that staff brought."""
    uploads = site.uploads(site.store.folder(style_id))
    uploads.picture(name)
    return _send(uploads.thumbnail(name), "image/jpeg")


@router.get("/sheet")
def send_sheet(site: StaffSite, style_id: str) -> Response:
    """The contact sheet of the data set."""
    return _send(site.store.folder(style_id).dataset / _SHEET_NAME)


@router.get("/picture/{name}")
def send_picture(site: StaffSite, style_id: str, name: str) -> Response:
    """A picture of the data set, as it will be learnt from."""
    return _send(site.store.folder(style_id).dataset / "pictures" / _check(_PICTURE, name))


@router.get("/samples/{step}/{name}")
def send_sample(site: StaffSite, style_id: str, step: str, name: str) -> Response:
    """A test picture that was made during the training."""
    folder = site.store.folder(style_id).run / "samples"
    return _send(folder / _check(SAMPLE_STEP, step) / _check(SAMPLE_NAME, name))


@router.get("/sample")
def send_weightless_sample(site: StaffSite, style_id: str) -> Response:
    """The test picture of a style without a model."""
    return _send(site.store.folder(style_id).run / "sample.png")


@router.get("/grid")
def send_grid(site: StaffSite, style_id: str) -> Response:
    """The comparison."""
    return _send(site.store.folder(style_id).run / GRID_NAME)


def _check(pattern: re.Pattern[str], name: str) -> str:
    if pattern.fullmatch(name) is None:
        raise NotFoundError
    return name


def _send(path: Path, media_type: str = "image/png") -> Response:
    """Raises NotFoundError; a link is never followed."""
    if path.is_symlink() or not path.is_file():
        raise NotFoundError
    return FileResponse(path, media_type=media_type, headers={"Cache-Control": "private, no-cache"})
