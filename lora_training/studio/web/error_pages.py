"""Staff's page for an error; whoever is not signed in is led to the sign-in page."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from boothkit.errors import BoothError
from boothkit.web import error_pages
from boothkit.web.cookies import page_language
from lora_training.failure_note import describe_failure
from lora_training.studio.errors import SignInNeededError
from lora_training.studio.web.rendering import Renderer
from lora_training.studio.work.failure_words import explain_failure


def install_error_pages(app: FastAPI, renderer: Renderer) -> None:
    """Answer errors with pages, but our own scripts and the API with problem details."""

    def show(request: Request, error: BoothError) -> Response:
        if isinstance(error, SignInNeededError):
            way_back = request.url.path if request.method == "GET" else "/"
            return RedirectResponse(f"/sign-in?{urlencode({'to': way_back})}", status_code=303)
        words = explain_failure(describe_failure(error), page_language(request))
        context = {"error": error, "words": words, "way_back": _find_way_back(request)}
        return renderer.render(request, "error.html", context, status=error.status)

    error_pages.install_error_pages(app, show, wants_problem=wants_json)


def wants_json(request: Request) -> bool:
    """True for our own scripts, which read answers instead of showing them."""
    is_asked = request.headers.get("accept", "").startswith("application/json")
    return is_asked or error_pages.is_for_machines(request)


def _find_way_back(request: Request) -> str:
    """The style whose page went wrong, else the first page."""
    parts = request.url.path.split("/")
    return f"/styles/{parts[2]}" if parts[1] == "styles" and len(parts) > 3 else "/"
