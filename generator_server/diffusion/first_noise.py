"""A picture's first noise as a variation of another one: mixed with a second seed's, or taken from another size."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

Shape = tuple[int, int, int]
# Above this cosine two noises are one, and the sphere between them is flat.
NEARLY_ONE = 0.9995


@dataclass(frozen=True)
class Variation:
    """`strength` (0-1) of the noise of `seeds`, one per picture; `shape` is that of the other size's latents."""

    seeds: tuple[int, ...] = ()
    strength: float = 0.0
    shape: Shape | None = None


def draw_seeded(seed: int, shape: Shape) -> Tensor:
    """The first noise of a seed, (channels, height, width), on the CPU."""
    return torch.randn(shape, generator=torch.Generator("cpu").manual_seed(seed))


def mix_spherically(first: Tensor, second: Tensor, share: float) -> Tensor:
    """`first` turned towards `second` on the sphere (Shoemake 1985): the mixture is as strong as both.

    Angles are taken for each column of each channel, as web UIs do, so that their variations are the same ones.
    """
    directions = [noise / noise.norm(dim=1, keepdim=True) for noise in (first, second)]
    cosine = (directions[0] * directions[1]).sum(dim=1, keepdim=True)
    if float(cosine.mean()) > NEARLY_ONE:
        return first * (1 - share) + second * share
    angle = torch.acos(cosine)
    return (torch.sin((1 - share) * angle) * first + torch.sin(share * angle) * second) / torch.sin(angle)


def paste_middle(small: Tensor, large: Tensor) -> Tensor:
    """`large` with `small` in its middle; what of `small` lies outside is left out."""
    rows, rows_from = _overlap(large.shape[1], small.shape[1])
    columns, columns_from = _overlap(large.shape[2], small.shape[2])
    made = large.clone()
    made[:, rows, columns] = small[:, rows_from, columns_from]
    return made


def _overlap(length: int, given: int) -> tuple[slice, slice]:
    """Where a row of `given` values lies in the middle of one of `length`, and which of its values those are."""
    before = (length - given) // 2
    if before >= 0:
        return slice(before, before + given), slice(0, given)
    kept = given + 2 * before
    return slice(0, kept), slice(-before, kept - before)
