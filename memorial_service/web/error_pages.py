"""The family's page for an error."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from boothkit.errors import BoothError
from boothkit.web import error_pages
from memorial_service.web.rendering import Renderer


def install_error_pages(app: FastAPI, renderer: Renderer) -> None:
    """Answer errors outside the API with pages; the API keeps the answers it has."""

    def show(request: Request, error: BoothError) -> Response:
        return renderer.render(request, "error.html", {"error": error}, status=error.status)

    error_pages.install_error_pages(app, show)
