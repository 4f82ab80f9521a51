"""From a body in the web UI's words to one complete request in ours."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from pydantic import ValidationError
from starlette.exceptions import HTTPException

from boothkit.errors import InvalidRequestError
from boothkit.ids import new_id
from generator_server.engines import ControlUnit, GenerationRequest, MaskUse, Model
from generator_server.engines.protocol import Passes, Pixels
from generator_server.errors import CannotGenerateError
from generator_server.http.bodies import GenerationBody, Img2ImgBody, Txt2ImgBody
from generator_server.http.control_schemas import MOST_UNITS, ImageAndMask, UnitBody
from generator_server.http.noise import read_noise_size, read_randomness, read_seeds
from generator_server.http.passes import check_photos, read_hires, read_mask_use
from generator_server.http.pictures import read_image, read_mask
from generator_server.http.prompt_styles import apply_styles, list_prompt_styles
from generator_server.http.services import Services

CONTROLNET = "controlnet"
LIKENESS = "likeness"
KEEP_NO_MAPS = "control_net_no_detectmap"
T = TypeVar("T")
_RESIZE_MODES = {"just resize": 0, "crop and resize": 1, "resize and fill": 2, "0": 0, "1": 1, "2": 2}
_PASSES: dict[str, Passes] = {"both": "both", "low res only": "first", "high res only": "second"}
_CONTROL_MODES = {
    "0": "balanced",
    "1": "prompt",
    "2": "control",
    "balanced": "balanced",
    "my prompt is more important": "prompt",
    "controlnet is more important": "control",
}


def find_model(body: GenerationBody, services: Services) -> Model:
    """The model that the body names in `override_settings`, or the chosen one."""
    asked = body.override_settings.get("sd_model_checkpoint")
    return services.router.get_model(asked) if isinstance(asked, str) and asked else services.chosen.get()


def read_request(body: GenerationBody, model: Model, services: Services) -> GenerationRequest:
    """The complete request. Decodes pictures, so it runs in a thread of its own.

    Raises HTTPException as the web UI would (404 "Init image not found", 422 for unknown scripts), or BoothErrors.
    """
    _check_scripts(body)
    _check_wishes(body)
    _check_amount(body, services)
    styles = list_prompt_styles(services.catalog.list_packs()) if body.styles else []
    prompt, negative_prompt = apply_styles(body.prompt, body.negative_prompt, body.styles, styles)
    seeds, variation_seeds = read_seeds(body)
    request = GenerationRequest(
        task_id=body.force_task_id or new_id(),
        kind="txt2img",
        model=model,
        prompt=prompt,
        negative_prompt=negative_prompt,
        seeds=seeds,
        width_px=body.width,
        height_px=body.height,
        denoising_strength=body.denoising_strength,
        num_inference_steps=body.steps,
        guidance_scale=body.cfg_scale,
        sampler=body.sampler_name or body.sampler_index,
        scheduler=body.scheduler.lower(),
        clip_skip=_read_clip_skip(body, services),
        hires=read_hires(body, model, services.settings.limits) if isinstance(body, Txt2ImgBody) else None,
        control_units=_read_units(body, services),
        override_settings=body.override_settings,
        variation_seeds=variation_seeds,
        variation_strength=body.subseed_strength,
        noise_size_px=read_noise_size(body),
        randomness=read_randomness(body),
        is_tiling=body.tiling,
    )
    return _add_photos(request, body, services) if isinstance(body, Img2ImgBody) else request


def _add_photos(request: GenerationRequest, body: Img2ImgBody, services: Services) -> GenerationRequest:
    photos = _read_init_images(body, services)
    check_photos(photos, body, services.settings.limits)
    return replace(
        request,
        kind="img2img",
        resize_mode=body.resize_mode,
        init_images=photos,
        mask=read_mask(body.mask, services.intake) if body.mask else None,
        mask_use=read_mask_use(body) if body.mask else MaskUse(),
        noise_multiplier=body.initial_noise_multiplier,
        keeps_likeness=_asks_for_likeness(body) and services.settings.diffusion.check_likeness,
    )


def _check_scripts(body: GenerationBody) -> None:
    if body.script_name:
        raise HTTPException(422, f"Script '{body.script_name[:100]}' not found")
    for title in body.alwayson_scripts:
        if title.lower() not in (CONTROLNET, LIKENESS):
            raise HTTPException(422, f"always on script {title[:100]} not found")


def _check_wishes(body: GenerationBody) -> None:
    """Raise CannotGenerateError for what would change the picture and is not there: nothing is left out silently."""
    if body.restore_faces:
        raise CannotGenerateError(reason="There is no face restoration here.")
    if body.s_min_uncond > 0:
        raise CannotGenerateError(reason="The negative prompt cannot be left out at some steps here.")


def _check_amount(body: GenerationBody, services: Services) -> None:
    limits = services.settings.limits
    if body.batch_size * body.n_iter > limits.max_pictures:
        raise CannotGenerateError(reason=f"One request may ask for at most {limits.max_pictures} pictures.")
    if max(body.width, body.height) > limits.max_side_px:
        raise CannotGenerateError(reason=f"A picture's sides may have at most {limits.max_side_px} px.")


def _read_clip_skip(body: GenerationBody, services: Services) -> int:
    asked = body.override_settings.get("CLIP_stop_at_last_layers")
    return asked if isinstance(asked, int) and 1 <= asked <= 12 else services.chosen.clip_skip


def _read_init_images(body: Img2ImgBody, services: Services) -> tuple[Pixels, ...]:
    if not body.init_images:
        raise HTTPException(404, "Init image not found")
    if len(body.init_images) > services.settings.limits.max_pictures:
        raise CannotGenerateError(reason="There are more init images than pictures may be asked for.")
    return tuple(read_image(text, services.intake) for text in body.init_images)


def _find_arguments(body: GenerationBody, script: str) -> list[Any]:
    """The arguments of an always-on script; none when it is not called."""
    given: Any = next((value for title, value in body.alwayson_scripts.items() if title.lower() == script), {})
    arguments = given.get("args") if isinstance(given, dict) else None
    return arguments if isinstance(arguments, list) else []


def _asks_for_likeness(body: GenerationBody) -> bool:
    """Its one argument is true or false, or an object with `enabled`; left out it is true."""
    if not any(title.lower() == LIKENESS for title in body.alwayson_scripts):
        return False
    first, *_ = (*_find_arguments(body, LIKENESS), True)
    return bool(first.get("enabled", True) if isinstance(first, dict) else first)


def _read_units(body: GenerationBody, services: Services) -> tuple[ControlUnit, ...]:
    listed = _find_arguments(body, CONTROLNET)
    units = [_read_unit_body(argument) for argument in listed if isinstance(argument, dict)]
    if len(units) > MOST_UNITS:
        raise CannotGenerateError(reason=f"A request may hold at most {MOST_UNITS} ControlNet units.")
    keeps_maps = not body.override_settings.get(KEEP_NO_MAPS)
    return tuple(_read_unit(unit, services, keeps_maps=keeps_maps) for unit in units if unit.enabled)


def _read_unit_body(argument: dict[str, Any]) -> UnitBody:
    try:
        return UnitBody.model_validate(argument)
    except ValidationError as error:
        wrong = [{"field": ".".join(map(str, item["loc"])), "message": item["msg"]} for item in error.errors()]
        raise InvalidRequestError(errors=wrong) from error


def _read_unit(unit: UnitBody, services: Services, *, keeps_maps: bool) -> ControlUnit:
    if unit.advanced_weighting is not None or unit.effective_region_mask:
        raise CannotGenerateError(reason="ControlNet units have no weights for single blocks and no region here.")
    image = unit.image.image if isinstance(unit.image, ImageAndMask) else unit.image
    return ControlUnit(
        model=unit.model,
        module=unit.module.lower(),
        image=read_image(image, services.intake) if image else None,
        conditioning_scale=unit.weight,
        guidance_start=unit.guidance_start,
        guidance_end=unit.guidance_end,
        control_mode=_read_mode(unit.control_mode, _CONTROL_MODES),
        resize_mode=_read_mode(unit.resize_mode, _RESIZE_MODES),
        processor_res_px=unit.processor_res if unit.processor_res > 0 else None,
        threshold_a=unit.threshold_a if unit.threshold_a >= 0 else None,
        threshold_b=unit.threshold_b if unit.threshold_b >= 0 else None,
        is_pixel_perfect=unit.pixel_perfect,
        keeps_detected_map=unit.save_detected_map and keeps_maps,
        passes=_read_mode(unit.hr_option, _PASSES),
    )


def _read_mode(given: int | str, known: dict[str, T]) -> T:
    try:
        return known[str(given).lower()]
    except KeyError as error:
        raise HTTPException(422, f"Unknown mode '{str(given)[:50]}'") from error
