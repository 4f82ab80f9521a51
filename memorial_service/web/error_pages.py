"""The family's page for an error."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from boothkit.errors import BoothError
from boothkit.web import error_pages
from memorial_service.errors import FormExpiredError, PinLockedError
from memorial_service.web.rendering import Renderer, is_invitation


def install_error_pages(app: FastAPI, renderer: Renderer) -> None:
    """Answer errors outside the API with pages; the API keeps the answers it has."""

    def show(request: Request, error: BoothError) -> Response:
        context = {"error": error, "invitation_address": _find_invitation(request, error)}
        return renderer.render(request, "error.html", context, status=error.status)

    error_pages.install_error_pages(app, show)


def _find_invitation(request: Request, error: BoothError) -> str | None:
    """The invitation whose form went wrong; None for one that cannot be opened anyway."""
    can_be_opened = isinstance(error, PinLockedError | FormExpiredError)
    return request.url.path if can_be_opened and is_invitation(request) else None
