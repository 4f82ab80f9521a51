"""/v1/clips: an animated picture or a video, painted frame by frame without flicker."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Query
from starlette.requests import Request
from starlette.responses import Response

import painter
from boothkit.files import make_folder, translate_disk_errors
from generator_server.http.schemas import MOST_SEED
from generator_server.http.services import Here, Services
from generator_server.http.surface import GuardedRoute
from generator_server.http.waiting import run_in_studio
from generator_server.settings import StoreSettings
from generator_server.styles.manifest import STYLE_ID_PATTERN

Format = Literal["webp", "gif", "mp4", "webm"]
MEDIA_TYPES: dict[Format, str] = {
    "webp": "image/webp",
    "gif": "image/gif",
    "mp4": "video/mp4",
    "webm": "video/webm",
}
router = APIRouter(prefix="/v1", tags=["studio"], route_class=GuardedRoute)


@router.post(
    "/clips",
    response_class=Response,
    responses={200: {"content": {media_type: {} for media_type in MEDIA_TYPES.values()}}},
)
async def paint_clip(
    request: Request,
    here: Here,
    clip: Annotated[bytes, Body(media_type="application/octet-stream", min_length=1)],
    style: Annotated[str, Query(pattern=STYLE_ID_PATTERN, description="Painter style.")],
    strength: Annotated[float, Query(ge=0.0, le=1.0)] = 1.0,
    seed: Annotated[int, Query(ge=0, le=MOST_SEED)] = 0,
    format: Annotated[Format, Query(description="What to make; sound is kept in videos.")] = "mp4",
    task_id: Annotated[str, Query(max_length=200, description="Name for /internal/progress and for cancelling.")] = "",
) -> Response:
    """The body, an animated GIF, WebP or PNG or a video, painted in a style. Follow and stop it by its task id."""

    def make(on_progress: Callable[[float], None]) -> bytes:
        with tempfile.TemporaryDirectory(dir=_make_workplace(here), prefix="clip-") as name:
            source, target = Path(name, "source"), Path(name, f"target.{format}")
            with translate_disk_errors():
                source.write_bytes(clip)
                painter.paint_clip(source, target, style=style, strength=strength, seed=seed, on_progress=on_progress)
                return target.read_bytes()

    painted = await run_in_studio(make, task_id, request, here)
    return Response(painted, media_type=MEDIA_TYPES[format])


def clear_workplace(store: StoreSettings) -> None:
    """Remove clips that a killed process left behind: people are in them. For the one process that serves."""
    shutil.rmtree(_get_workplace(store), ignore_errors=True)


def _make_workplace(here: Services) -> Path:
    folder = _get_workplace(here.settings.store)
    with translate_disk_errors():
        make_folder(folder)
    return folder


def _get_workplace(store: StoreSettings) -> Path:
    return store.data_dir / "work"
