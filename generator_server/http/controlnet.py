"""/controlnet: what the ControlNet extension's clients ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request

from generator_server.engines.annotating import (
    DEFAULT_RESOLUTION_PX,
    READY_MADE,
    AnnotationOrder,
    AnnotatorInfo,
    AnnotatorShelf,
    Slider,
)
from generator_server.errors import CannotGenerateError
from generator_server.http.control_schemas import (
    ControlModelsAnswer,
    ControlModulesAnswer,
    ControlSettingsAnswer,
    ControlType,
    ControlTypesAnswer,
    DetectAnswer,
    DetectBody,
    PoseDocument,
    RenderAnswer,
    VersionAnswer,
)
from generator_server.http.pictures import encode_png, read_picture
from generator_server.http.poses import describe_people, draw_document
from generator_server.http.services import Here, Services
from generator_server.http.surface import WEB_UI_RESPONSES, WebUiRoute
from generator_server.http.waiting import run_in_studio

router = APIRouter(prefix="/controlnet", tags=["web UI"], route_class=WebUiRoute, responses=WEB_UI_RESPONSES)


@router.get("/version")
async def show_version() -> VersionAnswer:
    """Version of the API that is spoken."""
    return VersionAnswer()


@router.get("/model_list")
async def list_control_models(here: Here) -> ControlModelsAnswer:
    """ControlNets of all engines, by the titles that units may name."""
    nets = [net for worker in here.router.workers for net in worker.engine.list_controlnets()]
    return ControlModelsAnswer(model_list=[net.title for net in nets])


@router.get("/module_list")
async def list_modules(here: Here) -> ControlModulesAnswer:
    """Annotators that are ready, after `none`; nothing while there is no engine with ControlNets."""
    found = [info for worker in here.router.workers for info in worker.engine.annotators.list_annotators()]
    if not found:
        return ControlModulesAnswer()
    details = {info.name: _describe(info) for info in (AnnotatorInfo(READY_MADE, ""), *found)}
    return ControlModulesAnswer(module_list=list(details), module_detail=details)


@router.get("/control_types")
async def list_control_types(here: Here) -> ControlTypesAnswer:
    """All annotators and nets as the one type `All`: which net belongs to which annotator is not known here."""
    modules, models = (await list_modules(here)).module_list, (await list_control_models(here)).model_list
    everything = ControlType(module_list=modules or [READY_MADE], model_list=["None", *models])
    return ControlTypesAnswer(control_types={"All": everything})


@router.get("/settings")
async def show_settings() -> ControlSettingsAnswer:
    """How many units a request may hold."""
    return ControlSettingsAnswer()


@router.post("/render_openpose_json")
def render_poses(body: list[PoseDocument], here: Here) -> RenderAnswer:
    """Bodies, hands and faces drawn from OpenPose's JSON, as pose annotators draw them."""
    if not body:
        return RenderAnswer(info="No pose data detected.")
    limits = here.settings.limits
    if len(body) > limits.max_pictures:
        raise CannotGenerateError(reason=f"At most {limits.max_pictures} pictures can be drawn at once.")
    drawn = [draw_document(document, max_side_px=limits.max_side_px) for document in body]
    return RenderAnswer(info="Success", images=[encode_png(pixels) for pixels in drawn])


@router.post("/detect", response_model_exclude_none=True)
async def detect(body: DetectBody, request: Request, here: Here) -> DetectAnswer:
    """Control images as the annotators draw them. 422 for a module that is not ready, with the reason."""
    texts = body.controlnet_input_images or body.controlnet_images
    if not texts:
        raise HTTPException(422, "No image selected")
    if len(texts) > here.settings.limits.max_pictures:
        raise CannotGenerateError(reason=f"At most {here.settings.limits.max_pictures} pictures can be sent at once.")
    shelf = _choose_shelf(body.controlnet_module, here)
    order = AnnotationOrder(
        module=body.controlnet_module,
        resolution_px=body.controlnet_processor_res if body.controlnet_processor_res > 0 else None,
        threshold_a=body.controlnet_threshold_a,
        threshold_b=body.controlnet_threshold_b,
    )

    def make(on_progress: Callable[[float], None]) -> DetectAnswer:
        answer = DetectAnswer()
        for number, text in enumerate(texts):
            on_progress(number / len(texts))
            drawn = shelf.annotate(read_picture(text, here.intake), order)
            answer.images.append(encode_png(drawn.pixels))
            answer.remarks.append(drawn.remark)
            pose = describe_people(drawn)
            if pose is not None:
                answer.poses = [*(answer.poses or ()), pose]
        return answer

    return await run_in_studio(make, "", request, here)


def _choose_shelf(module: str, here: Services) -> AnnotatorShelf:
    """The annotators of the first engine that can do it. Raises CannotGenerateError with the last one's reason."""
    reason = ""
    for worker in here.router.workers:
        obstacle = worker.engine.annotators.find_obstacle(module)
        if obstacle is None:
            return worker.engine.annotators
        reason = obstacle
    raise CannotGenerateError(reason=f"Module not available: {reason}")


def _describe(info: AnnotatorInfo) -> dict[str, Any]:
    """In the extension's words: the resolution's slider first, then the thresholds'."""
    sliders = [Slider("Preprocessor Resolution", DEFAULT_RESOLUTION_PX, 64, 2048), *info.sliders]
    return {
        "model_free": False,
        "licence": info.licence,
        "sliders": [
            {"name": each.name, "value": each.default, "min": each.least, "max": each.most, "step": each.step}
            for each in (sliders if info.name != READY_MADE else [])
        ],
    }
