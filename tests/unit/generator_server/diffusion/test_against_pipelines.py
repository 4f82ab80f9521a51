"""Where diffusers' own pipelines can do the same job, both come to the same latents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import (
    ControlNetModel,
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    EulerAncestralDiscreteScheduler,
    EulerDiscreteScheduler,
    HeunDiscreteScheduler,
    StableDiffusionControlNetImg2ImgPipeline,
    StableDiffusionImg2ImgPipeline,
    StableDiffusionInpaintPipeline,
    StableDiffusionPipeline,
    StableDiffusionXLImg2ImgPipeline,
    StableDiffusionXLPipeline,
)

from generator_server.diffusion.components import Components
from generator_server.diffusion.latents import encode_pictures, to_tensor
from generator_server.engines import GenerationRequest
from tests.unit.generator_server.diffusion.requests import (
    SIDE_PX,
    list_nets,
    load,
    make_latents,
    make_photo,
    make_request,
    make_unit,
)

# diffusers' schedulers hand torch tensors to np.array, which NumPy 2 warns about.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
PROMPTS = {"prompt": "a portrait, ink wash", "negative_prompt": "photo"}
NEAR = 1e-4
# Steps that divide the timesteps evenly: between two of them the two libraries interpolate differently.
CASES: dict[str, tuple[type[Any], dict[str, Any], int, str]] = {
    "Euler": (EulerDiscreteScheduler, {"timestep_spacing": "linspace"}, 10, "uniform"),
    "Euler a": (EulerAncestralDiscreteScheduler, {"timestep_spacing": "linspace"}, 10, "uniform"),
    "Heun": (HeunDiscreteScheduler, {"timestep_spacing": "linspace"}, 10, "uniform"),
    "DPM++ 2M": (DPMSolverMultistepScheduler, {"timestep_spacing": "linspace"}, 9, "sgm_uniform"),
    "DDIM": (DDIMScheduler, {"timestep_spacing": "leading", "clip_sample": False, "set_alpha_to_one": False}, 10, ""),
}


def build_scheduler(sampler: str) -> Any:
    kind, options, _, _ = CASES[sampler]
    betas = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "steps_offset": 1}
    return kind(**betas, **options)


def build_pipeline(kind: Callable[..., Any], components: Components, sampler: str, **parts: Any) -> Any:
    """A diffusers pipeline over the very same modules."""
    common = {"vae": components.vae, "unet": components.unet, "scheduler": build_scheduler(sampler), **parts}
    common |= {"text_encoder": components.text_encoders[0], "tokenizer": components.tokenizers[0]}
    if components.family == "sdxl":
        common |= {"text_encoder_2": components.text_encoders[1], "tokenizer_2": components.tokenizers[1]}
        pipeline = kind(**common, add_watermarker=False)
    else:
        pipeline = kind(**common, safety_checker=None, feature_extractor=None, requires_safety_checker=False)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def ask(sampler: str, **changes: Any) -> GenerationRequest:
    """The request of a case; of its steps 6 run in img2img."""
    _, _, steps, schedule = CASES[sampler]
    fields = {"sampler": sampler, "num_inference_steps": steps, "denoising_strength": 5.01 / steps}
    return make_request(**fields, scheduler=schedule, **changes)


def run_img2img(pipeline: Any, request: GenerationRequest, components: Components, **more: Any) -> torch.Tensor:
    """What the pipeline makes of the same photograph with the same seed; it runs int(strength * steps) steps."""
    latents = encode_pictures(request.init_images, components)
    result = pipeline(
        **PROMPTS,
        image=latents,
        strength=6.01 / request.num_inference_steps,
        num_inference_steps=request.num_inference_steps,
        guidance_scale=request.guidance_scale,
        generator=torch.Generator().manual_seed(request.seeds[0]),
        output_type="latent",
        **more,
    )
    images: torch.Tensor = result.images
    return images


@pytest.mark.parametrize("sampler", CASES)
def test_img2img_equals_the_pipeline(sampler: str, sd15: Components) -> None:
    request = ask(sampler)
    theirs = run_img2img(build_pipeline(StableDiffusionImg2ImgPipeline, sd15, sampler), request, sd15)
    assert (make_latents(request, load(sd15)) - theirs).abs().max() < NEAR


@pytest.mark.parametrize("sampler", ["Euler", "DPM++ 2M", "DDIM"])
def test_inpainting_equals_the_pipeline(sampler: str, sd15: Components) -> None:
    """Theirs noises the known part anew at each step, ours guesses it as it is: the same for these samplers."""
    mask = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    mask[16:48, 24:] = 255
    request = ask(sampler, mask=mask)
    pipeline = build_pipeline(StableDiffusionInpaintPipeline, sd15, sampler)
    latents = encode_pictures(request.init_images, sd15)
    theirs = run_img2img(
        pipeline,
        request,
        sd15,
        width=SIDE_PX,
        height=SIDE_PX,
        mask_image=torch.from_numpy(mask / 255.0)[None, None].float(),
        masked_image_latents=latents,
    )
    ours = make_latents(request, load(sd15))
    assert (ours - theirs).abs().max() < NEAR
    assert (ours - make_latents(ask(sampler), load(sd15))).abs().max() > 100 * NEAR


@pytest.mark.parametrize("sampler", ["Euler", "Euler a", "DDIM"])
def test_txt2img_equals_the_pipeline(sampler: str, sd15: Components) -> None:
    request = ask(sampler, kind="txt2img")
    theirs = build_pipeline(StableDiffusionPipeline, sd15, sampler)(
        **PROMPTS,
        width=SIDE_PX,
        height=SIDE_PX,
        num_inference_steps=request.num_inference_steps,
        guidance_scale=request.guidance_scale,
        generator=torch.Generator().manual_seed(7),
        output_type="latent",
    ).images
    assert (make_latents(request, load(sd15)) - theirs).abs().max() < NEAR


def test_three_controlnets_equal_the_pipeline(sd15: Components, sd15_models: Path) -> None:
    names, scales = ("first", "second", "third"), (1.0, 0.6, 0.4)
    starts, ends = (0.0, 0.2, 0.0), (1.0, 1.0, 0.5)
    units = tuple(
        make_unit(name, image=make_photo(seed), conditioning_scale=scale, guidance_start=start, guidance_end=end)
        for seed, (name, scale, start, end) in enumerate(zip(names, scales, starts, ends, strict=True))
    )
    request = ask("Euler", control_units=units)
    nets = [ControlNetModel.from_pretrained(sd15_models / "controlnet" / name) for name in names]
    pipeline = build_pipeline(StableDiffusionControlNetImg2ImgPipeline, sd15, "Euler", controlnet=nets)
    theirs = run_img2img(
        pipeline,
        request,
        sd15,
        width=SIDE_PX,
        height=SIDE_PX,
        control_image=[to_tensor(make_photo(seed), sd15.device, sd15.dtype)[None] for seed in range(3)],
        controlnet_conditioning_scale=list(scales),
        control_guidance_start=list(starts),
        control_guidance_end=list(ends),
    )
    ours = make_latents(request, load(sd15), nets=list_nets(sd15_models))
    assert (ours - theirs).abs().max() < NEAR
    assert (ours - make_latents(ask("Euler"), load(sd15))).abs().max() > 100 * NEAR


def test_sdxl_img2img_equals_the_pipeline(sdxl: Components) -> None:
    request = ask("Euler")
    pipeline = build_pipeline(StableDiffusionXLImg2ImgPipeline, sdxl, "Euler")
    theirs = run_img2img(pipeline, request, sdxl, original_size=(SIDE_PX, SIDE_PX), target_size=(SIDE_PX, SIDE_PX))
    assert (make_latents(request, load(sdxl)) - theirs).abs().max() < NEAR


def test_sdxl_txt2img_without_a_negative_prompt_equals_the_pipeline(sdxl: Components) -> None:
    request = ask("Euler", kind="txt2img", negative_prompt="")
    theirs = build_pipeline(StableDiffusionXLPipeline, sdxl, "Euler")(
        prompt=PROMPTS["prompt"],
        width=SIDE_PX,
        height=SIDE_PX,
        num_inference_steps=10,
        guidance_scale=request.guidance_scale,
        generator=torch.Generator().manual_seed(7),
        output_type="latent",
    ).images
    assert (make_latents(request, load(sdxl)) - theirs).abs().max() < NEAR
