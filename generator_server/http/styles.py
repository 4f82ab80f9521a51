"""/v1: styles with what to send for them, their samples, and cancelling one generation."""

from __future__ import annotations

import base64
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from generator_server.engines import Model
from generator_server.engines.painter_engine import describe_model
from generator_server.http.diffusion_body import ENGINE_NAME, find_diffusion_body
from generator_server.http.schemas import LiveLut, StyleAnswer, StyleSource, Words
from generator_server.http.services import Here
from generator_server.http.surface import GuardedRoute
from generator_server.runner import Router
from generator_server.styles import StylePack

LUT_VERSION, LUT_SIDE = 1, 17
router = APIRouter(prefix="/v1", tags=["styles"], route_class=GuardedRoute)


@router.get("/styles")
async def list_styles(here: Here) -> list[StyleAnswer]:
    """Styles that can be made now, in the order in which they are offered."""
    answers = (describe_style(pack, here.router) for pack in here.catalog.list_packs())
    return [answer for answer in answers if answer.engines]


@router.get(
    "/styles/{style_id}/sample",
    response_class=Response,
    responses={200: {"content": {"image/webp": {}}}, 304: {"description": "Not modified."}},
)
def show_sample(style_id: str, request: Request, here: Here) -> Response:
    """A portrait in this style: WebP, 480 x 640, at most 60 kB."""
    pack = here.catalog.get_pack(style_id)
    headers = {"ETag": f'"{pack.revision}"', "Cache-Control": "private, max-age=3600"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(here.shelf.get_sample(pack), media_type="image/webp", headers=headers)


@router.delete("/generations/{task_id}", status_code=204)
async def cancel_generation(task_id: str, here: Here) -> None:
    """Stop one waiting or running generation by its `force_task_id`; 404 when there is none."""
    here.router.cancel(task_id)


def describe_style(pack: StylePack, router: Router) -> StyleAnswer:
    """A style in the words of the API, with a request for each engine that can make it now.

    A diffusion engine that has failed is not offered beside the painter: it would refuse every request, and a memory
    that the painter helped out with would be tried again in vain. One that still loads is: requests wait for it.
    """
    requests = _build_requests(pack, router)
    return StyleAnswer(
        style_id=pack.style_id,
        revision=pack.revision,
        name=Words(**pack.manifest.name.model_dump()),
        description=Words(**pack.manifest.description.model_dump()),
        engines=list(requests),
        requests=requests,
        memorial_ids=list(pack.memorial_ids),
        source=StyleSource(**pack.manifest.source.model_dump()),
        live_lut=_describe_live_lut(pack),
    )


def _describe_live_lut(pack: StylePack) -> LiveLut | None:
    if pack.live_lut is None:
        return None
    return LiveLut(version=LUT_VERSION, side=LUT_SIDE, table=base64.b64encode(pack.live_lut).decode())


def _build_requests(pack: StylePack, router: Router) -> dict[str, dict[str, Any]]:
    requests: dict[str, dict[str, Any]] = {}
    model = describe_model(pack)
    if pack.manifest.painter and any(served.name == model.name for served in router.list_models()):
        requests["painter"] = build_painter_body(pack, model)
    for worker in router.workers:
        if worker.engine.name == ENGINE_NAME and (not requests or worker.state.state != "failed"):
            body = find_diffusion_body(pack, worker.engine)
            requests |= {ENGINE_NAME: body} if body else {}
    return requests


def build_painter_body(pack: StylePack, model: Model) -> dict[str, Any]:
    """The img2img body, without `init_images`, that makes the painter paint this style, in whatever size."""
    strength = pack.manifest.painter.strength if pack.manifest.painter else 1.0
    return {
        "prompt": "",
        "negative_prompt": "",
        "denoising_strength": strength,
        "steps": 1,
        "sampler_name": "Painter",
        "resize_mode": 1,
        "override_settings": {"sd_model_checkpoint": model.title},
    }
