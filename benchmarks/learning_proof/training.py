"""Sets of pictures for our training, and the training itself, as the command runs it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from benchmarks.learning_proof.pictures import SIDE_PX, Picture
from lora_training.adapter_training import train
from lora_training.config import TrainingConfig
from lora_training.dataset.loading import Dataset, DatasetPicture

TRIGGER = "hatch"


def write_set(folder: Path, style_id: str, pictures: Sequence[Picture], captions: Sequence[str]) -> Dataset:
    """PNG files, and a caption each that begins with the trigger token."""
    folder.mkdir(parents=True)
    entries = []
    for number, (picture, caption) in enumerate(zip(pictures, captions, strict=True)):
        path = folder / f"{number:03d}.png"
        Image.fromarray(picture).save(path)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        entries.append(DatasetPicture(path, sha256, SIDE_PX, SIDE_PX, f"{TRIGGER}, {caption}"))
    return Dataset(
        folder=folder,
        style_id=style_id,
        trigger=TRIGGER,
        resolution=SIDE_PX,
        source="painted by the proof of learning",
        licence="CC0-1.0",
        author="memorial-booth",
        pictures=tuple(entries),
    )


def make_config(steps: int, learning_rate: float, rank: int) -> TrainingConfig:
    """Our defaults, but for what a model of this size needs: its pictures' size, its learning rate, its steps."""
    return TrainingConfig(
        steps=steps,
        learning_rate=learning_rate,
        rank=rank,
        alpha=rank,
        warmup_steps=min(20, steps - 1),
        batch_size=8,
        min_snr_gamma=0.0,
        resolution=SIDE_PX,
        bucket_step_px=8,
        save_every=max(1, steps // 4),
        patience=0,
        sample_every=0,
        device="cpu",
    )


def learn(base: Path, pictures: Dataset, config: TrainingConfig, out: Path) -> Path:
    """Train as `style train` does; answers the adapter file of the best checkpoint."""
    if train(config, pictures, base, out, "fp32") != 0:
        raise RuntimeError("the training was interrupted")
    return out / f"{pictures.style_id}.safetensors"
