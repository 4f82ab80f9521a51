"""Sizes that pictures are trained in, and the order in which they come: one size per batch."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import TypeAlias

import torch

Size: TypeAlias = tuple[int, int]
"""Width and height in pixels."""


def fit_size(width_px: int, height_px: int, *, resolution: int, step_px: int) -> Size:
    """The size a picture is trained in: its shape, at most `resolution` squared in area, never enlarged beyond need.

    Both sides are multiples of `step_px` and at least one of it. A picture already cut to such a size keeps it.
    """
    scale = min(1.0, resolution / math.sqrt(width_px * height_px))
    return _floor(width_px * scale, step_px), _floor(height_px * scale, step_px)


def plan_epoch(sizes: Sequence[Size], batch_size: int, draw: torch.Generator) -> list[list[int]]:
    """Indices of all pictures once, in batches of one size each, in an order drawn from `draw`."""
    groups: dict[Size, list[int]] = defaultdict(list)
    for index in _shuffle(range(len(sizes)), draw):
        groups[sizes[index]].append(index)
    batches = [
        group[start : start + batch_size] for group in groups.values() for start in range(0, len(group), batch_size)
    ]
    return [batches[index] for index in _shuffle(range(len(batches)), draw)]


def _shuffle(items: Sequence[int], draw: torch.Generator) -> list[int]:
    return [items[place] for place in torch.randperm(len(items), generator=draw).tolist()]


def _floor(side_px: float, step_px: int) -> int:
    # The small term keeps a side that is exactly a multiple from falling one step by rounding.
    return max(step_px, int(side_px / step_px + 1e-6) * step_px)
