"""/rembg: the API of the web UI's background remover, served by the painter's cut-out of people."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request

import painter
from generator_server.errors import CannotGenerateError
from generator_server.http.pictures import encode_png, read_picture
from generator_server.http.schemas import TolerantBody
from generator_server.http.services import Here
from generator_server.http.surface import WEB_UI_RESPONSES, WebUiRoute
from generator_server.http.waiting import run_in_studio

# Clients name one of these to free whatever stands in front, which here are people.
FOREGROUND_MODELS = ("u2net", "u2netp", "u2net_human_seg", "silueta", "isnet-general-use")
NOTHING = ("", "None")
_FOREGROUND, _BACKGROUND, _ERODE_PX = 240, 10, 10

router = APIRouter(tags=["web UI"], route_class=WebUiRoute, responses=WEB_UI_RESPONSES)


class RemoveBody(TolerantBody):
    """A picture of people, base64. The edge is always a soft one, so `alpha_matting` changes nothing by itself."""

    input_image: str = Field(min_length=1)
    model: str = Field("u2net", max_length=100)
    return_mask: bool = False
    alpha_matting: bool = False
    alpha_matting_foreground_threshold: int = _FOREGROUND
    alpha_matting_background_threshold: int = _BACKGROUND
    alpha_matting_erode_size: int = _ERODE_PX


class RemoveAnswer(BaseModel):
    """Base64 PNG: the people with an alpha channel, or with `return_mask` that channel alone, white on black."""

    image: str


@router.post("/rembg")
async def remove_background(body: RemoveBody, request: Request, here: Here) -> RemoveAnswer:
    """People without what is behind them. 422 for a picture without anybody; the model `None` changes nothing."""
    _check(body)

    def make(on_progress: Callable[[float], None]) -> RemoveAnswer:
        photo = read_picture(body.input_image, here.intake)
        if body.model in NOTHING:
            return RemoveAnswer(image=encode_png(photo))
        matte = painter.cut_out(photo, on_progress=on_progress)
        alpha = np.rint(matte.alpha * 255).astype(np.uint8)
        return RemoveAnswer(image=encode_png(alpha if body.return_mask else np.dstack([matte.colours, alpha])))

    return await run_in_studio(make, "", request, here)


def _check(body: RemoveBody) -> None:
    """Raise CannotGenerateError for what would come out otherwise than it was asked for."""
    if body.model not in (*NOTHING, *FOREGROUND_MODELS):
        known = ", ".join(FOREGROUND_MODELS)
        raise CannotGenerateError(reason=f"There is no model {body.model} here; {known} mean the one for people.")
    thresholds = (
        body.alpha_matting_foreground_threshold,
        body.alpha_matting_background_threshold,
        body.alpha_matting_erode_size,
    )
    if body.alpha_matting and thresholds != (_FOREGROUND, _BACKGROUND, _ERODE_PX):
        raise CannotGenerateError(reason="The soft edge finds its own bounds: alpha_matting_* cannot be set.")
