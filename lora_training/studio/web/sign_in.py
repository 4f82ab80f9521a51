"""Signing in and out."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from lora_training.studio.errors import SignInLockedError
from lora_training.studio.web.forms import read_form
from lora_training.studio.web.site import OpenSite, Site

router = APIRouter(include_in_schema=False)
_OWN_PATH = re.compile(r"/(?:styles/[a-z0-9_]{1,40}(?:/[a-z]+)?|new)?")


@router.get("/sign-in")
def show_sign_in(request: Request, site: OpenSite, to: str = "/") -> Response:
    """The form for the password."""
    return _show(request, site, to)


@router.post("/sign-in")
async def sign_in(request: Request, site: OpenSite) -> Response:
    """Compare the password and begin a session."""
    form = await read_form(request, site)
    return await run_in_threadpool(_sign_in, request, site, form.get("password"), form.get("to"))


@router.post("/sign-out")
async def sign_out(request: Request, site: OpenSite) -> Response:
    """End the session of this browser."""
    await read_form(request, site)
    token = request.cookies.get(site.cookies.session)
    await run_in_threadpool(site.sessions.end, token, site.password.get_hash())
    response = RedirectResponse("/sign-in", status_code=303)
    site.cookies.drop(response, site.cookies.session)
    return response


def _sign_in(request: Request, site: Site, typed: str, to: str) -> Response:
    try:
        site.gate.check()
    except SignInLockedError as error:
        return _show(request, site, to, locked=error)
    is_right = site.password.matches(typed)
    site.gate.note(is_right=is_right)
    if not is_right:
        return _show(request, site, to, is_wrong=True)
    response = RedirectResponse(_own_address(to), status_code=303)
    hours = site.settings.studio.session_hours
    token = site.sessions.begin(site.password.get_hash())
    site.cookies.keep(response, site.cookies.session, token, max_age_s=hours * 3600)
    return response


def _show(
    request: Request, site: Site, to: str, *, is_wrong: bool = False, locked: SignInLockedError | None = None
) -> Response:
    context = {"to": _own_address(to), "is_wrong": is_wrong, "locked": locked, "is_signed_in": False}
    status = locked.status if locked else 401 if is_wrong else 200
    response = site.renderer.render(request, "sign_in.html", context, status=status)
    if locked:
        response.headers["Retry-After"] = str(locked.details["seconds"])
    return response


def _own_address(to: str) -> str:
    """Where to go on after signing in: one of our own pages and nothing else."""
    return to if _OWN_PATH.fullmatch(to) else "/"
