"""Where an evaluation's pictures come from: whatever was learnt, at any checkpoint and weight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from torch import Tensor

from lora_training.sampling import Photo


class PictureSource(Protocol):
    """What a run learnt. Weight 0 is the look before anything was learnt."""

    @property
    def steps(self) -> Sequence[int]:
        """The checkpoints, in order; the count of pictures for a look without a model."""
        ...

    def draw(self, step: int, weight: float, photos: Sequence[Photo]) -> list[Photo]:
        """The photographs redrawn, each of its own size."""
        ...

    def measure_loss(self, step: int, weight: float) -> float | None:
        """On held-out pictures of the set; None where there is nothing to measure with."""
        ...

    def describe(self, pictures: Sequence[Photo]) -> Tensor:
        """What pictures look like: (N, F)."""
        ...
