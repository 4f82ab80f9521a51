"""What a sampler walks with: the model's guess, fresh noise, and somebody who follows the steps."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from generator_server.diffusion.first_noise import Variation, draw_seeded, mix_spherically, paste_middle
from generator_server.diffusion.schedules import SigmaTable
from generator_server.engines.noise import NO_CHURN, Churn

# A step's noise may at most double its variance.
MOST_CHURN = math.sqrt(2) - 1


class Denoise(Protocol):
    """The model's guess at the clean latents behind noisy ones."""

    def __call__(self, noisy: Tensor, sigma: float, step: int) -> Tensor:
        """`noisy` is (pictures, channels, height, width) with noise of `sigma`; the guess has the same shape."""


# The guided guess, and the one for the negative prompt alone.
DenoiseApart = Callable[[Tensor, float, int], tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class Walk:
    """A way from noise to picture. `follow` hears of every finished step and of the guess that it was made from.

    `eta`, `noise_factor` and `churn` say how much fresh noise is added on the way, where the sampler has such a thing.
    """

    denoise: Denoise
    draw_noise: Callable[[], Tensor]
    follow: Callable[[int, Tensor], None]
    table: SigmaTable
    denoise_apart: DenoiseApart | None = None
    eta: float = 1.0
    noise_factor: float = 1.0
    churn: Churn = NO_CHURN

    def guess_apart(self, noisy: Tensor, sigma: float, step: int) -> tuple[Tensor, Tensor]:
        """The guided guess and the unguided one; without guidance they are the same."""
        if self.denoise_apart is None:
            guess = self.denoise(noisy, sigma, step)
            return guess, guess
        return self.denoise_apart(noisy, sigma, step)


SampleFunction = Callable[[Tensor, Sequence[float], Walk], Tensor]


class NoiseSource:
    """Standard normal noise, one generator per picture: a picture does not depend on its neighbours or the device.

    Only the first noise of a picture knows `variation`; later ones are the seed's own.
    """

    def __init__(
        self,
        seeds: Sequence[int],
        shape: tuple[int, int, int],
        device: torch.device,
        variation: Variation | None = None,
    ) -> None:
        self._generators = [torch.Generator("cpu").manual_seed(seed) for seed in seeds]
        self._seeds = tuple(seeds)
        self._shape = shape
        self._device = device
        self._variation = variation

    def draw(self) -> Tensor:
        """The next noise of every picture, (pictures, *shape), float32."""
        rows = [torch.randn(self._shape, generator=generator) for generator in self._generators]
        if self._variation is not None:
            rows = [self._vary(row, place, self._variation) for place, row in enumerate(rows)]
            self._variation = None
        return torch.stack(rows).to(self._device, non_blocking=True)

    def _vary(self, own: Tensor, place: int, variation: Variation) -> Tensor:
        """Picture `place`'s first noise, `own` being what its seed gives at its size."""
        shape = variation.shape or self._shape
        first = own if shape == self._shape else draw_seeded(self._seeds[place], shape)
        if variation.strength > 0:
            first = mix_spherically(first, draw_seeded(variation.seeds[place], shape), variation.strength)
        return first if shape == self._shape else paste_middle(first, own)


def move(x: Tensor, guess: Tensor, sigma: float, following: float) -> Tensor:
    """From one noise level straight to another, the clean picture being `guess`."""
    return guess + (x - guess) * (following / sigma)


def move_by_heun(x: Tensor, guess: Tensor, sigma: float, following: float, step: int, walk: Walk) -> Tensor:
    """As `move`, by the mean of the slopes at both ends; 0 is reached by the first one alone."""
    ahead = move(x, guess, sigma, following)
    if following == 0:
        return ahead
    slope = (x - guess) / sigma
    slope_ahead = (ahead - walk.denoise(ahead, following, step)) / following
    return x + (slope + slope_ahead) / 2 * (following - sigma)


def split_step(sigma: float, following: float, eta: float = 1.0) -> tuple[float, float]:
    """How far down an ancestral step goes, and how much fresh noise brings it back up to `following`; none at eta 0."""
    up = min(following, eta * math.sqrt(following**2 * (sigma**2 - following**2)) / sigma)
    return math.sqrt(max(following**2 - up**2, 0.0)), up


def add_noise(x: Tensor, amount: float, walk: Walk) -> Tensor:
    """`x` with fresh noise of standard deviation `amount`, times the asked factor; none is drawn for 0."""
    return x + walk.draw_noise() * (amount * walk.noise_factor) if amount > 0 else x


def stir(x: Tensor, sigma: float, steps: int, walk: Walk) -> tuple[Tensor, float]:
    """The noise raised before one of `steps` steps, and its level (Karras et al. 2022, algorithm 2)."""
    churn = walk.churn
    if churn.amount <= 0 or not churn.least_sigma <= sigma <= churn.most_sigma:
        return x, sigma
    higher = sigma * (1 + min(churn.amount / steps, MOST_CHURN))
    return add_noise(x, math.sqrt(higher**2 - sigma**2), walk), higher
