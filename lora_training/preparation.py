"""From a base model and a set of pictures to what a training needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from lora_training.buckets import fit_size
from lora_training.class_pictures import OnProgress
from lora_training.config import TrainingConfig
from lora_training.devices import choose_device
from lora_training.drawing import BatchDrawer, Embed, Example
from lora_training.losses import NoiseSchedule
from lora_training.model.adapter import Adapter
from lora_training.model.base_model import BaseFolder, load_schedule, load_unet, open_base
from lora_training.model.cache import TensorCache
from lora_training.model.captions import DTYPES, open_captions
from lora_training.model.denoising import Denoiser
from lora_training.model.encoding import PictureEncoder
from lora_training.pictures import TrainingPicture, TrainingSet, compute_set_digest, split_held_out
from lora_training.prior import PictureKit, build_prior_drawer, find_class_pictures
from lora_training.sampling import SamplingParts
from lora_training.training_errors import EmptyDatasetError
from lora_training.validation import HeldOut


@dataclass(frozen=True)
class Prepared:
    """Everything that a training works with and that does not change, except the adapter and the drawers."""

    adapter: Adapter
    denoiser: Denoiser
    schedule: NoiseSchedule
    embed: Embed
    drawer: BatchDrawer
    prior_drawer: BatchDrawer | None
    held_out: HeldOut
    kit: PictureKit
    about: dict[str, object]

    @property
    def device(self) -> torch.device:
        """Where it all lies."""
        return self.kit.device

    @property
    def base(self) -> BaseFolder:
        """The base model on disk."""
        return self.kit.base

    @property
    def trigger(self) -> str:
        """The word that calls the style."""
        return str(self.about["trigger"])

    def load_sampling_parts(self) -> SamplingParts:
        """The denoiser with an autoencoder beside it, to make pictures."""
        return self.kit.load_sampling_parts()


def prepare(
    config: TrainingConfig,
    pictures: TrainingSet,
    base_folder: Path,
    cache_folder: Path | None,
    *,
    on_progress: OnProgress,
    prior_folder: Path | None = None,
) -> Prepared:
    """Load, encode and set up; `on_progress` hears of the stages `encode` and `prior`, of pictures done and of all.

    The precision has to be settled: one that is still to be chosen could be another one when the training goes on.

    `prior_folder` holds class pictures of one's own; without it the base makes them, which needs a `cache_folder`.
    Raises EmptyDatasetError, BaseModelRefusedError, PictureUnreadableError or PicturesRefusedError.
    """
    base = open_base(base_folder)
    learnt, held_out = split_held_out(pictures.pictures, config.validation_share)
    if not learnt:
        raise EmptyDatasetError(folder=pictures.folder, count=len(learnt))
    device, schedule, cache = choose_device(config), load_schedule(base), TensorCache(cache_folder)
    encoder = PictureEncoder(base, cache, device)
    examples = _encode_pictures(config, encoder, [*learnt, *held_out], on_progress)
    known = [*(example.caption for example in examples), "", config.prior_prompt]
    prompt = name_sample_prompt(config, pictures.trigger)
    embed, text_encoders = open_captions(config, base, cache, device, [*known, prompt])
    denoiser, adapter = _build_denoiser(config, base, device, text_encoders)
    kit = PictureKit(config, base, device, schedule, denoiser, embed)
    prior = find_class_pictures(kit, cache_folder, prior_folder, on_progress)
    prior_examples = _encode_pictures(config, encoder, prior, on_progress)
    return Prepared(
        adapter=adapter,
        denoiser=denoiser,
        schedule=schedule,
        embed=embed,
        drawer=BatchDrawer(config, examples[: len(learnt)], embed, len(schedule)),
        prior_drawer=build_prior_drawer(kit, prior_examples),
        held_out=HeldOut(examples[len(learnt) :], embed, schedule, config.seed),
        kit=kit,
        about=_describe(config, pictures, base, [*learnt, *held_out], prior),
    )


def name_sample_prompt(config: TrainingConfig, trigger: str) -> str:
    """What sample pictures are asked for."""
    return config.sample_prompt or f"{trigger}, a portrait"


def _encode_pictures(
    config: TrainingConfig,
    encoder: PictureEncoder,
    pictures: Sequence[TrainingPicture],
    on_progress: OnProgress,
) -> list[Example]:
    examples = []
    for picture in pictures:
        width, height = picture.width_px, picture.height_px
        size = fit_size(width, height, resolution=config.resolution, step_px=config.bucket_step_px)
        examples.append(Example(size, encoder.encode(picture, size), picture.caption))
        on_progress("encode", len(examples), len(pictures))
    return examples


def _build_denoiser(
    config: TrainingConfig, base: BaseFolder, device: torch.device, text_encoders: Mapping[str, Any]
) -> tuple[Denoiser, Adapter]:
    dtype = DTYPES[config.precision]
    unet: Any = load_unet(base, dtype)
    adapter = Adapter(unet, rank=config.rank, alpha=config.alpha, seed=config.seed, text_encoders=text_encoders)
    unet.to(device)
    if device.type == "cuda":
        unet.to(memory_format=torch.channels_last)
        # What stays in float32 (encoders, the adapter) is multiplied with ten bits of mantissa: a multiple of speed.
        torch.set_float32_matmul_precision("high")
    if config.gradient_checkpointing:
        unet.enable_gradient_checkpointing()
    if config.compile:
        unet.compile()
    return Denoiser(unet, device, dtype), adapter


def _describe(
    config: TrainingConfig,
    pictures: TrainingSet,
    base: BaseFolder,
    order: Sequence[TrainingPicture],
    prior: Sequence[TrainingPicture],
) -> dict[str, object]:
    """What the training is: two that differ in this, bookkeeping aside, are not the same training."""
    return {
        "config": config.model_dump(mode="json"),
        "family": base.family,
        "base": base.folder.name,
        "unet": base.hash_part("unet"),
        "set": compute_set_digest(order),
        "prior": compute_set_digest(prior) if prior else None,
        "prior_count": len(prior),
        "picture_count": len(order),
        "style_id": pictures.style_id,
        "trigger": pictures.trigger,
        "source": pictures.source,
        "licence": pictures.licence,
        "author": pictures.author,
    }
