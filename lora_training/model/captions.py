"""How captions become embeddings: kept for good while the text encoders rest, asked anew while they learn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from lora_training.config import TrainingConfig
from lora_training.model.base_model import BaseFolder
from lora_training.model.cache import TensorCache
from lora_training.model.encoding import CaptionEncoder, Embedding, ask_text_parts, load_text_parts

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
"""What is reckoned with, by the configuration's word."""

EmbedAll = Callable[[Sequence[str]], list[Embedding]]


def open_captions(
    config: TrainingConfig, base: BaseFolder, cache: TensorCache, device: torch.device, known: Sequence[str]
) -> tuple[EmbedAll, Mapping[str, Any]]:
    """A way to embed captions, and the text encoders that are to learn, by their parts' names (none as a rule).

    Captions that are `known` beforehand are embedded now and kept; the text encoders then go, and come back for others.
    """
    if config.text_encoder:
        live = LiveCaptionEncoder(base, device, DTYPES[config.precision])
        return live.encode_all, live.encoders
    encoder, kept = CaptionEncoder(base, cache, device), frozenset(known)
    for caption in known:
        encoder.encode(caption)
    encoder.release()

    def embed_all(captions: Sequence[str]) -> list[Embedding]:
        return [encoder.encode(word) if word in kept else encoder.encode_passing(word) for word in captions]

    return embed_all, {}


class LiveCaptionEncoder:
    """Text encoders that stay loaded, their weights in float32. Nothing is cached: the answers change as they learn."""

    def __init__(self, base: BaseFolder, device: torch.device, dtype: torch.dtype) -> None:
        """`dtype` is what is reckoned with, as for the denoiser."""
        self._names = base.text_parts
        self._parts = load_text_parts(base, device)
        self._device = device
        self._dtype = dtype

    @property
    def encoders(self) -> Mapping[str, Any]:
        """The encoders by their parts' names."""
        return {name: encoder for name, (_, encoder) in zip(self._names, self._parts, strict=True)}

    def encode_all(self, captions: Sequence[str]) -> list[Embedding]:
        """Each caption's first 75 tokens, on the device, with gradients where they are on."""
        with torch.autocast(self._device.type, self._dtype, enabled=self._dtype != torch.float32):
            return ask_text_parts(self._parts, captions, self._device)
