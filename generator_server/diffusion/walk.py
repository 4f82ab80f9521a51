"""What a sampler walks with: the model's guess, fresh noise, and somebody who follows the steps."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from generator_server.diffusion.schedules import SigmaTable


class Denoise(Protocol):
    """The model's guess at the clean latents behind noisy ones."""

    def __call__(self, noisy: Tensor, sigma: float, step: int) -> Tensor:
        """`noisy` is (pictures, channels, height, width) with noise of `sigma`; the guess has the same shape."""


@dataclass(frozen=True)
class Walk:
    """A way from noise to picture. `follow` hears of every finished step and of the guess that it was made from."""

    denoise: Denoise
    draw_noise: Callable[[], Tensor]
    follow: Callable[[int, Tensor], None]
    table: SigmaTable


SampleFunction = Callable[[Tensor, Sequence[float], Walk], Tensor]


class NoiseSource:
    """Standard normal noise, one generator per picture: a picture does not depend on its neighbours or the device."""

    def __init__(self, seeds: Sequence[int], shape: tuple[int, int, int], device: torch.device) -> None:
        self._generators = [torch.Generator("cpu").manual_seed(seed) for seed in seeds]
        self._shape = shape
        self._device = device

    def draw(self) -> Tensor:
        """The next noise of every picture, (pictures, *shape), float32."""
        rows = [torch.randn(self._shape, generator=generator) for generator in self._generators]
        return torch.stack(rows).to(self._device)


def move(x: Tensor, guess: Tensor, sigma: float, following: float) -> Tensor:
    """From one noise level straight to another, the clean picture being `guess`."""
    return guess + (x - guess) * (following / sigma)


def split_step(sigma: float, following: float) -> tuple[float, float]:
    """How far down an ancestral step goes, and how much fresh noise brings it back up to `following`."""
    up = min(following, math.sqrt(following**2 * (sigma**2 - following**2)) / sigma)
    return math.sqrt(max(following**2 - up**2, 0.0)), up


def add_noise(x: Tensor, amount: float, walk: Walk) -> Tensor:
    """`x` with fresh noise of standard deviation `amount`; none is drawn for 0."""
    return x + walk.draw_noise() * amount if amount > 0 else x
