"""The base model: its parts, read from a folder in diffusers' layout (safetensors only, nothing from the network)."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.schedulers.scheduling_ddpm import DDPMScheduler
from transformers.models.clip.modeling_clip import CLIPTextModel, CLIPTextModelWithProjection
from transformers.models.clip.tokenization_clip import CLIPTokenizer

from lora_training.losses import NoiseSchedule
from lora_training.training_errors import BaseModelRefusedError

Family = Literal["sd15", "sdxl"]

_FAMILIES: dict[str, Family] = {"StableDiffusionPipeline": "sd15", "StableDiffusionXLPipeline": "sdxl"}
_WEIGHT_FILES = ("diffusion_pytorch_model.safetensors", "model.safetensors")


@dataclass(frozen=True)
class BaseFolder:
    """A base model on disk, checked to be complete."""

    folder: Path
    family: Family

    @property
    def text_parts(self) -> tuple[str, ...]:
        return ("text_encoder",) if self.family == "sd15" else ("text_encoder", "text_encoder_2")

    def hash_part(self, name: str) -> str:
        """SHA-256 (hex) of a part's weights and of its settings."""
        weights = find_weights(self.folder / name)
        digest = hashlib.sha256((self.folder / name / "config.json").read_bytes())
        with weights.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()


def open_base(folder: Path) -> BaseFolder:
    """Look at a base model without loading it. Raises BaseModelRefusedError."""
    if folder.is_file():
        reason = "It is one file. Give a folder in diffusers' layout, with a model_index.json."
        raise BaseModelRefusedError(folder=folder, reason=reason)
    try:
        index = json.loads((folder / "model_index.json").read_text())
        kind = index["_class_name"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BaseModelRefusedError(folder=folder, reason="It has no readable model_index.json.") from error
    if kind not in _FAMILIES:
        raise BaseModelRefusedError(folder=folder, reason=f"{kind} is neither Stable Diffusion 1.5 nor SDXL.")
    base = BaseFolder(folder, _FAMILIES[kind])
    for name in ("unet", "vae", *base.text_parts):
        find_weights(folder / name)
    return base


def find_weights(folder: Path) -> Path:
    """The one file with a part's weights. Raises BaseModelRefusedError when there is none in safetensors form."""
    for name in _WEIGHT_FILES:
        if (folder / name).is_file() and (folder / "config.json").is_file():
            return folder / name
    reason = f"Its folder {folder.name} lacks config.json or {' or '.join(_WEIGHT_FILES)}."
    raise BaseModelRefusedError(folder=folder.parent, reason=reason)


def load_unet(base: BaseFolder, dtype: torch.dtype) -> UNet2DConditionModel:
    """The denoiser, frozen, in evaluation mode."""
    unet: UNet2DConditionModel = _load(base, UNet2DConditionModel, "unet", torch_dtype=dtype)
    return unet


def load_vae(base: BaseFolder) -> AutoencoderKL:
    """The autoencoder in float32: half precision overflows in SDXL's."""
    vae: AutoencoderKL = _load(base, AutoencoderKL, "vae", torch_dtype=torch.float32)
    return vae


def load_text_part(base: BaseFolder, name: str) -> tuple[CLIPTokenizer, Any]:
    """A tokenizer and its encoder, `text_encoder` or `text_encoder_2`, in float32."""
    has_projection = name == "text_encoder_2"
    encoder = _load(base, CLIPTextModelWithProjection if has_projection else CLIPTextModel, name, dtype=torch.float32)
    folder = base.folder / name.replace("text_encoder", "tokenizer")
    with _refusing(base):
        return CLIPTokenizer.from_pretrained(folder, local_files_only=True), encoder


def load_schedule(base: BaseFolder) -> NoiseSchedule:
    """The noise that the model was trained with. Raises BaseModelRefusedError for a kind that cannot be trained."""
    with _refusing(base):
        scheduler: Any = DDPMScheduler.from_pretrained(base.folder, subfolder="scheduler", local_files_only=True)
    kind = scheduler.config.prediction_type
    if kind not in ("epsilon", "v_prediction"):
        raise BaseModelRefusedError(folder=base.folder, reason=f"Its scheduler's prediction type is {kind}.")
    return NoiseSchedule(scheduler.alphas_cumprod.float(), kind)


def _load(base: BaseFolder, kind: Any, name: str, **dtype: torch.dtype) -> Any:
    with _refusing(base):
        part = kind.from_pretrained(base.folder / name, local_files_only=True, use_safetensors=True, **dtype)
    return part.requires_grad_(False).eval()


@contextmanager
def _refusing(base: BaseFolder) -> Iterator[None]:
    """A part that does not load is a sentence; the loaders' own tables and bars stay silent."""
    names = ("diffusers", "transformers")
    levels = [logging.getLogger(name).level for name in names]
    for name in names:
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        with _no_bars():
            yield
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise BaseModelRefusedError(folder=base.folder, reason=reason) from error
    finally:
        for name, level in zip(names, levels, strict=True):
            logging.getLogger(name).setLevel(level)


@contextmanager
def _no_bars() -> Iterator[None]:
    from transformers.utils import logging as untyped

    words: Any = untyped
    was_on = words.is_progress_bar_enabled()
    words.disable_progress_bar()
    try:
        yield
    finally:
        if was_on:
            words.enable_progress_bar()
