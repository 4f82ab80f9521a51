"""A whole training of an adapter in one folder: prepared, run, recorded, and written as a file for other tools."""

from __future__ import annotations

import contextlib
import sys
import threading
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from boothkit.data_folder import DataFolderLock
from boothkit.errors import BoothError
from lora_training.checkpoint import CheckpointFolder
from lora_training.config import TrainingConfig
from lora_training.console import ProgressLine, print_lines, say
from lora_training.devices import choose_device, settle_precision
from lora_training.export import FilePrecision, export_checkpoint
from lora_training.picture_files import read_faces
from lora_training.pictures import TrainingSet
from lora_training.preparation import prepare
from lora_training.progress import JsonLines, Reporter, Reporters, TerminalBar, find_tensorboard
from lora_training.run_record import RunRecord, RunState
from lora_training.samples import SampleMaker
from lora_training.stopping import stop_on_signals
from lora_training.trainer import Trainer, TrainingResult
from lora_training.troubles import explaining_troubles

INTERRUPTED = 3
_STAGES = {
    "encode": "그림 읽는 중 · reading pictures",
    "prior": "기본 모델의 그림 만드는 중 · the base makes class pictures",
}
_SENTENCES = {
    "finished": ("학습을 마쳤습니다.", "The training is finished."),
    "overtrained": ("더 배우면 나빠져서 멈췄습니다.", "Stopped: more training only made it worse."),
    "interrupted": ("멈추고 저장했습니다. 같은 명령으로 이어집니다.", "Stopped and saved. The same command goes on."),
}


def train(
    config: TrainingConfig,
    pictures: TrainingSet,
    base: Path,
    out: Path,
    precision: FilePrecision,
    *,
    faces: Path | None = None,
    prior_folder: Path | None = None,
) -> int:
    """Train in `out` and write the adapter of the best checkpoint; 0 when it ended, INTERRUPTED when it was asked to.

    Raises BoothError with the reason when it cannot begin or go on; the checkpoints then stand.
    """
    job = _Job(config, pictures, base, out, faces, prior_folder)
    with DataFolderLock(out), stop_on_signals() as stop:
        job.record("running")
        try:
            job = job.settle()
            job.record("running")
            result = job.run(stop)
            path = None if result.ending == "interrupted" else job.export(result, precision)
        except BaseException as error:
            with contextlib.suppress(BoothError):
                job.record("interrupted" if isinstance(error, KeyboardInterrupt) else "failed")
            raise
        job.record(result.ending)
    say(*_SENTENCES[result.ending])
    if path is None:
        return INTERRUPTED
    print_lines(str(path))
    return 0


@dataclass(frozen=True)
class _Job:
    """What was asked for, and the folder where it is done."""

    config: TrainingConfig
    pictures: TrainingSet
    base: Path
    out: Path
    faces: Path | None
    prior_folder: Path | None

    @property
    def checkpoints(self) -> CheckpointFolder:
        return CheckpointFolder(self.out / "checkpoints")

    def record(self, state: RunState) -> None:
        """Say in `run.json` how far it is, by the checkpoints that are there."""
        RunRecord(
            kind="lora",
            style_id=self.pictures.style_id,
            trigger=self.pictures.trigger,
            base=self.base.name,
            dataset=str(self.pictures.folder.resolve()),
            state=state,
            steps=self._find_saved_step() or 0,
            precision=None if self.config.precision == "auto" else self.config.precision,
        ).save(self.out)

    def settle(self) -> _Job:
        """The same job with its precision chosen, which is said; one that goes on keeps what it was begun with."""
        latest = self.checkpoints.find_latest() if self.config.precision == "auto" else None
        with self._explaining_troubles():
            config = settle_precision(self.config, latest)
            place = f"{config.precision} ({choose_device(config)})"
        if latest is None:
            say(f"계산 정밀도: {place}", f"Precision: {place}")
        else:
            say(f"처음과 같은 정밀도로 이어집니다: {place}", f"Goes on in the precision that it was begun in: {place}")
        return replace(self, config=config)

    def run(self, stop: threading.Event) -> TrainingResult:
        """Prepare and train."""
        faces = read_faces(self.faces, self.config) if self.config.sample_every else {}
        with self._explaining_troubles():
            prepared = prepare(
                self.config,
                self.pictures,
                self.base,
                self.out / "cache",
                on_progress=ProgressLine(_STAGES).show,
                prior_folder=self.prior_folder,
            )
            samples = SampleMaker(self.config, prepared, faces, self.out / "samples") if faces else None
            trainer = Trainer(self.config, prepared, self.checkpoints, samples)
        reporters = Reporters(_build_reporters(self.config, self.out, trainer.step))
        return trainer.run(reporters, stop.is_set)

    def export(self, result: TrainingResult, precision: FilePrecision) -> Path:
        """Write the adapter of the best checkpoint for other tools."""
        best = self.checkpoints.find(result.best_step) or self.checkpoints.find_latest()
        if best is None:
            raise RuntimeError("the checkpoint that was just written is gone")
        path = self.out / f"{self.pictures.style_id}.safetensors"
        export_checkpoint(best, path, precision=precision, made_at=datetime.now(UTC))
        return path

    def _explaining_troubles(self) -> AbstractContextManager[None]:
        return explaining_troubles(lambda: (self._find_saved_step() or 0, self._find_saved_step()))

    def _find_saved_step(self) -> int | None:
        return max(self.checkpoints.list_steps(), default=None)


def _build_reporters(config: TrainingConfig, out: Path, resumed_at: int) -> list[Reporter]:
    reporters: list[Reporter] = [JsonLines(out / "progress.jsonl", resumed_at=resumed_at)]
    if sys.stderr.isatty():
        reporters.append(TerminalBar(sys.stderr, steps=config.steps))
    board = find_tensorboard(out / "tensorboard", resumed_at=resumed_at)
    return reporters if board is None else [*reporters, board]
