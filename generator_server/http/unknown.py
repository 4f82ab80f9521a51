"""Paths of the web UI's API and of its extensions that are not served, answered in its shape: no problem details."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.exceptions import HTTPException

from generator_server.http.surface import WebUiRoute

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
WEB_UI = ("sdapi", "controlnet", "internal", "promptgen", "rembg")
# Extensions that clients in use look for, and that are not here.
EXTENSIONS = ("instruct-pix2pix", "model_keyword", "sam", "tagger")

router = APIRouter(route_class=WebUiRoute, include_in_schema=False)


async def say_not_found(path: str) -> None:
    """Always 404, in the web UI's words."""
    raise HTTPException(404, "Not Found")


for folder in (*WEB_UI, *EXTENSIONS):
    router.add_api_route(f"/{folder}/{{path:path}}", say_not_found, methods=METHODS)
