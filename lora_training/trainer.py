"""The training itself: step after step, saved so that it can stop at any moment and lose nothing it had promised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from lora_training.checkpoint import CheckpointFolder
from lora_training.config import TrainingConfig
from lora_training.learning import Learner
from lora_training.preparation import Prepared
from lora_training.progress import Pace, Reporter
from lora_training.resuming import check_same
from lora_training.samples import SampleMaker
from lora_training.training_state import start_state
from lora_training.troubles import explaining_troubles
from lora_training.validation import Measurement, find_best, is_overtrained

Ending = Literal["finished", "overtrained", "interrupted"]


@dataclass(frozen=True)
class TrainingResult:
    """How a training ended, after how many steps, and the step whose checkpoint is the one to use."""

    ending: Ending
    step: int
    best_step: int


class Trainer:
    """One training in one folder. It goes on from the latest checkpoint there, if there is one."""

    def __init__(
        self,
        config: TrainingConfig,
        prepared: Prepared,
        checkpoints: CheckpointFolder,
        samples: SampleMaker | None = None,
    ) -> None:
        """Raises ResumeRefusedError when the checkpoints are of another training."""
        self._config = config
        self._parts = prepared
        self._checkpoints = checkpoints
        self._samples = samples
        self._state = start_state(config, prepared.adapter, prepared.drawer, prepared.prior_drawer, prepared.device)
        self._learner = Learner(config, prepared, self._state)
        self._saved_step: int | None = None
        latest = checkpoints.find_latest()
        if latest is not None:
            check_same(latest, prepared.about, checkpoints.folder)
            self._state.restore(latest)
            self._saved_step = latest.step

    @property
    def step(self) -> int:
        """Steps that are done."""
        return self._state.step

    def run(self, reporter: Reporter, is_stop_asked: Callable[[], bool]) -> TrainingResult:
        """Train to the end, to the point of over-training, or until asked to stop; the last step is saved.

        Raises TrainingDivergedError, TrainingMemoryError, TrainingDiskFullError or CompileError; the checkpoints then
        stand.
        """
        with explaining_troubles(lambda: (self._state.step, self._saved_step)):
            ending = self._train(reporter, is_stop_asked)
            result = TrainingResult(ending, self._state.step, self._find_best_step())
            reporter.report("ended", result.step, ending=ending, best_step=result.best_step)
        return result

    def _train(self, reporter: Reporter, is_stop_asked: Callable[[], bool]) -> Ending:
        pace = Pace(done=self._state.step, steps=self._config.steps)
        self._begin_samples(reporter)
        ending = self._find_ending()
        while ending is None:
            if is_stop_asked():
                ending = "interrupted"
                break
            self._take_step(reporter, pace)
            if self._is_saving_due():
                self._measure(reporter)
                self._save(reporter)
            self._sample(reporter)
            ending = self._find_ending()
        if self._saved_step != self._state.step:
            self._save(reporter)
        return ending

    def _find_ending(self) -> Ending | None:
        if self._state.step >= self._config.steps:
            return "finished"
        return "overtrained" if is_overtrained(self._state.history, self._config.patience) else None

    def _is_saving_due(self) -> bool:
        return self._state.step % self._config.save_every == 0 or self._state.step == self._config.steps

    def _take_step(self, reporter: Reporter, pace: Pace) -> None:
        learnt = self._learner.take_step()
        self._state.step += 1
        values = {"loss": learnt.loss, "learning_rate": learnt.learning_rate}
        if learnt.prior_loss is not None:
            values["prior_loss"] = learnt.prior_loss
        reporter.report("step", self._state.step, **values, **pace.describe(self._state.step, learnt.pictures))

    def _measure(self, reporter: Reporter) -> None:
        if len(self._parts.held_out) == 0:
            return
        with self._state.adapter.holding(self._state.find_average()):
            loss = self._parts.held_out.measure(self._parts.denoiser)
        self._state.history.append(Measurement(self._state.step, loss))
        reporter.report("measured", self._state.step, loss=loss)

    def _begin_samples(self, reporter: Reporter) -> None:
        """The base's pictures, or those that a run which died did not come to make."""
        if self._samples is None:
            return
        self._samples.drop_after(self._state.step)
        if self._state.step == 0 or not self._samples.has(self._state.step):
            self._sample(reporter)

    def _sample(self, reporter: Reporter) -> None:
        if self._samples is None or not self._samples.is_due(self._state.step):
            return
        with self._state.adapter.holding(self._state.find_average()):
            folder = self._samples.make(self._state.step)
        reporter.report("sampled", self._state.step, folder=folder)

    def _save(self, reporter: Reporter) -> None:
        path = self._checkpoints.save(self._state.pack(self._parts.about))
        self._saved_step = self._state.step
        self._checkpoints.tidy(keep=self._config.keep_checkpoints, best_step=self._find_best_step())
        reporter.report("saved", self._state.step, file=path.name)

    def _find_best_step(self) -> int:
        best = find_best(self._state.history)
        return self._state.step if best is None else best.step
