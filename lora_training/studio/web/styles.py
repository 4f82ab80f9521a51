"""The list of styles in the making, and a new one."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from lora_training.studio.errors import JobRunningError, StyleExistsError
from lora_training.studio.web.forms import Form, read_form
from lora_training.studio.web.site import OpenSite, Site, StaffSite
from lora_training.studio.web.view import StyleView, view_style
from lora_training.studio.work.project import StyleDetails
from lora_training.studio.work.shipped import list_shipped

router = APIRouter(include_in_schema=False)
_FIELDS = ("style_id", "name_ko", "name_en", "source", "licence", "author")
LICENCES = ("LicenseRef-permission", "LicenseRef-own-work", "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0")
"""Rights that staff can pick; any other is typed in SPDX words."""


@dataclass(frozen=True)
class Card:
    """A style in the list."""

    view: StyleView
    picture: str | None


@router.get("/")
def show_styles(request: Request, site: StaffSite) -> Response:
    """All styles in the making."""
    cards = [_make_card(site, view_style(site, project.style_id)) for project in site.store.list()]
    is_busy = any(card.view.project.is_busy for card in cards)
    return site.renderer.render(request, "styles.html", {"cards": cards, "refresh_s": 10 if is_busy else None})


@router.get("/new")
def show_new(request: Request, site: StaffSite) -> Response:
    """The form for a new style."""
    return _show_form(request, site, dict.fromkeys(_FIELDS, ""), wrong=set())


@router.post("/new")
async def create_style(request: Request, site: StaffSite) -> Response:
    """Begin a style."""
    form = await read_form(request, site)
    return await run_in_threadpool(_create, request, site, form)


@router.get("/styles/{style_id}")
def go_on(site: StaffSite, style_id: str) -> Response:
    """The page on which a person goes on with this style."""
    return RedirectResponse(f"/styles/{style_id}/{view_style(site, style_id).current}", status_code=303)


@router.post("/styles/{style_id}/remove")
async def remove_style(request: Request, site: StaffSite, style_id: str) -> Response:
    """Take a style in the making away, when its id was typed once more. What was published stays published."""
    form = await read_form(request, site)
    return await run_in_threadpool(_remove, site, style_id, form.get("confirm"))


@router.get("/static/{name}")
def send_static(site: OpenSite, name: str) -> Response:
    """Style sheet, scripts and icon; they are the same for everybody."""
    return site.renderer.static_files.respond(name)


def make_id(name: str) -> str:
    """An id out of an English name: `Soft light` becomes `soft_light`; empty when it has no letters for one.

    A name that a shipped style has too becomes the hall's own: `Ink wash` becomes `hall_ink_wash`.
    """
    words = re.findall(r"[a-z0-9]+", unicodedata.normalize("NFKD", name).lower())
    made = "_".join(words).lstrip("_0123456789")[:40].rstrip("_")
    return f"hall_{made}" if made in list_shipped() else made


def _create(request: Request, site: Site, form: Form) -> Response:
    given = {name: form.get(name) for name in _FIELDS}
    given["licence"] = form.get("other_licence") or given["licence"]
    given["style_id"] = given["style_id"] or make_id(given["name_en"])
    try:
        details = StyleDetails.model_validate(given)
        site.store.create(details)
    except ValidationError as error:
        return _show_form(request, site, given, wrong={str(item["loc"][0]) for item in error.errors()})
    except StyleExistsError:
        return _show_form(request, site, given, wrong={"taken"})
    return RedirectResponse(f"/styles/{details.style_id}/pictures", status_code=303)


def _show_form(request: Request, site: Site, given: dict[str, str], *, wrong: set[str]) -> Response:
    context = {"given": given, "wrong": wrong, "licences": LICENCES}
    return site.renderer.render(request, "new.html", context, status=422 if wrong else 200)


def _remove(site: Site, style_id: str, confirmed: str) -> Response:
    project = site.store.get(style_id)
    if project.is_busy:
        raise JobRunningError
    if confirmed != style_id:
        return RedirectResponse(f"/styles/{style_id}/pictures#remove", status_code=303)
    site.store.remove(style_id)
    return RedirectResponse("/", status_code=303)


def _make_card(site: Site, view: StyleView) -> Card:
    address = f"/styles/{view.project.style_id}/files"
    if view.run.samples:
        latest = view.run.samples[0]
        return Card(view, f"{address}/samples/{latest.folder}/{latest.names[0]}")
    if (view.folder.run / "sample.png").is_file():
        return Card(view, f"{address}/sample")
    names = site.uploads(view.folder).list_names()
    return Card(view, f"{address}/thumbnail/{names[0]}" if names else None)
