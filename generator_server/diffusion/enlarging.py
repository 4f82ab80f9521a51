"""The second pass of txt2img: from a small picture's latents to larger ones that are worked on once more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from generator_server.diffusion.components import Components
from generator_server.diffusion.latents import decode_latents, encode_pictures
from generator_server.engines.protocol import GenerationRequest, HiresFix
from generator_server.engines.upscaling import UPSCALERS, enlarge_picture

# What torch.nn.functional.interpolate is asked for, by the web UI's names.
LATENT_MODES: Mapping[str, dict[str, Any]] = {
    "Latent": {"mode": "bilinear"},
    "Latent (antialiased)": {"mode": "bilinear", "antialias": True},
    "Latent (bicubic)": {"mode": "bicubic"},
    "Latent (bicubic antialiased)": {"mode": "bicubic", "antialias": True},
    "Latent (nearest)": {"mode": "nearest"},
    "Latent (nearest-exact)": {"mode": "nearest-exact"},
}
MOST_STRENGTH = 0.999


def build_first_request(request: GenerationRequest) -> GenerationRequest:
    """The request as its first pass sees it: without the units that belong to the second pass alone."""
    return replace(request, control_units=tuple(unit for unit in request.control_units if unit.passes != "second"))


def build_second_request(request: GenerationRequest, hires: HiresFix) -> GenerationRequest:
    """The second pass as a request of its own, with a schedule of which the wanted steps are the strength's share."""
    strength = min(request.denoising_strength, MOST_STRENGTH)
    return replace(
        request,
        width_px=hires.width_px,
        height_px=hires.height_px,
        num_inference_steps=max(1, int(hires.num_inference_steps / strength)) if strength > 0 else 1,
        sampler=hires.sampler or request.sampler,
        scheduler=hires.scheduler,
        prompt=hires.prompt or request.prompt,
        negative_prompt=hires.negative_prompt or request.negative_prompt,
        control_units=tuple(unit for unit in request.control_units if unit.passes != "first"),
        hires=None,
    )


def enlarge_latents(latents: Tensor, hires: HiresFix, components: Components) -> Tensor:
    """Latents, (pictures, 4, height, width), at the second pass's size: enlarged as such, or by way of pixels."""
    side = components.latent_px
    width, height = (px // side for px in hires.scaled_px)
    if hires.upscaler in LATENT_MODES:
        larger = torch.nn.functional.interpolate(latents, size=(height, width), **LATENT_MODES[hires.upscaler])
    else:
        size = (width * side, height * side)
        method = UPSCALERS[hires.upscaler]
        pictures = [enlarge_picture(picture, size, method) for picture in decode_latents(latents, components)]
        larger = encode_pictures(pictures, components)
    return _cut(larger, hires.width_px // side, hires.height_px // side)


def _cut(latents: Tensor, width: int, height: int) -> Tensor:
    """The middle; what is too much is shared out, the odd row or column at the end."""
    top, left = (latents.shape[2] - height) // 2, (latents.shape[3] - width) // 2
    return latents[:, :, top : top + height, left : left + width].contiguous()
