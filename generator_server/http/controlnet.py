"""/controlnet: what the ControlNet extension's clients ask. There are no nets before the diffusion engine."""

from __future__ import annotations

from fastapi import APIRouter

from generator_server.http.schemas import ControlModelsAnswer, ControlModulesAnswer, VersionAnswer
from generator_server.http.surface import WebUiRoute

router = APIRouter(prefix="/controlnet", tags=["web UI"], route_class=WebUiRoute)


@router.get("/version")
async def show_version() -> VersionAnswer:
    """Version of the API that is spoken."""
    return VersionAnswer()


@router.get("/model_list")
async def list_control_models() -> ControlModelsAnswer:
    """ControlNet models."""
    return ControlModelsAnswer()


@router.get("/module_list")
async def list_modules() -> ControlModulesAnswer:
    """Annotators."""
    return ControlModulesAnswer()
