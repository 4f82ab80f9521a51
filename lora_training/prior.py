"""What keeps the base in mind while a style is learnt: class pictures, found or made, and the order they come in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from lora_training.class_pictures import (
    ClassPrompt,
    OnProgress,
    make_class_pictures,
    take_class_pictures,
)
from lora_training.config import TrainingConfig
from lora_training.dataset.loading import DatasetPicture
from lora_training.drawing import BatchDrawer, Embed, Example
from lora_training.losses import NoiseSchedule
from lora_training.model.base_model import BaseFolder, load_vae
from lora_training.model.denoising import Denoiser
from lora_training.sampling import SamplingParts

_SEED = 0x9A57


@dataclass(frozen=True)
class PictureKit:
    """What pictures are made with before and while an adapter learns."""

    config: TrainingConfig
    base: BaseFolder
    device: torch.device
    schedule: NoiseSchedule
    denoiser: Denoiser
    embed: Embed

    def load_sampling_parts(self) -> SamplingParts:
        """The denoiser with the base's autoencoder beside it."""
        vae: Any = load_vae(self.base)
        return SamplingParts(self.denoiser, vae.to(self.device), self.schedule, self.device)


def find_class_pictures(
    kit: PictureKit, cache_folder: Path | None, own: Path | None, on_progress: OnProgress
) -> list[DatasetPicture]:
    """Class pictures in the cache: taken from the folder `own`, or made by the base. None without a weight for them."""
    if kit.config.prior_weight == 0:
        return []
    if cache_folder is None:
        raise ValueError("class pictures need a folder to lie in")
    place = cache_folder / "class_pictures"
    if own is not None:
        return take_class_pictures(kit.config, own, place / "own")
    with torch.no_grad():
        prompt, empty = kit.embed([kit.config.prior_prompt, ""])
    identity = " ".join(kit.base.hash_part(name) for name in ("unet", "vae", *kit.base.text_parts))
    asked = ClassPrompt(prompt, empty, identity)
    return make_class_pictures(kit.config, kit.load_sampling_parts, asked, place, on_progress)


def build_prior_drawer(kit: PictureKit, examples: Sequence[Example]) -> BatchDrawer | None:
    """Class pictures are drawn by chance of their own, so that the style's pictures come as they would without."""
    if not examples:
        return None
    seeded = kit.config.model_copy(update={"seed": kit.config.seed ^ _SEED})
    return BatchDrawer(seeded, examples, kit.embed, len(kit.schedule))
