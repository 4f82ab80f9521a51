"""How a tree grows: branches reach for the light until every part of the crown is near one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAX_ROUNDS = 160
PIPE_EXPONENT = 2.1
"""A branch's radius to this power is the sum over its children (Leonardo's rule has 2; Murray 1927 has 3)."""


@dataclass(frozen=True)
class Skeleton:
    """Branches as nodes, parents before children. Lengths in pixels."""

    points: NDArray[np.float32]  # (N, 2): x, y
    parents: NDArray[np.int64]  # (N,); -1 for a root
    radii: NDArray[np.float32]  # (N,)

    def find_twigs(self, thickest: float) -> NDArray[np.int64]:
        """Indices of the nodes no thicker than `thickest` twig radii, where leaves grow."""
        return np.flatnonzero(self.radii <= thickest * self.radii.min())


def grow_tree(
    trunk: NDArray[np.floating],
    attractors: NDArray[np.floating],
    *,
    step_px: float,
    twig_px: float,
    generator: np.random.Generator,
    droop: float = 0.0,
) -> Skeleton:
    """Grow branches from a `trunk` (T, 2; root first) towards `attractors` (N, 2), steps of `step_px`.

    `twig_px` is the radius of the thinnest twigs; `droop` (-1..1) bends growth down or up.
    Source: Runions, Lane and Prusinkiewicz 2007 (space colonisation); Shinozaki et al. 1964 (pipe model).
    """
    points = [np.asarray(trunk, dtype=np.float32)]
    parents = [np.arange(-1, len(trunk) - 1)]
    waiting = np.asarray(attractors, dtype=np.float32)
    nearest, distance = _find_nearest(waiting, points[0], 0)
    for _ in range(MAX_ROUNDS):
        if len(waiting) == 0:
            break
        everything = np.concatenate(points)
        sources, directions = _gather_pull(waiting, everything, nearest)
        directions += generator.normal(0, 0.22, directions.shape) + np.array((0.0, droop))
        directions /= np.maximum(np.hypot(directions[:, 0], directions[:, 1]), 1e-6)[:, None]
        fresh = (everything[sources] + step_px * directions).astype(np.float32)
        points.append(fresh)
        parents.append(sources)
        candidate, reach = _find_nearest(waiting, fresh, len(everything))
        closer = reach < distance
        nearest, distance = np.where(closer, candidate, nearest), np.where(closer, reach, distance)
        alive = distance > 1.6 * step_px
        waiting, nearest, distance = waiting[alive], nearest[alive], distance[alive]
    family = np.concatenate(parents)
    return Skeleton(np.concatenate(points), family, _measure_radii(family, twig_px))


def _find_nearest(
    waiting: NDArray[np.floating], nodes: NDArray[np.floating], offset: int
) -> tuple[NDArray[np.int64], NDArray[np.floating]]:
    squares = (waiting[:, :1] - nodes[:, 0]) ** 2 + (waiting[:, 1:] - nodes[:, 1]) ** 2
    index = squares.argmin(axis=1)
    return index + offset, np.sqrt(squares[np.arange(len(waiting)), index])


def _gather_pull(
    waiting: NDArray[np.floating], nodes: NDArray[np.floating], nearest: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.floating]]:
    """The nodes that something pulls at, with the mean direction (unit vectors) of the pull."""
    pull = waiting - nodes[nearest]
    pull /= np.maximum(np.hypot(pull[:, 0], pull[:, 1]), 1e-6)[:, None]
    sources = np.flatnonzero(np.bincount(nearest))
    total = np.stack([np.bincount(nearest, weights=pull[:, axis])[sources] for axis in (0, 1)], axis=1)
    return sources, total / np.maximum(np.hypot(total[:, 0], total[:, 1]), 1e-6)[:, None]


def _measure_radii(parents: NDArray[np.int64], twig_px: float) -> NDArray[np.float32]:
    areas = np.zeros(len(parents))
    for index in range(len(parents) - 1, -1, -1):
        if areas[index] == 0.0:
            areas[index] = twig_px**PIPE_EXPONENT
        if parents[index] >= 0:
            areas[parents[index]] += areas[index]
    return np.asarray(areas ** (1.0 / PIPE_EXPONENT), dtype=np.float32)
