"""/sdapi/v1: enlarging finished pictures, as far as that goes without weights."""

from __future__ import annotations

from typing import Literal

import numpy as np
from fastapi import APIRouter
from PIL import Image
from pydantic import BaseModel, Field

from generator_server.engines.upscaling import UPSCALERS
from generator_server.errors import CannotGenerateError
from generator_server.http.pictures import encode_png, read_image
from generator_server.http.schemas import TolerantBody
from generator_server.http.services import Here, Services
from generator_server.http.surface import WEB_UI_RESPONSES, WebUiRoute

TO_SIZE = 1

router = APIRouter(prefix="/sdapi/v1", tags=["web UI"], route_class=WebUiRoute, responses=WEB_UI_RESPONSES)


class EnlargeBody(TolerantBody):
    """How to enlarge: by a factor (`resize_mode` 0), or to a size (1), cut to its shape unless told not to."""

    resize_mode: Literal[0, 1] = 0
    upscaler_1: str = "None"
    upscaling_resize: float = Field(2.0, ge=1.0, le=8.0)
    upscaling_resize_w: int = Field(512, ge=1, le=4096)
    upscaling_resize_h: int = Field(512, ge=1, le=4096)
    upscaling_crop: bool = True
    gfpgan_visibility: float = Field(0.0, ge=0.0, le=1.0)
    codeformer_visibility: float = Field(0.0, ge=0.0, le=1.0)
    extras_upscaler_2_visibility: float = Field(0.0, ge=0.0, le=1.0)


class EnlargeOneBody(EnlargeBody):
    """One picture, base64."""

    image: str


class NamedImage(TolerantBody):
    """One of several pictures, base64."""

    data: str
    name: str = ""


class EnlargeManyBody(EnlargeBody):
    """Several pictures."""

    images: list[NamedImage] = Field(min_length=1, max_length=64, alias="imageList")


class EnlargeOneAnswer(BaseModel):
    """The picture as base64 PNG."""

    html_info: str = ""
    image: str


class EnlargeManyAnswer(BaseModel):
    """The pictures as base64 PNG, in their order."""

    html_info: str = ""
    images: list[str]


@router.post("/extra-single-image")
def enlarge_one(body: EnlargeOneBody, here: Here) -> EnlargeOneAnswer:
    """One picture, enlarged."""
    return EnlargeOneAnswer(image=_enlarge(body.image, body, here))


@router.post("/extra-batch-images")
def enlarge_many(body: EnlargeManyBody, here: Here) -> EnlargeManyAnswer:
    """Several pictures, enlarged."""
    if len(body.images) > here.settings.limits.max_pictures:
        raise CannotGenerateError(reason=f"One request may hold {here.settings.limits.max_pictures} pictures.")
    return EnlargeManyAnswer(images=[_enlarge(item.data, body, here) for item in body.images])


def _enlarge(text: str, body: EnlargeBody, here: Services) -> str:
    method = _find_method(body)
    image = Image.fromarray(read_image(text, here.intake))
    if method is not None:
        size = _choose_size(image, body)
        _check_sides(size, here)
        image = image.resize(size, method)
        if body.resize_mode == TO_SIZE and body.upscaling_crop:
            image = _cut(image, body.upscaling_resize_w, body.upscaling_resize_h)
    return encode_png(np.asarray(image))


def _choose_size(image: Image.Image, body: EnlargeBody) -> tuple[int, int]:
    factor = body.upscaling_resize
    if body.resize_mode == TO_SIZE:
        factors = (body.upscaling_resize_w / image.width, body.upscaling_resize_h / image.height)
        factor = max(factors) if body.upscaling_crop else min(factors)
    return max(1, round(image.width * factor)), max(1, round(image.height * factor))


def _find_method(body: EnlargeBody) -> Image.Resampling | None:
    """The way to enlarge. Raises CannotGenerateError for what would need weights."""
    if body.gfpgan_visibility or body.codeformer_visibility:
        raise CannotGenerateError(reason="There is no face restoration here.")
    if body.extras_upscaler_2_visibility:
        raise CannotGenerateError(reason="A second upscaler cannot be mixed in here.")
    if body.upscaler_1 not in UPSCALERS:
        raise CannotGenerateError(reason=f"There is no upscaler {body.upscaler_1[:100]} here.")
    return UPSCALERS[body.upscaler_1]


def _check_sides(sides: tuple[int, int], here: Services) -> None:
    most = here.settings.limits.max_side_px
    if max(sides) > most:
        raise CannotGenerateError(reason=f"A picture's sides may have at most {most} px.")


def _cut(image: Image.Image, width: int, height: int) -> Image.Image:
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))
