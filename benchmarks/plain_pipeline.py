"""The plain diffusers pipeline over the same files: what this engine is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    ControlNetModel,
    EulerDiscreteScheduler,
    StableDiffusionControlNetImg2ImgPipeline,
    StableDiffusionXLControlNetImg2ImgPipeline,
)

from benchmarks.random_models import CHECKPOINT, LORAS, NETS
from generator_server.engines import GenerationRequest
from tests.tiny_diffusion import Family


def quiet_libraries() -> None:
    """No bars and no advice from here on."""
    from diffusers.utils import logging as of_diffusers
    from transformers.utils import logging as of_transformers

    for library in (of_diffusers, of_transformers):
        library.set_verbosity_error()
        library.disable_progress_bar()


class PlainPipeline:
    """img2img with three ControlNets and a LoRA, as the library's documentation shows it."""

    def __init__(self, models: Path, family: Family, device: str) -> None:
        dtype = torch.float16 if device == "cuda" else torch.float32
        kind: Any = StableDiffusionControlNetImg2ImgPipeline
        options: dict[str, Any] = {"safety_checker": None}
        if family == "sdxl":
            kind, options = StableDiffusionXLControlNetImg2ImgPipeline, {"add_watermarker": False}
        checkpoint = models / "checkpoints" / CHECKPOINT
        self._nets: list[Any] = [
            ControlNetModel.from_pretrained(models / "controlnet" / name, torch_dtype=dtype) for name in NETS
        ]
        self._pipeline = kind.from_pretrained(checkpoint, controlnet=self._nets, torch_dtype=dtype, **options)
        self._pipeline.scheduler = EulerDiscreteScheduler.from_config(
            self._pipeline.scheduler.config, timestep_spacing="linspace"
        )
        self._pipeline.set_progress_bar_config(disable=True)
        self._pipeline.to(device)
        self._loras = models / "loras"
        self.switch(LORAS[0])

    def switch(self, name: str) -> None:
        """Another LoRA in the place of the one before."""
        self._pipeline.unload_lora_weights()
        self._pipeline.load_lora_weights(self._loras / f"{name}.safetensors", adapter_name="worn")

    def make(self, request: GenerationRequest, evaluations: int) -> Any:
        """The request's pictures after so many calls of the UNet."""
        size = {"height": request.height_px, "width": request.width_px}
        count = len(request.seeds)
        photos = torch.stack([_to_tensor(request.get_init_image(number)) for number in range(count)])
        hints: Sequence[torch.Tensor] = [photos] * len(NETS)
        return self._pipeline(
            prompt=[request.prompt] * count,
            negative_prompt=[request.negative_prompt] * count,
            image=photos,
            control_image=hints,
            # It runs int(strength * steps) of its steps.
            strength=(evaluations + 0.01) / request.num_inference_steps,
            num_inference_steps=request.num_inference_steps,
            guidance_scale=request.guidance_scale,
            controlnet_conditioning_scale=[1.0] * len(NETS),
            generator=[torch.Generator().manual_seed(seed) for seed in request.seeds],
            output_type="np",
            **size,
        ).images


def _to_tensor(photo: Any) -> torch.Tensor:
    return torch.from_numpy(photo).permute(2, 0, 1).float() / 255
