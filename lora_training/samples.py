"""Sample pictures while a training runs: the same photographs redrawn every so many steps, to be looked at.

All chance in them comes from a seed of their own, so a training learns the same with and without them.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from boothkit.files import publish_file
from lora_training.config import TrainingConfig
from lora_training.picture_files import encode_png
from lora_training.preparation import Prepared, name_sample_prompt
from lora_training.sampling import Photo, SamplingParts, make_pictures

_NAME = re.compile(r"step-(\d{6,})")


class SampleMaker:
    """Writes `FOLDER/step-000100/NAME.png` for each photograph; step 0 is the base model."""

    def __init__(self, config: TrainingConfig, prepared: Prepared, photos: Mapping[str, Photo], folder: Path) -> None:
        self._config = config
        self._prepared = prepared
        self._photos = photos
        self._folder = folder
        self._parts: SamplingParts | None = None

    def is_due(self, step: int) -> bool:
        """True at every `sample_every`-th step, 0 among them."""
        every = self._config.sample_every
        return every > 0 and step % every == 0

    def has(self, step: int) -> bool:
        """True when the step has all its pictures."""
        return all((self._place(step) / f"{name}.png").is_file() for name in self._photos)

    def make(self, step: int) -> str:
        """Redraw all photographs with the adapter as it is; answers the folder's name.

        Each file is there whole or not at all. Raises StorageFullError or StorageError.
        """
        if self._parts is None:
            self._parts = self._prepared.load_sampling_parts()
        config = self._config
        with torch.no_grad():
            prompt, empty = self._prepared.embed([name_sample_prompt(config, self._prepared.trigger), ""])
        for place, (name, photo) in enumerate(self._photos.items()):
            chosen: dict[str, Any] = {
                "strength": config.sample_strength,
                "steps": config.sample_steps,
                "seed": config.seed + place,
            }
            redrawn = make_pictures(self._parts, [photo], prompt, empty, **chosen)
            publish_file(self._place(step) / f"{name}.png", encode_png(redrawn[0]), mode=0o644)
        return self._place(step).name

    def drop_after(self, step: int) -> None:
        """Take away what a run that died made after its last checkpoint."""
        for place in self._folder.glob("step-*"):
            found = _NAME.fullmatch(place.name)
            if found is not None and int(found[1]) > step:
                shutil.rmtree(place)

    def _place(self, step: int) -> Path:
        return self._folder / f"step-{step:06d}"
