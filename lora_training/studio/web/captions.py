"""Step 2: what is said about each picture."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from lora_training.dataset.manifest import Manifest, PictureEntry
from lora_training.studio.errors import StepTooEarlyError
from lora_training.studio.web.forms import Form, read_form
from lora_training.studio.web.site import Site, StaffSite
from lora_training.studio.web.view import describe, find_manifest, view_style
from lora_training.studio.work import commands

router = APIRouter(include_in_schema=False, prefix="/styles/{style_id}")


@router.get("/captions")
def show_captions(request: Request, site: StaffSite, style_id: str) -> Response:
    """All captions in a table, to be edited."""
    view = view_style(site, style_id)
    if view.manifest is None:
        return RedirectResponse(f"/styles/{style_id}/pictures", status_code=303)
    trigger = view.manifest.trigger
    context = {
        **describe(view, "captions"),
        "caption_field": name_field,
        "captions": {entry.file: _without(trigger, entry.caption) for entry in view.manifest.pictures},
        "refresh_s": 2 if view.project.is_busy else None,
    }
    return site.renderer.render(request, "captions.html", context)


@router.post("/captions")
async def save_captions(request: Request, site: StaffSite, style_id: str) -> Response:
    """Keep what was changed."""
    form = await read_form(request, site)
    await run_in_threadpool(_save, site, style_id, form)
    return RedirectResponse(f"/styles/{style_id}/captions", status_code=303)


def _save(site: Site, style_id: str, form: Form) -> None:
    folder = site.store.folder(style_id)
    manifest = find_manifest(folder)
    if manifest is None:
        raise StepTooEarlyError
    changed = _list_changed(manifest, form)
    if changed:
        commands.write_captions(folder, changed)
        site.keeper.ask(style_id, "captions", (commands.import_captions(folder),))


def _list_changed(manifest: Manifest, form: Form) -> dict[str, str]:
    """What this form changed. The form says itself what it showed: what was saved elsewhere meanwhile stays."""
    changed = {}
    for entry in manifest.pictures:
        name = name_field(entry)
        text = form.get(name)
        if text and text != form.get(f"shown-{name}"):
            changed[entry.file] = text
    return changed


def name_field(entry: PictureEntry) -> str:
    """The field of a picture's caption, by its content: files get other numbers when pictures are taken out."""
    return entry.sha256


def _without(trigger: str, caption: str) -> str:
    """A caption without the trigger token, which the program puts first by itself."""
    return caption.removeprefix(trigger).removeprefix(",").strip()
