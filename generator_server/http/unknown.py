"""Paths of the web UI's API that are not served, answered in its shape and not as problem details."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.exceptions import HTTPException

from generator_server.http.surface import WebUiRoute

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]

router = APIRouter(route_class=WebUiRoute, include_in_schema=False)


@router.api_route("/sdapi/{path:path}", methods=METHODS)
@router.api_route("/controlnet/{path:path}", methods=METHODS)
@router.api_route("/internal/{path:path}", methods=METHODS)
async def say_not_found(path: str) -> None:
    """Always 404, in the web UI's words."""
    raise HTTPException(404, "Not Found")
