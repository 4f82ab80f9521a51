"""From a base model and a set of pictures to what a training needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from lora_training.buckets import fit_size
from lora_training.config import TrainingConfig
from lora_training.drawing import BatchDrawer, Example
from lora_training.losses import NoiseSchedule
from lora_training.model.adapter import Adapter
from lora_training.model.base_model import BaseFolder, load_schedule, load_unet, open_base
from lora_training.model.cache import TensorCache
from lora_training.model.denoising import Denoiser
from lora_training.model.encoding import CaptionEncoder, PictureEncoder
from lora_training.pictures import TrainingPicture, TrainingSet, compute_set_digest, split_held_out
from lora_training.training_errors import EmptyDatasetError
from lora_training.validation import HeldOut

_DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}


@dataclass(frozen=True)
class Prepared:
    """Everything that a training works with and that does not change, except the adapter and the drawer."""

    adapter: Adapter
    denoiser: Denoiser
    schedule: NoiseSchedule
    drawer: BatchDrawer
    held_out: HeldOut
    about: dict[str, object]


def prepare(
    config: TrainingConfig,
    pictures: TrainingSet,
    base_folder: Path,
    cache_folder: Path | None,
    *,
    on_progress: Callable[[str, int, int], None],
) -> Prepared:
    """Load, encode and set up; `on_progress` hears of the stage `encode`, of pictures done and of all.

    Raises EmptyDatasetError, BaseModelRefusedError or PictureUnreadableError.
    """
    base = open_base(base_folder)
    learnt, held_out = split_held_out(pictures.pictures, config.validation_share)
    if not learnt:
        raise EmptyDatasetError(folder=pictures.folder, count=len(learnt))
    device = choose_device(config)
    cache = TensorCache(cache_folder)
    captions = CaptionEncoder(base, cache, device)
    schedule = load_schedule(base)
    examples = _encode_pictures(config, PictureEncoder(base, cache, device), [*learnt, *held_out], on_progress)
    embeddings = [captions.encode(example.caption) for example in examples]
    captions.encode("")
    captions.release()
    embed = captions.encode_passing if config.shuffle_captions else captions.encode
    denoiser, adapter = _build_denoiser(config, base, device)
    return Prepared(
        adapter=adapter,
        denoiser=denoiser,
        schedule=schedule,
        drawer=BatchDrawer(config, examples[: len(learnt)], embed, len(schedule)),
        held_out=HeldOut(list(zip(examples, embeddings, strict=True))[len(learnt) :], schedule, config.seed),
        about=_describe(config, pictures, base, [*learnt, *held_out]),
    )


def choose_device(config: TrainingConfig) -> torch.device:
    """The device that the configuration means; `auto` is the GPU where there is one."""
    if config.device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return torch.device(config.device)


def _encode_pictures(
    config: TrainingConfig,
    encoder: PictureEncoder,
    pictures: Sequence[TrainingPicture],
    on_progress: Callable[[str, int, int], None],
) -> list[Example]:
    examples = []
    for picture in pictures:
        width, height = picture.width_px, picture.height_px
        size = fit_size(width, height, resolution=config.resolution, step_px=config.bucket_step_px)
        examples.append(Example(size, encoder.encode(picture, size), picture.caption))
        on_progress("encode", len(examples), len(pictures))
    return examples


def _build_denoiser(config: TrainingConfig, base: BaseFolder, device: torch.device) -> tuple[Denoiser, Adapter]:
    dtype = _DTYPES[config.precision]
    unet: Any = load_unet(base, dtype)
    adapter = Adapter(unet, rank=config.rank, alpha=config.alpha, seed=config.seed)
    unet.to(device)
    if device.type == "cuda":
        unet.to(memory_format=torch.channels_last)
    if config.gradient_checkpointing:
        unet.enable_gradient_checkpointing()
    return Denoiser(unet, device, dtype), adapter


def _describe(
    config: TrainingConfig, pictures: TrainingSet, base: BaseFolder, order: Sequence[TrainingPicture]
) -> dict[str, object]:
    """What the training is: two that differ in this, bookkeeping aside, are not the same training."""
    return {
        "config": config.model_dump(mode="json"),
        "family": base.family,
        "base": base.folder.name,
        "unet": base.hash_part("unet"),
        "set": compute_set_digest(order),
        "picture_count": len(order),
        "style_id": pictures.style_id,
        "trigger": pictures.trigger,
        "source": pictures.source,
        "licence": pictures.licence,
        "author": pictures.author,
    }
