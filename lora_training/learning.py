"""One step of a training: pictures are guessed, and the adapter moves a little towards better guesses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from lora_training.config import TrainingConfig
from lora_training.drawing import Batch, BatchDrawer
from lora_training.losses import compute_losses
from lora_training.optimizers import set_learning_rates
from lora_training.preparation import Prepared
from lora_training.training_state import TrainingState

MAX_GRADIENT_NORM = 1.0
LEAST_SCALE = 1.0
"""Gradients that half precision cannot hold even when the loss is not enlarged will never fit."""


class RanAwayError(Exception):
    """The loss or its gradients are no numbers any more."""


@dataclass(frozen=True)
class Learnt:
    """What one step was: its loss, that of class pictures where there are any, and how many pictures it saw."""

    loss: float
    prior_loss: float | None
    pictures: int
    learning_rate: float


class Learner:
    """Takes steps with a training's parts and state."""

    def __init__(self, config: TrainingConfig, parts: Prepared, state: TrainingState) -> None:
        self._config = config
        self._parts = parts
        self._state = state

    def take_step(self) -> Learnt:
        """One step of the optimizer. Raises RanAwayError; the weights are then as they were."""
        state, prior = self._state, self._state.prior_drawer
        rate = set_learning_rates(self._config, state.optimizer, state.step)
        passes = self._pass_all(state.drawer, 1.0)
        prior_passes = [] if prior is None else self._pass_all(prior, self._config.prior_weight)
        # Read together, when all passes are under way: each reading waits for the device.
        losses = torch.stack([loss for loss, _ in (*passes, *prior_passes)]).tolist()
        loss, of_prior = _average(losses[: len(passes)]), losses[len(passes) :]
        prior_loss = _average(of_prior) if of_prior else None
        self._move(loss + (prior_loss or 0.0))
        return Learnt(loss, prior_loss, sum(count for _, count in passes), rate)

    def _pass_all(self, drawer: BatchDrawer, weight: float) -> list[tuple[Tensor, int]]:
        """The forward and backward passes of one step: the loss and the number of pictures of each."""
        return [self._pass(drawer.draw(), weight / self._config.accumulation) for _ in range(self._config.accumulation)]

    def _pass(self, batch: Batch, weight: float) -> tuple[Tensor, int]:
        schedule = self._parts.schedule
        noisy = schedule.add_noise(batch.latents, batch.noise, batch.timesteps)
        guess = self._parts.denoiser.guess(noisy, batch.timesteps, batch.captions, batch.size)
        target = schedule.make_target(batch.latents, batch.noise, batch.timesteps)
        weights = schedule.weigh(batch.timesteps, self._config.min_snr_gamma)
        loss = (compute_losses(guess, target.to(guess.device)) * weights.to(guess.device)).mean()
        torch.autograd.backward(self._state.scaler.scale(loss * weight))
        return loss.detach(), len(batch.captions)

    def _move(self, loss: float) -> None:
        """Let the gathered gradients act; where half precision could not hold them, this step moves nothing."""
        state = self._state
        state.scaler.unscale_(state.optimizer)
        norm = torch.nn.utils.clip_grad_norm_(state.adapter.parameters, MAX_GRADIENT_NORM)
        is_held = math.isfinite(float(norm)) or state.scaler.is_enabled()
        if not (math.isfinite(loss) and is_held):
            raise RanAwayError
        state.scaler.step(state.optimizer)
        state.scaler.update()
        if state.scaler.is_enabled() and state.scaler.get_scale() < LEAST_SCALE:
            raise RanAwayError
        state.optimizer.zero_grad(set_to_none=True)
        if state.average is not None:
            state.average.update()


def _average(losses: Sequence[float]) -> float:
    return sum(losses) / len(losses)
