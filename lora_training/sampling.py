"""Pictures from the denoiser as it is at this moment: photographs redrawn, to be looked at and measured.

Deterministic DDIM (Song et al., 2021) with classifier-free guidance (Ho and Salimans, 2022): the same weights, seed and
photograph make the same picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from numpy.typing import NDArray
from torch import Tensor

from lora_training.losses import NoiseSchedule
from lora_training.model.denoising import Denoiser
from lora_training.model.encoding import Embedding

SIDE_STEP_PX = 8
Photo = NDArray[np.uint8]


@dataclass(frozen=True)
class SamplingParts:
    """What pictures are made with. The autoencoder is on `device`, in float32."""

    denoiser: Denoiser
    vae: AutoencoderKL
    schedule: NoiseSchedule
    device: torch.device


def make_pictures(
    parts: SamplingParts,
    photos: Sequence[Photo],
    prompt: Embedding,
    empty: Embedding,
    *,
    strength: float = 0.6,
    steps: int = 20,
    guidance_scale: float = 6.0,
    seed: int = 0,
) -> list[Photo]:
    """Each photograph (H, W, 3; RGB 0-255) redrawn after `prompt`, cut to multiples of 8 px; photo i has noise seed+i.

    `strength` (above 0, up to 1) is the share of the `steps` that run; 1 forgets the photograph but for a trace.
    `empty` is the embedding of the empty prompt, which guidance leads away from.
    """
    if not 0 < strength <= 1 or steps < 1:
        raise ValueError(f"strength {strength} or steps {steps} is out of range")
    timesteps = choose_timesteps(len(parts.schedule), steps, strength)
    pictures = []
    for place, photo in enumerate(photos):
        clean = encode_photo(parts.vae, photo, parts.device)
        noise = torch.randn(clean.shape, generator=torch.Generator().manual_seed(seed + place))
        noisy = parts.schedule.add_noise(clean, noise, torch.tensor(timesteps[:1]))
        size = (photo.shape[1] // SIDE_STEP_PX * SIDE_STEP_PX, photo.shape[0] // SIDE_STEP_PX * SIDE_STEP_PX)
        latents = _denoise(parts, noisy, timesteps, (empty, prompt), guidance_scale, size)
        pictures.append(decode_latents(parts.vae, latents, parts.device))
    return pictures


def choose_timesteps(count: int, steps: int, strength: float) -> list[int]:
    """The timesteps that run, falling: the last `strength` of `steps` evenly spaced ones of `count`, at least one."""
    run = max(1, round(strength * steps))
    return [max(0, round(count * place / steps) - 1) for place in range(run, 0, -1)]


@torch.no_grad()
def encode_photo(vae: Any, photo: Photo, device: torch.device) -> Tensor:
    """The means of the photograph's latents (1, C, h, w), scaled as the denoiser knows them, on the CPU."""
    height, width = (side // SIDE_STEP_PX * SIDE_STEP_PX for side in photo.shape[:2])
    pixels = torch.from_numpy(np.array(photo[:height, :width])).permute(2, 0, 1).float() / 127.5 - 1
    mean: Tensor = vae.encode(pixels[None].to(device)).latent_dist.mean
    scaled: Tensor = (mean - (vae.config.shift_factor or 0.0)) * vae.config.scaling_factor
    return scaled.cpu()


@torch.no_grad()
def decode_latents(vae: Any, latents: Tensor, device: torch.device) -> Photo:
    """The picture (H, W, 3; RGB 0-255) of latents (1, C, h, w)."""
    plain = latents.to(device) / vae.config.scaling_factor + (vae.config.shift_factor or 0.0)
    pixels = vae.decode(plain).sample[0].clamp(-1, 1).add(1).mul(127.5).round()
    return np.ascontiguousarray(pixels.permute(1, 2, 0).to("cpu", torch.uint8).numpy())


@torch.no_grad()
def _denoise(
    parts: SamplingParts,
    latents: Tensor,
    timesteps: Sequence[int],
    captions: tuple[Embedding, Embedding],
    guidance_scale: float,
    size: tuple[int, int],
) -> Tensor:
    alphas = parts.schedule.alphas_cumprod
    for place, timestep in enumerate(timesteps):
        both = parts.denoiser.guess(latents.expand(2, -1, -1, -1), torch.tensor([timestep] * 2), captions, size)
        without, with_prompt = both.float().cpu().chunk(2)
        guess = without + guidance_scale * (with_prompt - without)
        clean, noise = _split(parts.schedule, latents, guess, float(alphas[timestep]))
        after = float(alphas[timesteps[place + 1]]) if place + 1 < len(timesteps) else 1.0
        latents = after**0.5 * clean + (1 - after) ** 0.5 * noise
    return latents


def _split(schedule: NoiseSchedule, noisy: Tensor, guess: Tensor, alpha: float) -> tuple[Tensor, Tensor]:
    """What the guess says of the clean latents and of the noise in them."""
    signal, spread = alpha**0.5, (1 - alpha) ** 0.5
    if schedule.prediction_type == "epsilon":
        return (noisy - spread * guess) / signal, guess
    return signal * noisy - spread * guess, spread * noisy + signal * guess
