"""The line of text that web UIs keep in a PNG's `parameters` chunk: what made this picture."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from generator_server.diffusion.sampler_names import find_plan
from generator_server.engines import ControlUnit, GenerationRequest, Sampler, Schedule

NEGATIVE = "Negative prompt: "
_PAIR = re.compile(r'\s*([A-Za-z][\w \-/]*):\s*("(?:\\.|[^\\"])*"|[^,]*)(?:,|$)')
# Fewer pairs than this in the last line and it belongs to the prompt, as web UIs judge it.
_LEAST_PAIRS = 3
SCHEDULE_TYPE = "Schedule type"
_RESIZE_MODES = ("Just Resize", "Crop and Resize", "Resize and Fill")
_MASK_CONTENTS = {"fill": "fill", "noise": "latent noise", "nothing": "latent nothing"}
_CONTROL_MODES = {
    "balanced": "Balanced",
    "prompt": "My prompt is more important",
    "control": "ControlNet is more important",
}


def name_sampler(asked: str, samplers: Iterable[Sampler], schedules: Iterable[Schedule]) -> str:
    """The engine's own name of the asked sampler, whose schedule may be part of the name (`Euler a Karras`).

    The first sampler when there is none of that name, as for engines that need no sampler.
    """
    known = tuple(samplers)
    endings = ("", *(f" {schedule.label.lower()}" for schedule in schedules))
    wanted = " ".join(asked.lower().split())
    for sampler in known:
        if any(wanted == f"{name.lower()}{ending}" for name in (sampler.name, *sampler.aliases) for ending in endings):
            return sampler.name
    return known[0].name


def write_infotext(
    request: GenerationRequest, *, sampler: str, seed: int, remarks: Mapping[str, str], number: int = 0
) -> str:
    """Prompt, negative prompt and parameters of picture `number`, as web UIs write and read them."""
    fields = {
        "Steps": str(request.num_inference_steps),
        "Sampler": sampler,
        **({SCHEDULE_TYPE: remarks[SCHEDULE_TYPE]} if SCHEDULE_TYPE in remarks else {}),
        "CFG scale": f"{request.guidance_scale:g}",
        "Seed": str(seed),
        "Size": f"{request.width_px}x{request.height_px}",
        "Model hash": request.model.short_hash,
        "Model": request.model.name,
        **_describe_variation(request, number),
        **({"Denoising strength": f"{request.denoising_strength:g}"} if _has_strength(request) else {}),
        **({"Clip skip": str(request.clip_skip)} if request.clip_skip > 1 else {}),
        **{f"ControlNet {number}": _describe_unit(unit) for number, unit in enumerate(request.control_units)},
        **_describe_mask(request),
        **_describe_hires(request),
        **({"Tiling": "True"} if request.is_tiling else {}),
        **remarks,
    }
    pairs = ", ".join(f"{name}: {_quote(value)}" for name, value in fields.items())
    negative = f"{NEGATIVE}{request.negative_prompt}" if request.negative_prompt else ""
    return "\n".join(part for part in (request.prompt, negative, pairs) if part)


def parse_infotext(text: str) -> dict[str, str]:
    """The parts of an infotext by name; `Prompt` and `Negative prompt` are always there. Size-1, Size-2: in pixels."""
    *lines, last = text.strip().split("\n")
    pairs = _PAIR.findall(last)
    if len(pairs) < _LEAST_PAIRS:
        lines, pairs = [*lines, last], []
    prompt, _, negative = "\n".join(lines).partition(NEGATIVE)
    found = {"Prompt": prompt.strip(), "Negative prompt": negative.strip()}
    for name, value in pairs:
        found[name] = _unquote(value.strip())
    size = re.fullmatch(r"(\d{1,6})x(\d{1,6})", found.get("Size", ""))
    if size:
        found["Size-1"], found["Size-2"] = size.group(1), size.group(2)
    return found


def _has_strength(request: GenerationRequest) -> bool:
    return request.kind == "img2img" or request.hires is not None


def _describe_variation(request: GenerationRequest, number: int) -> dict[str, str]:
    """What was mixed into the first noise, and the size that it was taken over from."""
    fields = {}
    if request.variation_strength > 0:
        fields["Variation seed"] = str(request.variation_seeds[number])
        fields["Variation seed strength"] = f"{request.variation_strength:g}"
    if request.noise_size_px is not None:
        fields["Seed resize from"] = "{}x{}".format(*request.noise_size_px)
    return fields


def _describe_mask(request: GenerationRequest) -> dict[str, str]:
    """How a mask was worked on, as far as it is not the web UI's silent default."""
    use = request.mask_use
    fields = {"Noise multiplier": f"{request.noise_multiplier:g}"} if request.noise_multiplier != 1.0 else {}
    if request.mask is None:
        return fields
    if use.blur_px:
        fields["Mask blur"] = str(use.blur_px)
    if use.is_inverted:
        fields["Mask mode"] = "Inpaint not masked"
    if use.padding_px is not None:
        fields |= {"Inpaint area": "Only masked", "Masked area padding": str(use.padding_px)}
    if use.content != "original":
        fields["Masked content"] = _MASK_CONTENTS[use.content]
    return fields


def _describe_hires(request: GenerationRequest) -> dict[str, str]:
    """The second pass, as far as it differs from the first one."""
    hires = request.hires
    if hires is None:
        return {}
    size = {"Hires upscale": f"{hires.scale:g}"}
    if hires.resize is not None:
        size = {"Hires resize": f"{hires.resize[0]}x{hires.resize[1]}"}
    own = {
        "Hires steps": (str(hires.num_inference_steps), str(request.num_inference_steps)),
        "Hires prompt": (hires.prompt, ""),
        "Hires negative prompt": (hires.negative_prompt, ""),
    }
    different = {name: value for name, (value, first) in own.items() if value != first}
    if (hires.sampler, hires.scheduler) != (request.sampler, request.scheduler):
        plan = find_plan(hires.sampler, hires.scheduler)
        different |= {"Hires sampler": plan.choice.name, "Hires schedule type": plan.schedule_label}
    return {**size, "Hires upscaler": hires.upscaler, **different}


def _describe_unit(unit: ControlUnit) -> str:
    """One ControlNet unit as the extension writes it."""
    fields = {
        "Module": unit.module,
        "Model": unit.model,
        "Weight": f"{unit.conditioning_scale:g}",
        "Resize Mode": _RESIZE_MODES[unit.resize_mode],
        "Processor Res": "-1" if unit.processor_res_px is None else str(unit.processor_res_px),
        "Threshold A": "-1" if unit.threshold_a is None else f"{unit.threshold_a:g}",
        "Threshold B": "-1" if unit.threshold_b is None else f"{unit.threshold_b:g}",
        "Guidance Start": f"{unit.guidance_start:g}",
        "Guidance End": f"{unit.guidance_end:g}",
        "Pixel Perfect": str(unit.is_pixel_perfect),
        "Control Mode": _CONTROL_MODES[unit.control_mode],
    }
    return ", ".join(f"{name}: {value}" for name, value in fields.items())


def _quote(value: str) -> str:
    return json.dumps(value, ensure_ascii=False) if re.search(r'[,:"\n]', value) else value


def _unquote(value: str) -> str:
    if not value.startswith('"'):
        return value
    try:
        return str(json.loads(value))
    except json.JSONDecodeError:
        return value
