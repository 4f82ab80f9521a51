"""The line of text that web UIs keep in a PNG's `parameters` chunk: what made this picture."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from generator_server.engines import GenerationRequest

NEGATIVE = "Negative prompt: "
_PAIR = re.compile(r'\s*([A-Za-z][\w \-/]*):\s*("(?:\\.|[^\\"])*"|[^,]*)(?:,|$)')
# Fewer pairs than this in the last line and it belongs to the prompt, as web UIs judge it.
_LEAST_PAIRS = 3


def write_infotext(request: GenerationRequest, *, sampler: str, seed: int, remarks: Mapping[str, str]) -> str:
    """Prompt, negative prompt and parameters of one picture, as web UIs write and read them."""
    fields = {
        "Steps": str(request.num_inference_steps),
        "Sampler": sampler,
        "CFG scale": f"{request.guidance_scale:g}",
        "Seed": str(seed),
        "Size": f"{request.width_px}x{request.height_px}",
        "Model hash": request.model.short_hash,
        "Model": request.model.name,
        **({"Denoising strength": f"{request.denoising_strength:g}"} if request.kind == "img2img" else {}),
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


def _quote(value: str) -> str:
    return json.dumps(value, ensure_ascii=False) if re.search(r'[,:"\n]', value) else value


def _unquote(value: str) -> str:
    if not value.startswith('"'):
        return value
    try:
        return str(json.loads(value))
    except json.JSONDecodeError:
        return value
