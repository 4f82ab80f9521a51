"""Step 4: comparing what was learnt."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from lora_training.studio.errors import StepTooEarlyError
from lora_training.studio.web.forms import read_form
from lora_training.studio.web.site import Site, StaffSite
from lora_training.studio.web.view import describe, view_style
from lora_training.studio.work import commands
from lora_training.studio.work.evaluation_view import GRID_NAME

router = APIRouter(include_in_schema=False, prefix="/styles/{style_id}")


@router.get("/compare")
def show_comparison(request: Request, site: StaffSite, style_id: str) -> Response:
    """The grid, the numbers, and the suggestion."""
    view = view_style(site, style_id)
    if not view.run.has_result:
        return RedirectResponse(f"/styles/{style_id}/training", status_code=303)
    context = {
        **describe(view, "compare"),
        "has_grid": (view.folder.run / GRID_NAME).is_file(),
        "has_sample": (view.folder.run / "sample.png").is_file(),
        "refresh_s": 5 if view.project.is_busy else None,
    }
    return site.renderer.render(request, "compare.html", context)


@router.post("/evaluate")
async def evaluate(request: Request, site: StaffSite, style_id: str) -> Response:
    """Compare all checkpoints at several weights."""
    await read_form(request, site)
    await run_in_threadpool(_evaluate, site, style_id)
    return RedirectResponse(f"/styles/{style_id}/compare", status_code=303)


def _evaluate(site: Site, style_id: str) -> None:
    view = view_style(site, style_id)
    recipe = view.project.recipe
    if recipe is None or recipe.base is None or not view.run.has_result:
        raise StepTooEarlyError
    projects = site.settings.projects
    words = commands.evaluate(recipe, view.folder, projects.models_dir, projects.faces_dir)
    site.keeper.ask(style_id, "evaluate", words)
