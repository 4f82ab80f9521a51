"""Aspect buckets: the few picture sizes that training works at."""

from __future__ import annotations

import functools
from dataclasses import dataclass

STEP_PX = 64
"""The UNet halves a latent three times, and a latent has an eighth of the picture's side."""
MIN_SIDE_PX = 256


@dataclass(frozen=True, order=True)
class Bucket:
    """Size of a training picture in pixels; both sides are multiples of 64."""

    width_px: int
    height_px: int

    @property
    def pixels(self) -> int:
        """Area in pixels."""
        return self.width_px * self.height_px

    def __str__(self) -> str:
        return f"{self.width_px}×{self.height_px}"


@functools.cache
def list_buckets(resolution: int) -> tuple[Bucket, ...]:
    """Every size with sides from 256 to twice the resolution and no more pixels than `resolution` squared.

    Pictures of any shape are trained at about one cost and hardly cut. Source: NovelAI 2022 (aspect ratio bucketing).
    """
    sides = range(MIN_SIDE_PX, 2 * resolution + 1, STEP_PX)
    return tuple(Bucket(width, height) for width in sides for height in sides if width * height <= resolution**2)
