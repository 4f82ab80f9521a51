"""The training itself: step after step, saved so that it can stop at any moment and lose nothing it had promised."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch

from boothkit.errors import StorageFullError
from lora_training.checkpoint import Checkpoint, CheckpointFolder
from lora_training.config import BOOKKEEPING, TrainingConfig
from lora_training.losses import compute_losses
from lora_training.optimizers import find_learning_rate
from lora_training.preparation import Prepared
from lora_training.progress import Pace, Reporter
from lora_training.training_errors import (
    ResumeRefusedError,
    TrainingDiskFullError,
    TrainingDivergedError,
    TrainingMemoryError,
)
from lora_training.training_state import start_state
from lora_training.validation import Measurement, find_best, is_overtrained

MAX_GRADIENT_NORM = 1.0

Ending = Literal["finished", "overtrained", "interrupted"]


@dataclass(frozen=True)
class TrainingResult:
    """How a training ended, after how many steps, and the step whose checkpoint is the one to use."""

    ending: Ending
    step: int
    best_step: int


class Trainer:
    """One training in one folder. It goes on from the latest checkpoint there, if there is one."""

    def __init__(self, config: TrainingConfig, prepared: Prepared, checkpoints: CheckpointFolder) -> None:
        """Raises ResumeRefusedError when the checkpoints are of another training."""
        self._config = config
        self._parts = prepared
        self._checkpoints = checkpoints
        self._state = start_state(config, prepared.adapter, prepared.drawer)
        self._saved_step: int | None = None
        latest = checkpoints.find_latest()
        if latest is not None:
            _check_same(latest, prepared.about, checkpoints.folder)
            self._state.restore(latest)
            self._saved_step = latest.step

    @property
    def step(self) -> int:
        """Steps that are done."""
        return self._state.step

    def run(self, reporter: Reporter, is_stop_asked: Callable[[], bool]) -> TrainingResult:
        """Train to the end, to the point of over-training, or until asked to stop; the last step is saved.

        Raises TrainingDivergedError, TrainingMemoryError or TrainingDiskFullError; the checkpoints then stand.
        """
        pace = Pace(done=self._state.step, steps=self._config.steps)
        ending = self._find_ending()
        while ending is None:
            if is_stop_asked():
                ending = "interrupted"
                break
            self._take_step(reporter, pace)
            if self._is_saving_due():
                self._measure(reporter)
                self._save(reporter)
            ending = self._find_ending()
        if self._saved_step != self._state.step:
            self._save(reporter)
        result = TrainingResult(ending, self._state.step, self._find_best_step())
        reporter.report("ended", result.step, ending=ending, best_step=result.best_step)
        return result

    def _find_ending(self) -> Ending | None:
        if self._state.step >= self._config.steps:
            return "finished"
        return "overtrained" if is_overtrained(self._state.history, self._config.patience) else None

    def _is_saving_due(self) -> bool:
        return self._state.step % self._config.save_every == 0 or self._state.step == self._config.steps

    def _take_step(self, reporter: Reporter, pace: Pace) -> None:
        number = self._state.step + 1
        with self._explaining_memory(number):
            loss, pictures = self._learn(number)
        self._state.step = number
        rate = self._state.optimizer.param_groups[0]["lr"]
        reporter.report("step", number, loss=loss, learning_rate=rate, **pace.describe(number, pictures))

    @contextmanager
    def _explaining_memory(self, number: int) -> Iterator[None]:
        try:
            yield
        except (torch.OutOfMemoryError, MemoryError) as error:
            raise TrainingMemoryError(step=number, kept=self._describe_kept()) from error

    def _learn(self, number: int) -> tuple[float, int]:
        """One step; its loss and how many pictures it saw."""
        state = self._state
        for group in state.optimizer.param_groups:
            group["lr"] = find_learning_rate(self._config, state.step)
        losses = [self._accumulate() for _ in range(self._config.accumulation)]
        loss = sum(value for value, _ in losses) / len(losses)
        norm = torch.nn.utils.clip_grad_norm_(state.adapter.parameters, MAX_GRADIENT_NORM)
        if not (math.isfinite(loss) and math.isfinite(float(norm))):
            raise TrainingDivergedError(step=number, kept=self._describe_kept())
        state.optimizer.step()
        state.optimizer.zero_grad(set_to_none=True)
        if state.average is not None:
            state.average.update()
        return loss, sum(count for _, count in losses)

    def _accumulate(self) -> tuple[float, int]:
        """One forward and backward pass; its loss and how many pictures it saw."""
        batch = self._state.drawer.draw()
        schedule = self._parts.schedule
        noisy = schedule.add_noise(batch.latents, batch.noise, batch.timesteps)
        guess = self._parts.denoiser.guess(noisy, batch.timesteps, batch.captions, batch.size)
        target = schedule.make_target(batch.latents, batch.noise, batch.timesteps)
        weights = schedule.weigh(batch.timesteps, self._config.min_snr_gamma)
        loss = (compute_losses(guess, target.to(guess.device)) * weights.to(guess.device)).mean()
        torch.autograd.backward(loss / self._config.accumulation)
        return float(loss.detach()), len(batch.captions)

    def _measure(self, reporter: Reporter) -> None:
        if len(self._parts.held_out) == 0:
            return
        average = self._state.find_average()
        with self._explaining_memory(self._state.step), self._state.adapter.holding(average):
            loss = self._parts.held_out.measure(self._parts.denoiser)
        self._state.history.append(Measurement(self._state.step, loss))
        reporter.report("measured", self._state.step, loss=loss)

    def _save(self, reporter: Reporter) -> None:
        try:
            path = self._checkpoints.save(self._state.pack(self._parts.about))
        except StorageFullError as error:
            raise TrainingDiskFullError(step=self._state.step, kept=self._describe_kept()) from error
        self._saved_step = self._state.step
        self._checkpoints.tidy(keep=self._config.keep_checkpoints, best_step=self._find_best_step())
        reporter.report("saved", self._state.step, file=path.name)

    def _find_best_step(self) -> int:
        best = find_best(self._state.history)
        return self._state.step if best is None else best.step

    def _describe_kept(self) -> str:
        return "-" if self._saved_step is None else f"step {self._saved_step}"


def _check_same(checkpoint: Checkpoint, about: dict[str, object], folder: Path) -> None:
    changed = _list_changes(checkpoint.record["about"], about)
    if changed:
        reason = f"It was begun with other values of: {', '.join(changed)}. Use another folder."
        raise ResumeRefusedError(folder=folder, reason=reason)


def _list_changes(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    first, second = before["config"], now["config"]
    names = sorted(name for name in {*first, *second} - BOOKKEEPING if first.get(name) != second.get(name))
    return names + [name for name in ("family", "unet", "set", "style_id") if before[name] != now[name]]
