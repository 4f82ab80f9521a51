"""What each step is shown, drawn so that a training that is resumed sees exactly what it would have seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch
from torch import Tensor

from lora_training.buckets import Size, plan_epoch
from lora_training.config import TrainingConfig
from lora_training.losses import draw_noise
from lora_training.model.encoding import Embedding, Latents

Embed: TypeAlias = Callable[[Sequence[str]], Sequence[Embedding]]
"""Captions to embeddings, one each."""


@dataclass(frozen=True)
class Example:
    """One picture of the set, ready to be learnt from."""

    size: Size
    latents: Latents
    caption: str


@dataclass(frozen=True)
class Batch:
    """What one forward pass is shown: clean `latents` and `noise` (B, C, h, w), `timesteps` (B,), all on the CPU."""

    size: Size
    latents: Tensor
    noise: Tensor
    timesteps: Tensor
    captions: tuple[Embedding, ...]


class BatchDrawer:
    """Draws batches for ever. All chance comes from two generators, whose state `pack` answers and `restore` takes."""

    def __init__(
        self,
        config: TrainingConfig,
        examples: Sequence[Example],
        embed: Embed,
        timestep_count: int,
    ) -> None:
        self._config = config
        self._examples = examples
        self._embed = embed
        self._timestep_count = timestep_count
        self._order = torch.Generator().manual_seed(config.seed)
        self._chance = torch.Generator().manual_seed(config.seed ^ 0x5EED)
        self._plan: list[list[int]] = []

    def draw(self) -> Batch:
        """The next batch; a new epoch begins when every picture has been seen."""
        if not self._plan:
            sizes = [example.size for example in self._examples]
            self._plan = plan_epoch(sizes, self._config.batch_size, self._order)
        chosen = [self._examples[index] for index in self._plan.pop(0)]
        latents = torch.stack([self._draw_latents(example.latents) for example in chosen])
        return Batch(
            size=chosen[0].size,
            latents=latents,
            noise=draw_noise(latents.shape, self._config.noise_offset, self._chance),
            timesteps=torch.randint(0, self._timestep_count, (len(chosen),), generator=self._chance),
            captions=tuple(self._embed([self._draw_caption(example.caption) for example in chosen])),
        )

    def pack(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """The state, as tensors and as what JSON can hold."""
        states = {"order": self._order.get_state(), "chance": self._chance.get_state()}
        return states, {"plan": [list(batch) for batch in self._plan]}

    def restore(self, tensors: dict[str, Tensor], rest: dict[str, Any]) -> None:
        """Go on where `pack` was."""
        self._order.set_state(tensors["order"])
        self._chance.set_state(tensors["chance"])
        self._plan = [list(batch) for batch in rest["plan"]]

    def _draw_latents(self, latents: Latents) -> Tensor:
        return latents.mean + latents.std * torch.randn(latents.mean.shape, generator=self._chance)

    def _draw_caption(self, caption: str) -> str:
        if self._draw_share() < self._config.caption_dropout:
            return ""
        first, *rest = [part.strip() for part in caption.split(",")]
        if not self._config.shuffle_captions or len(rest) < 2:
            return caption
        order = torch.randperm(len(rest), generator=self._chance).tolist()
        return ", ".join([first, *(rest[place] for place in order)])

    def _draw_share(self) -> float:
        return float(torch.rand((), generator=self._chance))
