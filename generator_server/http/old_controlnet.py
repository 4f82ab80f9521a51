"""/controlnet/txt2img and img2img: the ControlNet extension's first API, which a widespread client still speaks."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import model_validator
from starlette.requests import Request

from generator_server.errors import CannotGenerateError
from generator_server.http.bodies import Img2ImgBody, Txt2ImgBody
from generator_server.http.reading import CONTROLNET
from generator_server.http.schemas import PicturesAnswer, TolerantBody
from generator_server.http.sdapi import generate
from generator_server.http.services import Here
from generator_server.http.surface import WEB_UI_RESPONSES, WebUiRoute

PREFIX = "controlnet_"
NO_MODEL = (None, "", "None")
_MODES = {
    "scale to fit (inner fit)": "crop and resize",
    "inner fit (scale to fit)": "crop and resize",
    "envelope (outer fit)": "resize and fill",
    "outer fit (shrink to fit)": "resize and fill",
}
_STRONG, _BALANCED = "ControlNet is more important", "Balanced"

router = APIRouter(prefix="/controlnet", tags=["web UI"], route_class=WebUiRoute, responses=WEB_UI_RESPONSES)


class OldUnits(TolerantBody):
    """Units in `controlnet_units`, or one in `controlnet_image`, `controlnet_model` and the like."""

    @model_validator(mode="before")
    @classmethod
    def _move_units(cls, data: Any) -> Any:
        """To where today's API has them; what does not fit there is refused there."""
        if not isinstance(data, dict):
            return data
        units = data.get("controlnet_units")
        old = units if isinstance(units, list) else [_gather_unit(data)]
        moved = [_renew_unit(unit) for unit in old if isinstance(unit, dict) and unit.get("model") not in NO_MODEL]
        rest = {name: value for name, value in data.items() if not name.startswith(PREFIX)}
        if rest.get("subseed_strength") == -1:
            rest["subseed_strength"] = 0
        scripts = rest.get("alwayson_scripts") or {}
        if isinstance(scripts, dict):
            others = {title: value for title, value in scripts.items() if title.lower() != CONTROLNET}
            rest["alwayson_scripts"] = {**others, CONTROLNET: {"args": moved}}
        return rest


class OldTxt2ImgBody(OldUnits, Txt2ImgBody):
    """Pictures from a prompt, as the extension's first API asked for them: units stand in `controlnet_*` fields."""


class OldImg2ImgBody(OldUnits, Img2ImgBody):
    """A photograph made anew, as the extension's first API asked for it: units stand in `controlnet_*` fields."""


@router.post("/txt2img")
async def make_from_text_the_old_way(body: OldTxt2ImgBody, request: Request, here: Here) -> PicturesAnswer:
    """As /sdapi/v1/txt2img, with ControlNet units in the fields of the extension's first API."""
    return await generate(body, request, here)


@router.post("/img2img")
async def make_from_picture_the_old_way(body: OldImg2ImgBody, request: Request, here: Here) -> PicturesAnswer:
    """As /sdapi/v1/img2img, with ControlNet units in the fields of the extension's first API."""
    return await generate(body, request, here)


def _gather_unit(data: dict[str, Any]) -> dict[str, Any]:
    """The one unit whose fields stand in the body itself. Its pictures are lists of at most one."""
    unit = {name.removeprefix(PREFIX): value for name, value in data.items() if name.startswith(PREFIX)}
    for name in ("image", "mask"):
        pictures = unit.pop(name, None)
        unit[name] = pictures[0] if isinstance(pictures, list) and pictures else None
    return {**unit, "guessmode": data.get("guess_mode")}


def _renew_unit(unit: dict[str, Any]) -> dict[str, Any]:
    """A unit in today's words. Raises CannotGenerateError for a mask, which would change the picture."""
    if unit.get("mask"):
        raise CannotGenerateError(reason="ControlNet units have no masks here.")
    mode = unit.get("resize_mode")
    today = {
        "enabled": True,
        "control_mode": _STRONG if unit.get("guessmode") else _BALANCED,
        **unit,
        "module": unit.get("module") or "none",
        "resize_mode": _MODES.get(mode.lower(), mode) if isinstance(mode, str) else mode,
    }
    return {name: value for name, value in today.items() if value is not None}
