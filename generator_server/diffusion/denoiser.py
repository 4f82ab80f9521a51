"""One guess of the model: UNet, ControlNets, guidance and mask, seen by samplers as a single function."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from generator_server.diffusion.components import Components
from generator_server.diffusion.control import ActiveUnit, UNetInput, sum_residuals
from generator_server.diffusion.prompts import Conditioning
from generator_server.errors import GenerationCancelledError


@dataclass(frozen=True)
class Guidance:
    """What the picture shall be like and what not. A scale of 1 asks the prompt alone, at half the cost.

    `is_apart`: the guess for the negative prompt alone is asked for too, whatever the scale.
    """

    positive: Conditioning
    negative: Conditioning
    scale: float
    is_apart: bool = False

    @property
    def is_needed(self) -> bool:
        return self.scale != 1.0 or self.is_apart

    def stack(self, pictures: int) -> tuple[Tensor, Tensor | None]:
        """Embeddings and pooled embeddings for so many pictures: rows for the negative prompt first."""
        chosen = (self.negative, self.positive) if self.is_needed else (self.positive,)
        embeddings = torch.cat([item.embeddings.repeat(pictures, 1, 1) for item in chosen])
        pooled = [item.pooled.repeat(pictures, 1) for item in chosen if item.pooled is not None]
        return embeddings, torch.cat(pooled) if pooled else None


@dataclass(frozen=True)
class Known:
    """Latents that stay as they are where `mask` (1 = repaint) is 0."""

    latents: Tensor
    mask: Tensor

    def restore(self, latents: Tensor) -> Tensor:
        """`latents` inside the mask, the known ones outside."""
        return latents * self.mask + self.latents * (1 - self.mask)


@dataclass(frozen=True)
class Denoiser:
    """Guesses the clean latents behind noisy ones. Asks `is_cancelled` before every call of the UNet."""

    components: Components
    guidance: Guidance
    units: tuple[ActiveUnit, ...]
    pictures: int
    size_px: tuple[int, int]
    steps: int
    is_cancelled: Callable[[], bool]
    known: Known | None = None
    _embeddings: Tensor = field(init=False)
    _added: dict[str, Tensor] = field(init=False)

    def __post_init__(self) -> None:
        embeddings, pooled = self.guidance.stack(self.pictures)
        object.__setattr__(self, "_embeddings", embeddings)
        object.__setattr__(self, "_added", {} if pooled is None else self._describe_size(pooled))

    def __call__(self, noisy: Tensor, sigma: float, step: int) -> Tensor:
        guided, _ = self._run_unet(noisy, sigma, step)
        return self._to_guess(noisy, guided, sigma)

    def guess_apart(self, noisy: Tensor, sigma: float, step: int) -> tuple[Tensor, Tensor]:
        """The guided guess, and the one for the negative prompt alone; the same where nothing is guided."""
        guided, negative = self._run_unet(noisy, sigma, step)
        return self._to_guess(noisy, guided, sigma), self._to_guess(noisy, negative, sigma)

    def _run_unet(self, noisy: Tensor, sigma: float, step: int) -> tuple[Tensor, Tensor]:
        """The UNet's prediction, guided, and the one for the negative prompt; float32."""
        if self.is_cancelled():
            raise GenerationCancelledError
        self.components.begin_step()
        scaled = noisy / math.sqrt(sigma**2 + 1)
        rows = torch.cat([scaled, scaled]) if self.guidance.is_needed else scaled
        # Filled in on the device: a number that is copied there is waited for.
        timestep = torch.full((), self.components.table.to_timestep(sigma), dtype=torch.float32, device=rows.device)
        given = UNetInput(
            rows.to(self.components.dtype), timestep, self._embeddings, self._added, self.guidance.is_needed
        )
        residuals = sum_residuals(self.units, given, step, self.steps)
        predicted: Tensor = self.components.unet(
            given.sample,
            given.timestep,
            encoder_hidden_states=given.embeddings,
            added_cond_kwargs=given.added,
            down_block_additional_residuals=None if residuals is None else tuple(residuals[:-1]),
            mid_block_additional_residual=None if residuals is None else residuals[-1],
            return_dict=False,
        )[0].float()
        if not self.guidance.is_needed:
            return predicted, predicted
        negative, positive = predicted.chunk(2)
        return negative + (positive - negative) * self.guidance.scale, negative

    def _to_guess(self, noisy: Tensor, predicted: Tensor, sigma: float) -> Tensor:
        if self.components.prediction_type == "epsilon":
            guess = noisy - predicted * sigma
        else:
            # Salimans and Ho 2022: velocity, a mixture of noise and picture.
            guess = noisy / (sigma**2 + 1) - predicted * (sigma / math.sqrt(sigma**2 + 1))
        return guess if self.known is None else self.known.restore(guess)

    def _describe_size(self, pooled: Tensor) -> dict[str, Tensor]:
        """SDXL's further inputs (Podell et al. 2023): original size, no crop, target size."""
        width, height = self.size_px
        sizes = torch.tensor([[height, width, 0, 0, height, width]], dtype=pooled.dtype, device=pooled.device)
        return {"text_embeds": pooled, "time_ids": sizes.repeat(len(pooled), 1)}
