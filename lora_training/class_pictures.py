"""Class pictures: what the base makes of a plain prompt, kept in mind so that the style does not wash out all else.

Prior preservation, after Ruiz et al., 2023, "DreamBooth".
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from boothkit.files import publish_file
from lora_training.buckets import fit_size
from lora_training.config import TrainingConfig
from lora_training.dataset.loading import DatasetPicture
from lora_training.model.encoding import Embedding
from lora_training.picture_files import Photo, encode_png, read_folder
from lora_training.sampling import SamplingParts, make_pictures

OnProgress = Callable[[str, int, int], None]
_GREY = 127
_KEY_LENGTH = 16


@dataclass(frozen=True)
class ClassPrompt:
    """What the base is asked for: the embeddings of the prompt and of nothing, and a word for the base's identity."""

    prompt: Embedding
    empty: Embedding
    identity: str


def take_class_pictures(config: TrainingConfig, source: Path, folder: Path) -> list[DatasetPicture]:
    """Pictures of one's own, under `folder` in sizes of the training. Raises PicturesRefusedError."""
    photos = read_folder(source, config)
    return [_keep(config, folder / f"{name}.png", encode_png(photo)) for name, photo in sorted(photos.items())]


def make_class_pictures(
    config: TrainingConfig,
    find_parts: Callable[[], SamplingParts],
    asked: ClassPrompt,
    folder: Path,
    on_progress: OnProgress,
) -> list[DatasetPicture]:
    """Pictures that the base makes, under `folder`; those that are there from the same recipe are not made again.

    `find_parts` is only called when one is missing. Raises StorageFullError or StorageError.
    """
    place = folder / _name_recipe(config, asked)
    parts: SamplingParts | None = None
    pictures = []
    for number in range(config.prior_pictures):
        path = place / f"{number + 1:04d}.png"
        if not path.is_file():
            parts = parts or find_parts()
            publish_file(path, encode_png(_make(config, parts, asked, number)), mode=0o644)
        pictures.append(_read(config, path))
        on_progress("prior", number + 1, config.prior_pictures)
    return pictures


def _make(config: TrainingConfig, parts: SamplingParts, asked: ClassPrompt, number: int) -> Photo:
    """Out of noise: the grey picture that it begins with is all but forgotten."""
    side = config.resolution
    width, height = fit_size(side, side, resolution=side, step_px=config.bucket_step_px)
    grey = np.full((height, width, 3), _GREY, np.uint8)
    chosen: dict[str, Any] = {"strength": 1.0, "steps": config.sample_steps, "seed": config.seed + number}
    return make_pictures(parts, [grey], asked.prompt, asked.empty, **chosen)[0]


def _name_recipe(config: TrainingConfig, asked: ClassPrompt) -> str:
    words = [
        asked.identity,
        config.prior_prompt,
        config.resolution,
        config.bucket_step_px,
        config.sample_steps,
        config.seed,
    ]
    recipe = " ".join(str(word) for word in words)
    return hashlib.sha256(recipe.encode()).hexdigest()[:_KEY_LENGTH]


def _keep(config: TrainingConfig, path: Path, data: bytes) -> DatasetPicture:
    publish_file(path, data, mode=0o644)
    return _read(config, path)


def _read(config: TrainingConfig, path: Path) -> DatasetPicture:
    from PIL import Image

    data = path.read_bytes()
    with Image.open(path, formats=("PNG",)) as opened:
        width, height = opened.size
    return DatasetPicture(path, hashlib.sha256(data).hexdigest(), width, height, config.prior_prompt)
