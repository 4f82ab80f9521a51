"""How well pictures that are never learnt from are guessed, with the same noise every time, and when to stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from lora_training.drawing import Embed, Example
from lora_training.losses import NoiseSchedule, compute_losses
from lora_training.model.denoising import Denoiser

LEVELS = 5
"""Noise levels at which each picture is measured, evenly spread over the schedule."""


@dataclass(frozen=True)
class Measurement:
    """The loss on held-out pictures after `step` steps; lower is better."""

    step: int
    loss: float


class HeldOut:
    """Pictures to measure with. The noise depends on the picture's place and the seed only, never on the training."""

    def __init__(self, examples: Sequence[Example], embed: Embed, schedule: NoiseSchedule, seed: int) -> None:
        self._examples = examples
        self._embed = embed
        self._schedule = schedule
        self._seed = seed
        self._timesteps = torch.tensor([len(schedule) * (2 * level + 1) // (2 * LEVELS) for level in range(LEVELS)])

    def __len__(self) -> int:
        return len(self._examples)

    @torch.no_grad()
    def measure(self, denoiser: Denoiser) -> float:
        """Mean squared error over all pictures and noise levels, unweighted."""
        draw = torch.Generator().manual_seed(self._seed)
        losses = [self._measure_one(denoiser, example, draw) for example in self._examples]
        return float(torch.cat(losses).mean())

    def _measure_one(self, denoiser: Denoiser, example: Example, draw: torch.Generator) -> Tensor:
        caption = self._embed([example.caption])[0]
        latents = example.latents.mean.expand(LEVELS, -1, -1, -1)
        noise = torch.randn(latents.shape, generator=draw)
        noisy = self._schedule.add_noise(latents, noise, self._timesteps)
        guess = denoiser.guess(noisy, self._timesteps, [caption] * LEVELS, example.size)
        return compute_losses(guess.cpu(), self._schedule.make_target(latents, noise, self._timesteps))


def find_best(history: Sequence[Measurement]) -> Measurement | None:
    """The first of the lowest losses."""
    return min(history, key=lambda measurement: measurement.loss, default=None)


def is_overtrained(history: Sequence[Measurement], patience: int) -> bool:
    """True when the best loss lies `patience` or more measurements back; never when patience is 0."""
    best = find_best(history)
    if best is None or patience == 0:
        return False
    return len(history) - 1 - history.index(best) >= patience
