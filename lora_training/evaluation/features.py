"""What pictures look like to the base model's own autoencoder: no other judge is needed.

The style of a picture is described by the mean and the spread of each channel inside the frozen encoder, which say what
colours and strokes there are and not where (Huang and Belongie, 2017, "Arbitrary Style Transfer in Real-time").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from lora_training.sampling import Photo, encode_photo

_FLAT = 1e-6


class StyleEye:
    """Looks at pictures through the encoder of an autoencoder that is loaded and frozen."""

    def __init__(self, vae: Any, device: torch.device) -> None:
        self._vae = vae
        self._device = device

    def look(self, picture: Photo) -> Tensor:
        """The picture (H, W, 3; RGB 0-255) as (F,) float32: means and spreads of all channels of all blocks."""
        seen: list[Tensor] = []

        def keep(_: object, __: object, answer: Tensor) -> None:
            seen.extend((answer.mean(dim=(0, 2, 3)), answer.std(dim=(0, 2, 3))))

        encoder = self._vae.encoder
        hooks = [part.register_forward_hook(keep) for part in (*encoder.down_blocks, encoder.mid_block)]
        try:
            encode_photo(self._vae, picture, self._device)
        finally:
            for hook in hooks:
                hook.remove()
        return torch.cat(seen).float().cpu()

    def look_at_all(self, pictures: Sequence[Photo]) -> Tensor:
        """(N, F) for N pictures."""
        return torch.stack([self.look(picture) for picture in pictures])


@dataclass(frozen=True)
class Road:
    """The way from the base's look to the style's, in features (F,) that count alike: both ends, and the unit."""

    base: Tensor
    style: Tensor
    spread: Tensor

    @property
    def length(self) -> float:
        """How far the style is from the base: 0 when both look the same."""
        return float(self._measure(self.style - self.base))

    def measure_to_style(self, features: Tensor) -> float:
        """Distance of pictures' mean features (N, F) to the style; 1 is where the base stands, 0 the style itself."""
        return float(self._measure(features.mean(dim=0) - self.style)) / max(self.length, _FLAT)

    def measure_to_base(self, features: Tensor) -> float:
        """Distance to the base in the same unit: 0 is the base itself."""
        return float(self._measure(features.mean(dim=0) - self.base)) / max(self.length, _FLAT)

    def measure_progress(self, features: Tensor) -> float:
        """Share of the road that is done: the place on the line from base (0) to style (1)."""
        line = (self.style - self.base) / self.spread
        moved = (features.mean(dim=0) - self.base) / self.spread
        return float(moved @ line) / max(float(line @ line), _FLAT)

    def _measure(self, difference: Tensor) -> Tensor:
        return (difference / self.spread).square().mean().sqrt()


def lay_road(base: Tensor, style: Tensor) -> Road:
    """From features of pictures of the base (N, F) and of the style (M, F).

    A feature's unit is how much single pictures of one look differ in it, so that no loud channel decides alone.
    """
    within = torch.cat([base - base.mean(dim=0), style - style.mean(dim=0)])
    spread = within.square().mean(dim=0).sqrt()
    return Road(base.mean(dim=0), style.mean(dim=0), spread.clamp(min=float(spread.mean()) * 0.05 + _FLAT))
