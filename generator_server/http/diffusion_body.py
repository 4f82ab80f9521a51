"""A style's request for the diffusion engine: an img2img body in the web UI's words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from boothkit.logs import get_logger
from generator_server.engines import Engine, Model
from generator_server.styles import StylePack
from generator_server.styles.manifest import ControlUnit, DiffusionPart

WIDTH_PX, HEIGHT_PX = 768, 1024
# 3:4, with sides that are multiples of 8 px.
WIDTH_STEP_PX = 24
ENGINE_NAME = "diffusion"
_CONTROL_MODES = {
    "balanced": "Balanced",
    "prompt": "My prompt is more important",
    "control": "ControlNet is more important",
}
_log = get_logger(__name__)


def find_diffusion_body(pack: StylePack, engine: Engine) -> dict[str, Any] | None:
    """The body, without `init_images`; None when an adapter cannot be worn, without which the look is another.

    ControlNet units that cannot be followed are left out: the look stays, the picture keeps less of the photograph.
    """
    part, models = pack.manifest.diffusion, engine.list_models()
    if part is None or not models or not _can_wear_all(pack, part, engine):
        return None
    units = [unit for unit in part.controlnet if _can_follow(pack, unit, engine)]
    return _build_body(pack, part, models[0], units)


def _can_wear_all(pack: StylePack, part: DiffusionPart, engine: Engine) -> bool:
    for name, _ in _list_adapters(pack, part):
        obstacle = engine.find_lora_obstacle(name)
        if obstacle is not None:
            _say_once("A style is not offered with diffusion.", "style.diffusion_left_out", pack.style_id, obstacle)
            return False
    return True


def _can_follow(pack: StylePack, unit: ControlUnit, engine: Engine) -> bool:
    obstacle = engine.find_unit_obstacle(unit.model, unit.module)
    if obstacle is not None:
        sentence = "A style is made without one of its ControlNet units."
        _say_once(sentence, "style.unit_left_out", pack.style_id, obstacle, unit.model)
    return obstacle is None


@cache
def _say_once(sentence: str, action: str, style_id: str, reason: str, controlnet: str | None = None) -> None:
    """The list of styles is asked for all the time; one sentence for each unit or style is enough."""
    named = {} if controlnet is None else {"controlnet": controlnet}
    _log.warning(sentence, action=action, style_id=style_id, reason=reason, **named)


def _list_adapters(pack: StylePack, part: DiffusionPart) -> list[tuple[str, float]]:
    """Names and weights of the style's own adapter and of the one for few steps."""
    own = [(pack.adapter_name, part.adapter_weight)] if part.adapter else []
    few = part.few_step
    return [*own, *([(few.adapter, few.adapter_weight)] if few is not None and few.adapter else [])]


def build_prompt(pack: StylePack, part: DiffusionPart) -> str:
    """The style's words, and the tags that call its adapters."""
    tags = "".join(f" <lora:{name}:{weight:g}>" for name, weight in _list_adapters(pack, part))
    return f"{part.prompt}{tags}"


def _build_body(pack: StylePack, part: DiffusionPart, model: Model, units: Sequence[ControlUnit]) -> dict[str, Any]:
    width_px = part.max_width_px // WIDTH_STEP_PX * WIDTH_STEP_PX
    scripts: dict[str, Any] = {"controlnet": {"args": [_build_unit(unit) for unit in units]}}
    if part.keeps_likeness:
        scripts["likeness"] = {"args": [True]}
    return {
        "prompt": build_prompt(pack, part),
        "negative_prompt": part.negative_prompt,
        "denoising_strength": part.denoising_strength,
        "steps": part.num_inference_steps,
        "cfg_scale": part.guidance_scale,
        "sampler_name": part.few_step.sampler if part.few_step else part.sampler,
        "width": width_px,
        "height": width_px * HEIGHT_PX // WIDTH_PX,
        "resize_mode": 1,
        "override_settings": {"sd_model_checkpoint": model.title},
        "alwayson_scripts": scripts,
    }


def _build_unit(unit: ControlUnit) -> dict[str, Any]:
    """A unit that uses the photograph. Its map is not sent back: the bridge wants the picture alone."""
    return {
        "enabled": True,
        "model": unit.model,
        "module": unit.module,
        "weight": unit.conditioning_scale,
        "guidance_start": unit.guidance_start,
        "guidance_end": unit.guidance_end,
        "control_mode": _CONTROL_MODES[unit.control_mode],
        "save_detected_map": False,
    }
