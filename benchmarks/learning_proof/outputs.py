"""What the small model draws, by diffusers' own pipeline, with and without an adapter file: another program judges."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers.pipelines.stable_diffusion.pipeline_stable_diffusion import StableDiffusionPipeline

from benchmarks.learning_proof.pictures import SIDE_PX, Picture

STEPS = 20
GUIDANCE_SCALE = 2.0
_BATCH = 16


class Drawer:
    """Draws prompts; adapters are taken up and put down again."""

    def __init__(self, base: Path) -> None:
        self._pipeline: Any = StableDiffusionPipeline.from_pretrained(
            base, local_files_only=True, requires_safety_checker=False
        )
        self._pipeline.set_progress_bar_config(disable=True)

    def draw(
        self, prompts: Sequence[str], *, first_seed: int, adapter: Path | None = None, weight: float = 1.0
    ) -> list[Picture]:
        """One picture per prompt; picture i starts from the noise of seed `first_seed` + i."""
        if adapter is not None:
            self._pipeline.load_lora_weights(adapter.parent, weight_name=adapter.name, adapter_name="style")
            self._pipeline.set_adapters("style", weight)
        try:
            return [
                picture
                for at in range(0, len(prompts), _BATCH)
                for picture in self._draw_batch(prompts[at : at + _BATCH], first_seed + at)
            ]
        finally:
            if adapter is not None:
                self._pipeline.unload_lora_weights()

    def _draw_batch(self, prompts: Sequence[str], seed: int) -> list[Picture]:
        answer = self._pipeline(
            list(prompts),
            height=SIDE_PX,
            width=SIDE_PX,
            num_inference_steps=STEPS,
            guidance_scale=GUIDANCE_SCALE,
            generator=[torch.Generator().manual_seed(seed + place) for place in range(len(prompts))],
            output_type="np",
        )
        return [np.asarray((picture * 255).round(), dtype=np.uint8) for picture in answer.images]
