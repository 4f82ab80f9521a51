"""One question to the denoiser, asked the same way in training and in measuring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor

from lora_training.buckets import Size
from lora_training.model.encoding import Embedding


class Denoiser:
    """A UNet that guesses noise (or velocity) from noisy latents, captions and timesteps."""

    def __init__(self, unet: UNet2DConditionModel, device: torch.device, dtype: torch.dtype) -> None:
        self._unet = unet
        self._device = device
        self._dtype = dtype

    def guess(self, noisy: Tensor, timesteps: Tensor, captions: Sequence[Embedding], size: Size) -> Tensor:
        """Latents (B, C, H, W) and timesteps (B,) on the CPU, for pictures of one `size`; the guess on the device."""
        hidden = torch.stack([caption.hidden for caption in captions]).to(self._device, self._dtype)
        with torch.autocast(self._device.type, self._dtype, enabled=self._dtype != torch.float32):
            answer = self._unet(
                noisy.to(self._device, self._dtype),
                timesteps.to(self._device),
                encoder_hidden_states=hidden,
                added_cond_kwargs=self._describe(captions, size),
            )
        guess: Tensor = answer.sample
        return guess

    def _describe(self, captions: Sequence[Embedding], size: Size) -> dict[str, Any] | None:
        """What SDXL wants besides: summaries, and sizes (original, cut from the corner, wanted), height first."""
        summaries = [caption.pooled for caption in captions if caption.pooled is not None]
        if not summaries:
            return None
        width, height = size
        ids = torch.tensor([[height, width, 0, 0, height, width]], dtype=self._dtype).repeat(len(captions), 1)
        return {
            "text_embeds": torch.stack(summaries).to(self._device, self._dtype),
            "time_ids": ids.to(self._device),
        }
