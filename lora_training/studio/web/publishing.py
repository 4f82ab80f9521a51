"""Step 5: giving the style to the generators, and taking it back."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from boothkit.errors import InvalidRequestError
from lora_training.studio.errors import StepTooEarlyError
from lora_training.studio.web.forms import Form, read_form
from lora_training.studio.web.site import Site, StaffSite
from lora_training.studio.web.view import StyleView, describe, view_style
from lora_training.studio.work import commands
from lora_training.studio.work.project import Publication
from lora_training.studio.work.revisions import list_generators

router = APIRouter(include_in_schema=False, prefix="/styles/{style_id}")
_MEMORIAL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
USUAL_WEIGHT = 1.0


@router.get("/publish")
def show_publishing(request: Request, site: StaffSite, style_id: str) -> Response:
    """The form, and what the generators hold."""
    view = view_style(site, style_id)
    if not view.run.has_result:
        return RedirectResponse(f"/styles/{style_id}/training", status_code=303)
    return _show(request, site, view, wrong=set())


@router.post("/publish")
async def publish(request: Request, site: StaffSite, style_id: str) -> Response:
    """Build the pack and send it."""
    form = await read_form(request, site)
    return await run_in_threadpool(_publish, request, site, style_id, form)


@router.post("/rollback")
async def roll_back(request: Request, site: StaffSite, style_id: str) -> Response:
    """Offer an earlier revision again."""
    form = await read_form(request, site)
    await run_in_threadpool(_roll_back, site, style_id, form.get("revision"))
    return RedirectResponse(f"/styles/{style_id}/publish", status_code=303)


@router.post("/withdraw")
async def withdraw(request: Request, site: StaffSite, style_id: str) -> Response:
    """Offer it no longer."""
    form = await read_form(request, site)
    if not form.get("sure"):
        raise InvalidRequestError
    await run_in_threadpool(_withdraw, site, style_id)
    return RedirectResponse(f"/styles/{style_id}/publish", status_code=303)


def read_memorials(site: Site) -> dict[str, str]:
    """Memorials to choose from: id and name."""
    pairs = (entry.partition(" ") for entry in site.settings.publishing.memorials)
    return {memorial_id: name.strip() or memorial_id for memorial_id, _, name in pairs}


def suggest(view: StyleView, generators: tuple[str, ...]) -> Publication:
    """What the form holds at first: what was published last, else names and the suggested weight."""
    if view.project.publication:
        return view.project.publication
    suggested = view.evaluation.suggested if view.evaluation else None
    return Publication(
        name_ko=view.project.details.name_ko,
        name_en=view.project.details.name_en,
        weight=suggested.weight if suggested else USUAL_WEIGHT,
        generators=generators,
    )


def _show(request: Request, site: Site, view: StyleView, *, wrong: set[str]) -> Response:
    generators = site.settings.publishing.generators
    chosen = request.query_params.get("weight", "")
    given = suggest(view, generators)
    if re.fullmatch(r"[01]\.\d{1,2}", chosen):
        given = given.model_copy(update={"weight": float(chosen)})
    context = {
        **describe(view, "publish"),
        "generators": generators,
        "memorials": read_memorials(site),
        "given": given,
        "has_token": site.has_publish_token,
        "wrong": wrong,
        "holdings": list_generators(view.folder),
        "refresh_s": 3 if view.project.is_busy else None,
    }
    return site.renderer.render(request, "publish.html", context, status=422 if wrong else 200)


def _publish(request: Request, site: Site, style_id: str, form: Form) -> Response:
    view = view_style(site, style_id)
    if not view.run.has_result:
        raise StepTooEarlyError
    try:
        given = _read_publication(site, form)
    except ValidationError as error:
        return _show(request, site, view, wrong={str(item["loc"][0]) for item in error.errors()})
    if not given.generators or (form.get("for") == "some" and not given.memorial_ids):
        return _show(request, site, view, wrong={"memorial_ids" if given.generators else "generators"})
    token_file = site.settings.publishing.token_file
    words = commands.publish(view.project, view.folder, given, token_file)
    words += commands.ask_revisions(view.folder, style_id, given.generators, token_file)
    site.keeper.ask(style_id, "publish", words, lambda project: project.model_copy(update={"publication": given}))
    return RedirectResponse(f"/styles/{style_id}/publish", status_code=303)


def _read_publication(site: Site, form: Form) -> Publication:
    known = site.settings.publishing.generators
    typed = form.get("other_memorials").replace(",", " ").split()
    memorial_ids = [*form.get_all("memorial"), *typed] if form.get("for") == "some" else []
    if not all(_MEMORIAL_ID.fullmatch(memorial_id) for memorial_id in memorial_ids):
        raise InvalidRequestError
    return Publication.model_validate(
        {
            "name_ko": form.get("name_ko"),
            "name_en": form.get("name_en"),
            "description_ko": form.get("description_ko"),
            "description_en": form.get("description_en"),
            "weight": form.get("weight") or USUAL_WEIGHT,
            "generators": [address for address in form.get_all("generator") if address in known],
            "memorial_ids": list(dict.fromkeys(memorial_ids)),
        }
    )


def _roll_back(site: Site, style_id: str, revision: str) -> None:
    if not revision.isdecimal():
        raise InvalidRequestError
    folder, token_file = site.store.folder(style_id), site.settings.publishing.token_file
    generators = _find_generators(site, style_id)
    words = commands.roll_back(style_id, int(revision), generators, token_file)
    words += commands.ask_revisions(folder, style_id, generators, token_file)
    site.keeper.ask(style_id, "rollback", words)


def _withdraw(site: Site, style_id: str) -> None:
    folder, token_file = site.store.folder(style_id), site.settings.publishing.token_file
    generators = _find_generators(site, style_id)
    words = commands.withdraw(style_id, generators, token_file)
    words += commands.ask_revisions(folder, style_id, generators, token_file)
    site.keeper.ask(style_id, "withdraw", words)


def _find_generators(site: Site, style_id: str) -> tuple[str, ...]:
    """The generators that it was published to. Raises StepTooEarlyError when it never was."""
    publication = site.store.get(style_id).publication
    if publication is None:
        raise StepTooEarlyError
    return publication.generators
