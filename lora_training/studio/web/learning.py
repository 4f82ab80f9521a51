"""Step 3: learning the style, with or without a model."""

from __future__ import annotations

import json
import shutil
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from boothkit.errors import InvalidRequestError
from boothkit.files import translate_disk_errors
from lora_training.studio.errors import JobRunningError, StepTooEarlyError
from lora_training.studio.web.forms import Form, read_form
from lora_training.studio.web.site import Site, StaffSite
from lora_training.studio.web.view import StyleView, describe, find_manifest, view_style
from lora_training.studio.work import commands
from lora_training.studio.work.base_models import list_models
from lora_training.studio.work.curve import draw_curve
from lora_training.studio.work.project import Project, Recipe
from lora_training.studio.work.projects import ProjectFolder

router = APIRouter(include_in_schema=False, prefix="/styles/{style_id}")
WITHOUT_MODEL = ""
LENGTHS = (300, 1000, 2000)
"""Steps of a short, a usual and a long training."""
_REFRESH_S = 5


@router.get("/training")
def show_training(request: Request, site: StaffSite, style_id: str) -> Response:
    """Choosing how to learn, or how far the learning is."""
    view = view_style(site, style_id)
    if view.manifest is None:
        return RedirectResponse(f"/styles/{style_id}/pictures", status_code=303)
    context = {
        **describe(view, "training"),
        "models": list_models(site.settings.projects.models_dir),
        "lengths": LENGTHS,
        "curve": draw_curve(view.run, view.last_step),
        "learnt": _read_learnt(view),
        "refresh_s": _REFRESH_S if view.project.is_busy else None,
    }
    return site.renderer.render(request, "training.html", context)


@router.post("/train")
async def start_training(request: Request, site: StaffSite, style_id: str) -> Response:
    """Begin to learn; what was learnt before is thrown away, when that was wished."""
    form = await read_form(request, site)
    await run_in_threadpool(_start, site, style_id, form)
    return RedirectResponse(f"/styles/{style_id}/training", status_code=303)


@router.post("/resume")
async def resume_training(request: Request, site: StaffSite, style_id: str) -> Response:
    """Go on where it was stopped."""
    await read_form(request, site)
    await run_in_threadpool(_resume, site, style_id)
    return RedirectResponse(f"/styles/{style_id}/training", status_code=303)


@router.post("/stop")
async def stop_job(request: Request, site: StaffSite, style_id: str) -> Response:
    """Save and end whatever is being done for this style."""
    form = await read_form(request, site)
    await run_in_threadpool(site.keeper.stop, style_id)
    step = "compare" if form.get("step") == "compare" else "training"
    return RedirectResponse(f"/styles/{style_id}/{step}", status_code=303)


def _start(site: Site, style_id: str, form: Form) -> None:
    folder = site.store.folder(style_id)
    recipe = _read_recipe(site, form)
    project = site.store.get(style_id)
    if project.is_busy:
        raise JobRunningError
    if find_manifest(folder) is None:
        raise StepTooEarlyError
    if folder.run.exists():
        if not form.get("anew"):
            raise InvalidRequestError
        _throw_away(folder)
    _learn(site, project, folder, recipe)


def _resume(site: Site, style_id: str) -> None:
    project = site.store.get(style_id)
    if project.recipe is None:
        raise StepTooEarlyError
    _learn(site, project, site.store.folder(style_id), project.recipe)


def _learn(site: Site, project: Project, folder: ProjectFolder, recipe: Recipe) -> None:
    projects = site.settings.projects
    words = commands.train(recipe, folder, projects.models_dir, projects.faces_dir)
    site.keeper.ask(project.style_id, "train", words, lambda project: project.model_copy(update={"recipe": recipe}))


def _read_recipe(site: Site, form: Form) -> Recipe:
    """Raises InvalidRequestError for numbers out of range and for a model that is not in the list."""
    base = form.get("base") or None
    if base and base not in [model.name for model in list_models(site.settings.projects.models_dir)]:
        raise InvalidRequestError
    given: dict[str, Any] = {
        "base": base,
        "steps": form.get("steps") or form.get("length"),
        "batch_size": form.get("batch_size"),
        "saves_memory": bool(form.get("saves_memory")),
    }
    try:
        return Recipe.model_validate({name: value for name, value in given.items() if value != ""})
    except ValidationError:
        raise InvalidRequestError from None


def _throw_away(folder: ProjectFolder) -> None:
    """Under another name first, so that no half of it is ever taken for a training."""
    old = folder.root / ".run.old"
    with translate_disk_errors():
        shutil.rmtree(old, ignore_errors=True)
        folder.run.rename(old)
        shutil.rmtree(old)


def _read_learnt(view: StyleView) -> dict[str, Any]:
    """What the learning without a model says of the look: its colours, and remarks."""
    try:
        learnt = json.loads((view.folder.run / "learnt.json").read_bytes())
    except (OSError, ValueError):
        return {"palette": [], "remarks": []}
    return {"palette": learnt.get("palette", []), "remarks": learnt.get("remarks", [])}
