"""From made pictures to the web UI's answer."""

from __future__ import annotations

import json
from typing import Any

from boothkit.clock import now
from generator_server.engines import GenerationRequest, Output
from generator_server.http.bodies import GenerationBody, Img2ImgBody
from generator_server.http.infotext import write_infotext
from generator_server.http.pictures import encode_png
from generator_server.http.schemas import PicturesAnswer


def build_answer(
    body: GenerationBody, request: GenerationRequest, outputs: tuple[Output, ...], sampler: str
) -> PicturesAnswer:
    """Pictures as base64 PNG with infotext, then the first one's control images. Encodes: for a thread of its own."""
    texts = [
        write_infotext(request, sampler=sampler, seed=output.seed, remarks=output.remarks, number=number)
        for number, output in enumerate(outputs)
    ]
    images = [encode_png(output.pixels, text) for output, text in zip(outputs, texts, strict=True)]
    images += [encode_png(drawn) for drawn in outputs[0].control_maps] if body.send_images else []
    return PicturesAnswer(
        images=images if body.send_images else [],
        parameters=_echo(body),
        info=json.dumps(_build_info(body, request, outputs, texts, sampler), ensure_ascii=False),
    )


def _echo(body: GenerationBody) -> dict[str, Any]:
    """The request as it was understood, without its pictures unless they were asked back."""
    echo = body.model_dump(exclude={"alwayson_scripts"})
    if isinstance(body, Img2ImgBody) and not body.include_init_images:
        echo["init_images"] = echo["mask"] = None
    return echo


def _build_info(
    body: GenerationBody, request: GenerationRequest, outputs: tuple[Output, ...], texts: list[str], sampler: str
) -> dict[str, Any]:
    """The keys that web-UI clients look for. Those that mean nothing here have the web UI's neutral values."""
    number = len(outputs)
    resized = request.noise_size_px or (-1, -1)
    return {
        "prompt": request.prompt,
        "all_prompts": [request.prompt] * number,
        "negative_prompt": request.negative_prompt,
        "all_negative_prompts": [request.negative_prompt] * number,
        "seed": outputs[0].seed,
        "all_seeds": [output.seed for output in outputs],
        "subseed": request.variation_seeds[0],
        "all_subseeds": list(request.variation_seeds),
        "subseed_strength": request.variation_strength,
        "width": request.width_px,
        "height": request.height_px,
        "sampler_name": sampler,
        "cfg_scale": request.guidance_scale,
        "steps": request.num_inference_steps,
        "batch_size": number,
        "restore_faces": False,
        "face_restoration_model": None,
        "sd_model_name": request.model.name,
        "sd_model_hash": request.model.short_hash,
        "sd_vae_name": None,
        "sd_vae_hash": None,
        "seed_resize_from_w": resized[0],
        "seed_resize_from_h": resized[1],
        "denoising_strength": request.denoising_strength,
        "extra_generation_params": dict(outputs[0].remarks),
        "index_of_first_image": 0,
        "infotexts": texts,
        "styles": body.styles,
        "job_timestamp": now().strftime("%Y%m%d%H%M%S"),
        "clip_skip": request.clip_skip,
        "is_using_inpainting_conditioning": False,
    }
