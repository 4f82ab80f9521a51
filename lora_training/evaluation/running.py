"""What `style evaluate` does in a run folder, of either kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from lora_training.checkpoint import CheckpointFolder
from lora_training.config import TrainingConfig
from lora_training.dataset import Dataset
from lora_training.evaluation.cells import Evaluation
from lora_training.evaluation.errors import EvaluationRefusedError, explaining_device_troubles
from lora_training.evaluation.evaluating import Evaluator, OnProgress
from lora_training.evaluation.sources import PictureSource
from lora_training.export import export_checkpoint
from lora_training.picture_files import read_faces
from lora_training.run_record import RunRecord
from lora_training.sampling import Photo

FOLDER_NAME = "evaluation"
WEIGHTS, STRENGTHS = (0.6, 0.8, 1.0), (0.4, 0.7, 1.0)


def evaluate_run(
    record: RunRecord,
    pictures: Dataset,
    folder: Path,
    *,
    base: Path | None,
    faces: Path | None,
    weights: Sequence[float] | None,
    on_progress: OnProgress,
    is_stop_asked: Callable[[], bool],
) -> Evaluation:
    """Evaluate a run and write `evaluation/` in its folder.

    Raises EvaluationRefusedError, EvaluationStoppedError, EvaluationMemoryError, EvaluationDeviceLostError, and what
    reading the model and the faces raises.
    """
    if record.style_id != pictures.style_id:
        reason = f"It learnt {record.style_id}, and the set is of {pictures.style_id}."
        raise EvaluationRefusedError(folder=folder, reason=reason)
    is_weightless = record.kind == "weightless"
    if is_weightless and max(weights or (0.0,)) > 1:
        raise EvaluationRefusedError(folder=folder, reason="The strength of a look without a model is at most 1.")
    chosen = weights or (STRENGTHS if is_weightless else WEIGHTS)
    with explaining_device_troubles():
        if is_weightless:
            opened = _open_weightless(record, pictures, folder, faces)
        else:
            opened = _open_adapter(pictures, folder, base, faces, on_progress)
        result = Evaluator(opened.source, opened.faces, pictures.pictures, on_progress).evaluate(chosen, is_stop_asked)
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    result.save(
        folder / FOLDER_NAME,
        record.style_id,
        is_weightless=is_weightless,
        kind=record.kind,
        made_at=made_at,
    )
    return result.evaluation


def keep_suggested(record: RunRecord, folder: Path, step: int, precision: Literal["fp16", "fp32"]) -> Path | None:
    """Write the step's adapter as the style's file; None when there is no such checkpoint to write it from."""
    checkpoint = None if record.kind == "weightless" else CheckpointFolder(folder / "checkpoints").find(step)
    if checkpoint is None:
        return None
    path = folder / f"{record.style_id}.safetensors"
    export_checkpoint(checkpoint, path, precision=precision, made_at=datetime.now(UTC))
    return path


@dataclass(frozen=True)
class _Opened:
    source: PictureSource
    faces: Mapping[str, Photo]


def _open_weightless(record: RunRecord, pictures: Dataset, folder: Path, faces: Path | None) -> _Opened:
    from lora_training.evaluation.weightless_run import WeightlessRun

    return _Opened(
        WeightlessRun(folder, record.steps), read_faces(faces, TrainingConfig(resolution=pictures.resolution))
    )


def _open_adapter(
    pictures: Dataset, folder: Path, base: Path | None, faces: Path | None, on_progress: OnProgress
) -> _Opened:
    from lora_training.evaluation.adapter_run import AdapterRun

    if base is None:
        raise EvaluationRefusedError(folder=folder, reason="Name the base model that it was trained on: --base FOLDER.")
    source = AdapterRun.open(folder, pictures, base, on_progress)
    return _Opened(source, read_faces(faces, source.config))
