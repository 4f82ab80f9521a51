"""The pages: welcome, invitation, the family's stream, one memory."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from boothkit import clock
from memorial_service.auth import service as auth
from memorial_service.auth.policy import Action, authorise
from memorial_service.auth.schemas import FamilyMember
from memorial_service.db.tables import Memorial
from memorial_service.halls.repository import find_memorial, list_memorials_by_id
from memorial_service.invitations import service as invitations
from memorial_service.media.repository import find_memorial_of
from memorial_service.memories import service as memories
from memorial_service.site import Site, SiteDep, identify_visitor
from memorial_service.web.browser import read_form, read_session_token, set_session

router = APIRouter(include_in_schema=False)


@router.get("/")
def show_welcome(request: Request, site: SiteDep) -> Response:
    """A neutral welcome; whoever is signed in finds the way back to their memorials."""
    with site.database.reading() as session:
        person = identify_visitor(session, request, site)
        ids = person.memorial_ids if isinstance(person, FamilyMember) else frozenset()
        memorials = list_memorials_by_id(session, ids) if ids else []
    return site.renderer.render(request, "welcome.html", {"memorials": memorials, "is_signed_in": bool(memorials)})


@router.get("/i/{token}")
def show_invitation(request: Request, site: SiteDep, token: str) -> Response:
    """Who invites, and the form for the PIN, or the door for whoever is signed in already.

    Opening it uses nothing up: link previews open it too.
    """
    return _render_invitation(request, site, token, is_wrong=False)


@router.post("/i/{token}")
async def accept_invitation(request: Request, site: SiteDep, token: str) -> Response:
    """Compare the PIN and sign the browser in."""
    fields = await read_form(request, site.cookies, site.keys)
    return await run_in_threadpool(_accept, request, site, token, fields.get("pin", ""))


@router.get("/m/{memorial_id}")
def show_memorial(request: Request, site: SiteDep, memorial_id: str, before: str | None = None) -> Response:
    """The family's page: the person remembered, and the memories, newest first."""
    with site.database.reading() as session:
        memorial = _enter(session, request, site, find_memorial(session, memorial_id))
        size = site.settings.web.page_size
        page = memories.list_memories(session, memorial_id, before=before, page_size=size)
    context = {"memorial": memorial, "page": page, "is_signed_in": True}
    return site.renderer.render(request, "memorial.html", context)


@router.get("/m/{memorial_id}/memory/{memory_id}")
def show_memory(request: Request, site: SiteDep, memorial_id: str, memory_id: str) -> Response:
    """One memory: picture and original, letter, voice."""
    with site.database.reading() as session:
        owner = find_memorial_of(session, memory_id)
        is_here = owner is not None and owner.memorial_id == memorial_id
        memorial = _enter(session, request, site, owner if is_here else None)
        memory = memories.find_memory(session, memory_id)
    context = {"memorial": memorial, "memory": memory, "is_signed_in": True}
    return site.renderer.render(request, "memory.html", context)


@router.post("/logout")
async def sign_out(request: Request, site: SiteDep) -> Response:
    """End the session of this browser."""
    await read_form(request, site.cookies, site.keys)
    return await run_in_threadpool(_sign_out, request, site)


@router.get("/static/{name}")
def send_static(site: SiteDep, name: str) -> Response:
    """Style sheet and icon."""
    return site.renderer.static_files.respond(name)


def _enter(session: Session, request: Request, site: Site, memorial: Memorial | None) -> Memorial:
    return authorise(identify_visitor(session, request, site), Action.READ, memorial)


def _render_invitation(request: Request, site: Site, token: str, *, is_wrong: bool) -> Response:
    with site.database.reading() as session:
        invitation, memorial, hall = invitations.get_invitation(session, token, moment=clock.now())
        person = identify_visitor(session, request, site)
    settings = site.settings.auth
    context = {
        "guest_name": invitation.guest_name,
        "memorial": memorial,
        "hall": hall,
        "is_signed_in": isinstance(person, FamilyMember) and memorial.memorial_id in person.memorial_ids,
        "is_wrong": is_wrong,
        "attempts": settings.pin_attempts,
        "lock_minutes": max(1, settings.pin_lock_s // 60),
    }
    return site.renderer.render(request, "invitation.html", context, status=403 if is_wrong else 200)


def _accept(request: Request, site: Site, token: str, pin: str) -> Response:
    settings = site.settings.auth
    moment = clock.now()
    if not invitations.check_pin(site.database, token, pin, moment=moment, settings=settings):
        return _render_invitation(request, site, token, is_wrong=True)
    old_token = read_session_token(request, site.cookies, site.keys)
    with site.database.writing() as session:
        invitation = invitations.accept(session, token, moment=moment)
        days = settings.session_days
        fresh = auth.sign_in(session, invitation, old_token, moment=moment, valid_days=days)
    response = RedirectResponse(f"/m/{invitation.memorial_id}", status_code=303)
    set_session(response, fresh, site.cookies, site.keys, days=days)
    return response


def _sign_out(request: Request, site: Site) -> Response:
    token = read_session_token(request, site.cookies, site.keys)
    with site.database.writing() as session:
        auth.sign_out(session, token, moment=clock.now())
    response = RedirectResponse("/", status_code=303)
    site.cookies.drop(response, site.cookies.session)
    response.headers["Clear-Site-Data"] = '"cache"'  # pictures, which a browser otherwise keeps for good
    return response
