"""Prepared sets and short trainings in run folders, for the tests of the evaluation."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from PIL import Image

from lora_training.adapter_training import train
from lora_training.config import TrainingConfig
from lora_training.dataset import Dataset, load_dataset
from lora_training.dataset.manifest import PictureEntry
from tests.unit.lora_training.dataset.manifests import make_entry, make_manifest
from tests.unit.lora_training.training.small_training import small_config

SIDE_PX = 64
STYLE_ID = "ink_wash"


def write_set(folder: Path, count: int = 5) -> Path:
    """A data set as `style prepare` leaves it, but of pictures that a tiny model learns in no time."""
    (folder / "pictures").mkdir(parents=True)
    entries = tuple(_write_picture(folder, make_entry(number)) for number in range(1, count + 1))
    make_manifest(1).model_copy(update={"pictures": entries}).save(folder)
    return folder


def _write_picture(folder: Path, entry: PictureEntry) -> PictureEntry:
    chance = np.random.default_rng(int(entry.file[-8:-4]))
    coarse = chance.integers(0, 255, (4, 4, 3), dtype=np.uint8)
    path = folder / entry.file
    Image.fromarray(coarse).resize((SIDE_PX, SIDE_PX), Image.Resampling.BICUBIC).save(path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return entry.model_copy(update={"sha256": sha256, "width_px": SIDE_PX, "height_px": SIDE_PX})


def config_of_run() -> TrainingConfig:
    """Four steps, a checkpoint every two, no samples on the way."""
    return small_config(steps=4, save_every=2, sample_every=0)


def train_briefly(set_folder: Path, base: Path, out: Path) -> Dataset:
    """Fill a run folder; answers the set."""
    pictures = load_dataset(set_folder)
    if train(config_of_run(), pictures, base, out, "fp32") != 0:
        raise RuntimeError("the training was interrupted")
    return pictures
