"""The denoising loss: noise in, its guess out, weighted by how much signal is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

PredictionType = Literal["epsilon", "v_prediction"]


@dataclass(frozen=True)
class NoiseSchedule:
    """`alphas_cumprod` (float32, one per timestep, falling from nearly 1 to nearly 0) and what the model guesses."""

    alphas_cumprod: Tensor
    prediction_type: PredictionType

    def __len__(self) -> int:
        return len(self.alphas_cumprod)

    def add_noise(self, latents: Tensor, noise: Tensor, timesteps: Tensor) -> Tensor:
        """Latents (B, C, H, W) at `timesteps` (B,): sqrt(a) latents + sqrt(1 - a) noise (Ho et al., 2020)."""
        signal, spread = self._read_scales(timesteps)
        return signal * latents + spread * noise

    def make_target(self, latents: Tensor, noise: Tensor, timesteps: Tensor) -> Tensor:
        """What the model should answer: the noise, or the velocity (Salimans and Ho, 2022)."""
        if self.prediction_type == "epsilon":
            return noise
        signal, spread = self._read_scales(timesteps)
        return signal * noise - spread * latents

    def weigh(self, timesteps: Tensor, min_snr_gamma: float) -> Tensor:
        """Weight of each sample's loss (B,): min(SNR, gamma) / SNR for noise, / (SNR + 1) for velocity.

        Hang et al., 2023, "Efficient Diffusion Training via Min-SNR Weighting Strategy". All 1 when gamma is 0.
        """
        alphas = self.alphas_cumprod[timesteps]
        if min_snr_gamma == 0:
            return torch.ones_like(alphas)
        snr = alphas / (1 - alphas)
        capped = snr.clamp(max=min_snr_gamma)
        return capped / snr if self.prediction_type == "epsilon" else capped / (snr + 1)

    def _read_scales(self, timesteps: Tensor) -> tuple[Tensor, Tensor]:
        alphas = self.alphas_cumprod[timesteps].reshape(-1, 1, 1, 1)
        return alphas.sqrt(), (1 - alphas).sqrt()


def draw_noise(shape: torch.Size, offset: float, draw: torch.Generator) -> Tensor:
    """Normal noise (B, C, H, W) on the CPU; `offset` shifts each channel as a whole by so much of a normal number."""
    noise = torch.randn(shape, generator=draw)
    if offset > 0:
        noise = noise + offset * torch.randn((*shape[:2], 1, 1), generator=draw)
    return noise


def compute_losses(guess: Tensor, target: Tensor) -> Tensor:
    """Mean squared error of each sample (B,), in float32."""
    return (guess.float() - target.float()).square().mean(dim=(1, 2, 3))
