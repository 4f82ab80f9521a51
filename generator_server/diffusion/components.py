"""A model's parts, loaded and checked to belong together."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from transformers.models.clip.modeling_clip import CLIPTextModel, CLIPTextModelWithProjection
from transformers.models.clip.tokenization_clip import CLIPTokenizer

from generator_server.diffusion.devices import Place
from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.model_files import Family, find_variant, read_json
from generator_server.diffusion.schedules import SigmaTable, build_table

LATENT_CHANNELS = 4


@dataclass(frozen=True)
class Components:
    """One model: what turns words into embeddings, noise into latents, and latents into pictures.

    `prediction_type` is `epsilon` (the noise is guessed) or `v_prediction`. Latents are the autoencoder's, times
    `scaling_factor`; one latent covers `latent_px` x `latent_px` pixels.
    """

    name: str
    family: Family
    unet: UNet2DConditionModel
    vae: AutoencoderKL
    text_encoders: tuple[Any, ...]
    tokenizers: tuple[CLIPTokenizer, ...]
    table: SigmaTable
    prediction_type: str
    scaling_factor: float
    latent_px: int
    device: torch.device
    dtype: torch.dtype
    begin_step: Callable[[], None] = field(default=lambda: None)
    """Called before each step's first network: recorded graphs then may reuse the memory of the step before."""


def load_folder(folder: Path, family: Family, place: Place, *, name: str | None = None) -> Components:
    """A model in diffusers' folder layout. Raises ModelFileError with a sentence on what is wrong."""
    with translate_failures(folder.name), quiet_loading():
        unet = load_whole(UNet2DConditionModel, folder / "unet", torch_dtype=place.dtype)
        vae = load_whole(AutoencoderKL, folder / "vae", torch_dtype=place.dtype)
        encoders: list[Any] = [load_whole(CLIPTextModel, folder / "text_encoder", dtype=place.dtype)]
        tokenizers = [load_tokenizer(folder / "tokenizer")]
        if family == "sdxl":
            second = folder / "text_encoder_2"
            encoders.append(load_whole(CLIPTextModelWithProjection, second, dtype=place.dtype))
            tokenizers.append(load_tokenizer(folder / "tokenizer_2"))
    config = read_json(folder / "scheduler" / "scheduler_config.json")
    return assemble(name or folder.name, family, unet, vae, encoders, tokenizers, config, place)


def assemble(
    name: str,
    family: Family,
    unet: Any,
    vae: Any,
    text_encoders: list[Any],
    tokenizers: list[CLIPTokenizer],
    scheduler_config: dict[str, Any],
    place: Place,
) -> Components:
    """The parts as one model on its device, frozen for inference. Raises ModelFileError when they do not fit."""
    _check_parts(name, family, unet, text_encoders, tokenizers)
    for module in (unet, vae, *text_encoders):
        module.requires_grad_(False).eval().to(place.device)
    if place.device.type == "cuda":
        unet.to(memory_format=torch.channels_last)
        vae.to(memory_format=torch.channels_last)
    if family == "sdxl" and vae.config.force_upcast and place.dtype == torch.float16:
        # SDXL's autoencoder overflows in half precision and answers black pictures; 1.5's does not.
        vae.to(torch.float32)
    return Components(
        name=name,
        family=family,
        unet=unet,
        vae=vae,
        text_encoders=tuple(text_encoders),
        tokenizers=tuple(tokenizers),
        table=build_table(scheduler_config),
        prediction_type=_read_prediction_type(name, scheduler_config),
        scaling_factor=float(vae.config.scaling_factor),
        latent_px=2 ** (len(vae.config.block_out_channels) - 1),
        device=place.device,
        dtype=place.dtype,
    )


def load_whole(kind: Any, folder: Path, **options: Any) -> Any:
    """One part's module with all its weights from local `.safetensors` files. Raises ModelFileError for gaps.

    The libraries themselves fill what a file lacks with noise, or leave it without data, and only log it.
    """
    module, report = kind.from_pretrained(
        folder,
        local_files_only=True,
        use_safetensors=True,
        variant=find_variant(folder),
        output_loading_info=True,
        **options,
    )
    missing = sorted(name for name in report["missing_keys"] if not name.endswith("position_ids"))
    if missing:
        raise ModelFileError(reason=f"{folder.name} lacks {len(missing)} tensors, for example {missing[0]}.")
    return module


def load_tokenizer(folder: Path) -> CLIPTokenizer:
    """The tokenizer of a folder, never one of its default words: those would make every prompt the same."""
    if not any((folder / name).is_file() for name in ("tokenizer.json", "vocab.json")):
        raise ModelFileError(reason=f"{folder.parent.name}/{folder.name} holds no tokenizer.json and no vocab.json.")
    tokenizer: CLIPTokenizer = CLIPTokenizer.from_pretrained(folder, local_files_only=True)
    return tokenizer


@contextmanager
def translate_failures(name: str) -> Iterator[None]:
    """Turn what loaders raise for missing, torn or mixed files into ModelFileError."""
    try:
        yield
    except torch.AcceleratorError:
        # The files are not to blame.
        raise
    except NotImplementedError as error:
        # What is left without data after all tensors of the file were read cannot be moved to the device.
        raise ModelFileError(reason=f"{name} lacks tensors that its architecture needs.") from error
    except (OSError, ValueError, RuntimeError, KeyError, TypeError) as error:
        cause = str(error).strip().partition("\n")[0][:300]
        raise ModelFileError(reason=f"{name} could not be loaded: {cause}") from error


@contextmanager
def quiet_loading() -> Iterator[None]:
    """No progress bars and no tables of keys while loading; what matters is raised."""
    from transformers.utils import logging as transformers_logging

    names = ("transformers", "diffusers")
    levels = {name: logging.getLogger(name).level for name in names}
    had_bars = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
    for name in names:
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
        if had_bars:
            transformers_logging.enable_progress_bar()


def _check_parts(
    name: str, family: Family, unet: Any, text_encoders: list[Any], tokenizers: list[CLIPTokenizer]
) -> None:
    if unet.config.in_channels != LATENT_CHANNELS:
        raise ModelFileError(reason=f"{name} takes {unet.config.in_channels} channels, as inpainting models do; 4 fit.")
    if (unet.config.addition_embed_type == "text_time") != (family == "sdxl"):
        raise ModelFileError(reason=f"{name} mixes the parts of Stable Diffusion 1.5 and XL.")
    width = sum(encoder.config.hidden_size for encoder in text_encoders)
    if unet.config.cross_attention_dim != width:
        asked = unet.config.cross_attention_dim
        raise ModelFileError(reason=f"{name}: the UNet listens to vectors of {asked}, its text encoders give {width}.")
    for tokenizer, encoder in zip(tokenizers, text_encoders, strict=True):
        if len(tokenizer) != encoder.config.vocab_size:
            raise ModelFileError(
                reason=f"{name}: the tokenizer knows {len(tokenizer)} tokens, "
                f"its text encoder {encoder.config.vocab_size}; they do not belong together."
            )


def _read_prediction_type(name: str, config: dict[str, Any]) -> str:
    kind = str(config.get("prediction_type", "epsilon"))
    if kind not in ("epsilon", "v_prediction"):
        raise ModelFileError(reason=f"{name} predicts {kind}; epsilon and v_prediction are known.")
    return kind
