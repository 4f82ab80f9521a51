"""A set of painted pictures and a training that takes a second, for the tests of the training."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from lora_training.checkpoint import CheckpointFolder
from lora_training.config import TrainingConfig
from lora_training.preparation import Prepared, prepare
from lora_training.samples import SampleMaker
from lora_training.sampling import Photo
from lora_training.trainer import Trainer, TrainingResult

SIZES = ((64, 64), (64, 64), (64, 64), (64, 64), (96, 40), (96, 40), (96, 40))


@dataclass(frozen=True)
class SmallPicture:
    path: Path
    sha256: str
    width_px: int
    height_px: int
    caption: str


@dataclass(frozen=True)
class SmallSet:
    folder: Path
    pictures: tuple[SmallPicture, ...]
    style_id: str = "warm_ink"
    trigger: str = "warmink"
    source: str = "painted by a test"
    licence: str = "CC0-1.0"
    author: str = "a test"


@dataclass
class Listener:
    """Keeps what a training says."""

    events: list[tuple[str, int, dict[str, Any]]] = field(default_factory=list)

    def report(self, event: str, step: int, **values: float | str) -> None:
        self.events.append((event, step, values))

    def list_losses(self) -> list[float]:
        return [values["loss"] for event, _, values in self.events if event == "step"]


def paint_set(folder: Path, sizes: tuple[tuple[int, int], ...] = SIZES) -> SmallSet:
    """Seeded pictures of soft colour."""
    chance = np.random.default_rng(7)
    pictures = []
    for number, (width, height) in enumerate(sizes):
        coarse = chance.integers(0, 255, (4, 4, 3), dtype=np.uint8)
        path = folder / f"{number}.png"
        Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC).save(path)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        pictures.append(SmallPicture(path, sha256, width, height, f"warmink, a cat, photo {number}, warm light"))
    return SmallSet(folder, tuple(pictures))


def small_config(**changes: Any) -> TrainingConfig:
    """Six steps of batches of two at 64 px."""
    values: dict[str, Any] = {
        "steps": 6,
        "batch_size": 2,
        "warmup_steps": 1,
        "learning_rate": 1e-2,
        "rank": 4,
        "alpha": 2.0,
        "resolution": 64,
        "bucket_step_px": 8,
        "validation_share": 0.2,
        "save_every": 2,
        "prior_pictures": 2,
        "sample_steps": 2,
        "device": "cpu",
        "precision": "fp32",
    }
    return TrainingConfig(**(values | changes))


def open_training(
    config: TrainingConfig, pictures: SmallSet, base: Path, out: Path, faces: Mapping[str, Photo] | None = None
) -> Trainer:
    """A training in `out`, at its beginning or where it stopped; with samples of `faces` when there are any."""
    prepared = prepare_quietly(config, pictures, base, out / "cache")
    samples = SampleMaker(config, prepared, faces, out / "samples") if faces else None
    return Trainer(config, prepared, CheckpointFolder(out / "checkpoints"), samples)


def prepare_quietly(
    config: TrainingConfig, pictures: SmallSet, base: Path, cache: Path | None, prior: Path | None = None
) -> Prepared:
    return prepare(config, pictures, base, cache, on_progress=lambda stage, done, total: None, prior_folder=prior)


def run_training(
    config: TrainingConfig,
    pictures: SmallSet,
    base: Path,
    out: Path,
    *,
    stop_after: int | None = None,
    faces: Mapping[str, Photo] | None = None,
) -> tuple[TrainingResult, Listener]:
    """Train in `out` to the end, or until `stop_after` more steps are done."""
    listener = Listener()
    result = open_training(config, pictures, base, out, faces).run(listener, stop_when(listener, stop_after))
    return result, listener


def measure_size(path: Path) -> tuple[int, int]:
    """Width and height of a picture file."""
    with Image.open(path) as opened:
        return opened.size


def stop_when(listener: Listener, count: int | None) -> Callable[[], bool]:
    """Asks to stop once `count` steps were heard of; never when it is None."""
    return lambda: count is not None and len(listener.list_losses()) >= count
