"""Photographs redrawn by the denoiser as it is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from diffusers.schedulers.scheduling_ddim import DDIMScheduler
from torch import Tensor

from lora_training.losses import NoiseSchedule, PredictionType
from lora_training.model.denoising import Denoiser
from lora_training.model.encoding import Embedding
from lora_training.sampling import (
    Photo,
    SamplingParts,
    choose_timesteps,
    decode_latents,
    encode_photo,
    make_pictures,
)
from tests.tiny_diffusion import TEXT_WIDTH, build_unet, build_vae

CPU = torch.device("cpu")
ALPHAS = DDIMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear").alphas_cumprod


def embed(seed: int) -> Embedding:
    return Embedding(torch.randn(77, TEXT_WIDTH, generator=torch.Generator().manual_seed(seed)), None)


def build_parts(unet: Any = None, prediction_type: PredictionType = "epsilon") -> SamplingParts:
    """The tiny model, or another denoiser beside its autoencoder."""
    denoiser = Denoiser(unet or build_unet("sd15"), CPU, torch.float32)
    return SamplingParts(denoiser, build_vae(), NoiseSchedule(ALPHAS, prediction_type), CPU)


@pytest.fixture(scope="module")
def photo() -> Photo:
    return np.random.default_rng(3).integers(0, 255, (45, 70, 3), dtype=np.uint8)


class Knowing:
    """A denoiser that knows the picture and so the noise in whatever it is shown."""

    def __init__(self, clean: Tensor, prediction_type: PredictionType) -> None:
        self._clean = clean
        self._kind = prediction_type

    def __call__(self, noisy: Tensor, timesteps: Tensor, **_: object) -> Any:
        alpha = ALPHAS[timesteps].reshape(-1, 1, 1, 1)
        noise = (noisy - alpha.sqrt() * self._clean) / (1 - alpha).sqrt()
        if self._kind == "epsilon":
            return SimpleNamespace(sample=noise)
        return SimpleNamespace(sample=alpha.sqrt() * noise - (1 - alpha).sqrt() * self._clean)


@pytest.mark.parametrize("kind", ["epsilon", "v_prediction"])
def test_a_denoiser_that_knows_the_picture_finds_it_again_from_noise_alone(photo: Photo, kind: PredictionType) -> None:
    clean = encode_photo(build_vae(), photo, CPU)
    parts = build_parts(Knowing(clean, kind), kind)
    blank = np.zeros_like(photo)
    (picture,) = make_pictures(parts, [blank], embed(1), embed(0), strength=1.0, steps=4)
    expected = decode_latents(parts.vae, clean, CPU)
    assert np.abs(picture.astype(int) - expected.astype(int)).max() <= 1


def test_the_steps_are_those_of_diffusers_scheduler(photo: Photo) -> None:
    """Deterministic DDIM with trailing timesteps, guided, beside diffusers' own step."""
    unet = build_unet("sd15")
    parts, prompt, empty = build_parts(unet), embed(1), embed(0)
    scheduler: Any = DDIMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        clip_sample=False,
        set_alpha_to_one=True,
        timestep_spacing="trailing",
    )
    scheduler.set_timesteps(4)
    latents = encode_photo(parts.vae, photo, CPU)
    noise = torch.randn(latents.shape, generator=torch.Generator().manual_seed(9))
    timesteps = scheduler.timesteps[2:]
    latents = scheduler.add_noise(latents, noise, timesteps[:1])
    with torch.no_grad():
        for timestep in timesteps:
            without, asked = (
                unet(latents, timestep, encoder_hidden_states=each.hidden[None]).sample for each in (empty, prompt)
            )
            latents = scheduler.step(without + 3.0 * (asked - without), timestep, latents).prev_sample
    expected = decode_latents(parts.vae, latents, CPU)
    (picture,) = make_pictures(parts, [photo], prompt, empty, strength=0.5, steps=4, guidance_scale=3.0, seed=9)
    assert np.abs(picture.astype(int) - expected.astype(int)).max() <= 1


def test_each_photo_keeps_its_shape_and_has_its_own_noise(photo: Photo) -> None:
    parts = build_parts()
    tall = np.ascontiguousarray(photo.transpose(1, 0, 2))
    first, second, third = make_pictures(parts, [photo, tall, photo], embed(1), embed(0), steps=2, seed=5)
    assert (first.shape, second.shape) == ((40, 64, 3), (64, 40, 3))
    assert not np.array_equal(first, third)
    (again,) = make_pictures(parts, [photo], embed(1), embed(0), steps=2, seed=7)
    assert np.array_equal(again, third)


def test_which_timesteps_run() -> None:
    assert choose_timesteps(1000, 4, 1.0) == [999, 749, 499, 249]
    assert choose_timesteps(1000, 4, 0.5) == [499, 249]
    assert choose_timesteps(1000, 20, 0.001) == [49]


@pytest.mark.parametrize(("strength", "steps"), [(0.0, 20), (1.1, 20), (0.5, 0)])
def test_impossible_wishes_are_refused(photo: Photo, strength: float, steps: int) -> None:
    with pytest.raises(ValueError, match="out of range"):
        make_pictures(build_parts(), [photo], embed(1), embed(0), strength=strength, steps=steps)
