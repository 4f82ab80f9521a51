"""The style pack's `style.toml`, in the generator's format 1."""

from __future__ import annotations

from typing import Any

import tomli_w

from lora_training.dataset import Dataset
from lora_training.packing.words import NAME_LENGTH, PROMPT_LENGTH, SENTENCE_LENGTH, PackWords, shorten
from lora_training.publishing_errors import PackTermsError
from lora_training.weightless.look import Kind

MANIFEST_NAME = "style.toml"
FORMAT = 1
POSITION = 500
"""Looks that staff taught are offered after the shipped ones."""

DENOISING_STRENGTH, STEPS, GUIDANCE_SCALE, SAMPLER = 0.5, 20, 7.0, "DPM++ 2M"
NEGATIVE_PROMPT = "photograph, text, signature, frame, deformed face, extra fingers"
# As in the shipped packs: pose and depth hold the person, straight lines the room.
SD15_UNITS: tuple[dict[str, Any], ...] = (
    {"model": "control_v11p_sd15_openpose", "module": "vitpose", "conditioning_scale": 0.7, "guidance_end": 0.8},
    {"model": "control_v11f1p_sd15_depth", "module": "depth_leres", "conditioning_scale": 0.6},
    {"model": "control_v11p_sd15_mlsd", "module": "mlsd", "conditioning_scale": 0.3, "guidance_end": 0.5},
)


def describe_style(pictures: Dataset, words: PackWords, kind: Kind) -> dict[str, Any]:
    """Everything but the revision and the diffusion part. Raises PackTermsError for a licence that is too long."""
    count = len(pictures.pictures)
    return {
        "format": FORMAT,
        "style_id": pictures.style_id,
        "position": POSITION,
        "name": {"ko": words.name_ko, "en": words.name_en},
        "description": {
            "ko": words.description_ko or f"그림 {count}장에서 배운 화풍입니다.",
            "en": words.description_en or f"A look learnt from {_count(count)}.",
        },
        "painter": {"style": kind, "strength": 1.0},
        "source": describe_source(pictures),
    }


def describe_source(pictures: Dataset) -> dict[str, str]:
    """Who made the pictures, the right to use them, and where they come from; it goes wherever the style goes.

    The licence always stands there whole; a long author or source is cut and marked.
    """
    if len(pictures.licence) > NAME_LENGTH:
        raise PackTermsError(
            field="licence",
            why_ko=f"자료의 licence는 {NAME_LENGTH}자까지 쓸 수 있습니다. prepare에서 LicenseRef-... 로 줄여 주세요.",
            why_en=f"the set's licence has more than {NAME_LENGTH} characters; name it LicenseRef-... in `prepare`.",
        )
    author = shorten(pictures.author, NAME_LENGTH)
    right = f" ({_count(len(pictures.pictures))} by {author}; {pictures.licence})"
    source = shorten(pictures.source, SENTENCE_LENGTH - len(right))
    return {"author": author, "licence": pictures.licence, "training_data": f"{source}{right}"}


def describe_diffusion(
    adapter: str, trigger: str, words: PackWords, *, weight: float, is_for_sdxl: bool
) -> dict[str, Any]:
    """How a diffusion model makes the style with its adapter."""
    units = () if is_for_sdxl else SD15_UNITS
    return {
        "prompt": call_style(trigger, words.prompt),
        "negative_prompt": NEGATIVE_PROMPT,
        "denoising_strength": DENOISING_STRENGTH,
        "num_inference_steps": STEPS,
        "guidance_scale": GUIDANCE_SCALE,
        "sampler": SAMPLER,
        "adapter": adapter,
        "adapter_weight": weight,
        "controlnet": [dict(unit) for unit in units],
    }


def call_style(trigger: str, prompt: str | None) -> str:
    """A prompt that begins with the trigger token, unless it has it somewhere."""
    if prompt is None:
        return f"{trigger}, a portrait in this style, soft light, calm, dignified"
    if trigger in prompt:
        return prompt
    called = f"{trigger}, {prompt}"
    if len(called) > PROMPT_LENGTH:
        raise PackTermsError(
            field="--prompt",
            why_ko=f"호출어를 붙이면 {PROMPT_LENGTH}자를 넘습니다.",
            why_en=f"with the trigger token it has more than {PROMPT_LENGTH} characters.",
        )
    return called


def write_manifest(style: dict[str, Any], revision: int) -> bytes:
    """The file's content; the same style and revision give the same bytes."""
    numbered = {"format": style["format"], "style_id": style["style_id"], "revision": revision, **style}
    return tomli_w.dumps(numbered).encode()


def _count(pictures: int) -> str:
    return "1 picture" if pictures == 1 else f"{pictures} pictures"
