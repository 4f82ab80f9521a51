"""What the denoiser is shown: pictures as latents, captions as embeddings."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from lora_training.buckets import Size
from lora_training.model.base_model import BaseFolder, load_text_part, load_vae
from lora_training.model.cache import TensorCache
from lora_training.pictures import TrainingPicture
from lora_training.training_errors import PictureUnreadableError


@dataclass(frozen=True)
class Latents:
    """A picture's place in the autoencoder's space, scaled: `mean` and `std`, each (C, h, w), float32, on the CPU."""

    mean: Tensor
    std: Tensor


@dataclass(frozen=True)
class Embedding:
    """A caption for the denoiser: `hidden` (77, D) and, for SDXL, `pooled` (P,); on the CPU where it is kept."""

    hidden: Tensor
    pooled: Tensor | None


TextParts = list[tuple[Any, Any]]
"""Tokenizer and text encoder, once for SD 1.5 and twice for SDXL."""


class PictureEncoder:
    """Pictures to latents. The autoencoder is loaded when the cache lacks a picture."""

    def __init__(self, base: BaseFolder, cache: TensorCache, device: torch.device) -> None:
        self._base = base
        self._cache = cache
        self._device = device
        self._identity = base.hash_part("vae")
        self._vae: Any = None

    def encode(self, picture: TrainingPicture, size: Size) -> Latents:
        """The picture, covering `size`, cut at its middle. Raises PictureUnreadableError."""
        key = f"latents 1 {self._identity} {picture.sha256} {size[0]}x{size[1]}"
        found = self._cache.find_or_make(key, lambda: self._encode(picture, size))
        return Latents(found["mean"], found["std"])

    def release(self) -> None:
        """Let the autoencoder go."""
        self._vae = None

    @torch.no_grad()
    def _encode(self, picture: TrainingPicture, size: Size) -> dict[str, Tensor]:
        pixels = read_pixels(picture, size)
        if self._vae is None:
            vae: Any = load_vae(self._base)
            self._vae = vae.to(self._device)
        spread = self._vae.encode(pixels[None].to(self._device)).latent_dist
        shift = self._vae.config.shift_factor or 0.0
        scale = self._vae.config.scaling_factor
        return {"mean": ((spread.mean - shift) * scale)[0].cpu(), "std": (spread.std * scale)[0].cpu()}


class CaptionEncoder:
    """Captions to embeddings. The text encoders are loaded when the cache lacks a caption."""

    def __init__(self, base: BaseFolder, cache: TensorCache, device: torch.device) -> None:
        self._base = base
        self._cache = cache
        self._device = device
        self._identity = " ".join(base.hash_part(name) for name in base.text_parts)
        self._parts: TextParts = []

    def encode(self, caption: str) -> Embedding:
        """The caption's first 75 tokens."""
        key = f"caption 1 {self._identity} {hashlib.sha256(caption.encode()).hexdigest()}"
        found = self._cache.find_or_make(key, lambda: self._encode(caption))
        return Embedding(found["hidden"], found.get("pooled"))

    def encode_passing(self, caption: str) -> Embedding:
        """As `encode`, for a caption that will hardly come again: nothing is kept."""
        made = self._encode(caption)
        return Embedding(made["hidden"], made.get("pooled"))

    def release(self) -> None:
        """Let the text encoders go."""
        self._parts = []

    @torch.no_grad()
    def _encode(self, caption: str) -> dict[str, Tensor]:
        if not self._parts:
            self._parts = load_text_parts(self._base, self._device)
        made = ask_text_parts(self._parts, [caption], self._device)[0]
        hidden = {"hidden": made.hidden.cpu()}
        return hidden if made.pooled is None else hidden | {"pooled": made.pooled.cpu()}


def load_text_parts(base: BaseFolder, device: torch.device) -> TextParts:
    """All tokenizers with their encoders, frozen, in float32."""
    loaded = (load_text_part(base, name) for name in base.text_parts)
    return [(tokenizer, encoder.to(device)) for tokenizer, encoder in loaded]


def ask_text_parts(parts: TextParts, captions: Sequence[str], device: torch.device) -> list[Embedding]:
    """Captions as one encoder or SDXL's two see them: the first 75 tokens of each, on the device."""
    answers = [_ask(tokenizer, encoder, captions, device) for tokenizer, encoder in parts]
    if len(parts) == 1:
        return [Embedding(hidden, None) for hidden in answers[0].last_hidden_state]
    # SDXL reads the last layer but one of both encoders, and the second one's summary.
    hidden = torch.cat([answer.hidden_states[-2] for answer in answers], dim=-1)
    return [Embedding(*both) for both in zip(hidden, answers[1].text_embeds, strict=True)]


def _ask(tokenizer: Any, encoder: Any, captions: Sequence[str], device: torch.device) -> Any:
    length = encoder.config.max_position_embeddings
    tokens = tokenizer(list(captions), padding="max_length", max_length=length, truncation=True, return_tensors="pt")
    return encoder(tokens.input_ids.to(device), output_hidden_states=True)


def read_pixels(picture: TrainingPicture, size: Size) -> Tensor:
    """RGB (3, height, width), float32, -1 to 1: the picture covering `size`, cut at its middle.

    Raises PictureUnreadableError, also when the file is not the one that was prepared.
    """
    try:
        with picture.path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != picture.sha256:
                raise PictureUnreadableError(file=picture.path, reason="The file was changed.")
            with Image.open(file, formats=("PNG",)) as opened:
                image = opened.convert("RGB")
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise PictureUnreadableError(file=picture.path, reason=str(error)) from error
    return torch.from_numpy(np.array(cover(image, size))).permute(2, 0, 1).float() / 127.5 - 1


def cover(image: Image.Image, size: Size) -> Image.Image:
    """The picture made to cover `size`, cut at its middle."""
    if image.size == size:
        return image
    scale = max(size[0] / image.width, size[1] / image.height)
    width, height = size[0] / scale, size[1] / scale
    left, top = (image.width - width) / 2, (image.height - height) / 2
    box = (left, top, left + width, top + height)
    return image.resize(size, Image.Resampling.LANCZOS, box=box)
