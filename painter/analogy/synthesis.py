"""A picture put together from patches of an exemplar, from coarse to fine."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from painter.analogy.patchmatch import PATCH, REACH, search_pass, vote_pass
from painter.arrays import Picture, Plane
from painter.blocks.bands import run_in_bands
from painter.progress import Progress

MAX_LEVELS = 5
MIN_SIDE_PX = 12
ITERATIONS = (1, 3, 4, 5, 6)
"""Rounds of search and vote, finest level first."""
RADII = (3, 12, 40, 400, 400)
"""Random search, in pixels of the level."""
FIRST_GUESSES = 24
SEAM_COST = np.float32(1000.0)

Field = NDArray[np.int16]
"""(H, W, 2): y and x of the matching pixel in the exemplar."""


@dataclass(frozen=True)
class Side:
    """One side of the analogy: a picture (RGB 0-1) and its guides (H, W, GUIDES)."""

    picture: Picture
    guides: Picture


@dataclass(frozen=True)
class Manner:
    """How patches are chosen."""

    trust: float  # weight of the guides against the patch
    uniformity: float  # cost of using a patch more often than the others
    reluctance: float  # 0-1: how much better than a coherent match a random one must be
    sharpness: float  # >= 0: how much a patch's middle outweighs its rim in the vote
    seams: Plane  # (h, w) of the exemplar, 0-1: more than 0 where no patch may lie across


def synthesize(
    target: Side, exemplar: Side, manner: Manner, *, seed: int, progress: Progress, span: tuple[float, float]
) -> Picture:
    """RGB 0-1 of the target's size: the exemplar's patches where the guides agree best.

    `target.picture` is the first guess. `span` is the part of the progress that this work fills.
    """
    levels = _count_levels(target.picture.shape, exemplar.picture.shape)
    targets, exemplars = _build_pyramid(target, levels), _build_pyramid(exemplar, levels)
    barred = [_bar_seams(manner.seams, side.guides.shape) for side in exemplars]
    weights = _weigh_votes(manner.sharpness)
    steps, done = sum(ITERATIONS[level] * 4**-level for level in range(levels)), 0.0
    picture = targets[-1].picture
    field = _guess_field(targets[-1], exemplars[-1], seed)
    for level in range(levels - 1, -1, -1):
        if level < levels - 1:
            field = _refine_field(field, targets[level].picture.shape, exemplars[level].picture.shape)
            picture = _vote(field, exemplars[level].picture, weights)
        for iteration in range(ITERATIONS[level]):
            code = (seed * 7919 + level * 64 + iteration) & 0xFFFF_FFFF
            side = Side(picture, targets[level].guides)
            field = _search(side, exemplars[level], barred[level], field, manner, RADII[level], code)
            picture = _vote(field, exemplars[level].picture, weights)
            done += 4.0**-level / steps
            progress.reach(span[0] + (span[1] - span[0]) * done)
    return picture


def _count_levels(*shapes: tuple[int, ...]) -> int:
    smallest = min(min(shape[:2]) for shape in shapes)
    return int(np.clip(1 + np.log2(max(1.0, smallest / MIN_SIDE_PX)), 1, MAX_LEVELS))


def _halve(values: Picture) -> Picture:
    size = (max(1, (values.shape[1] + 1) // 2), max(1, (values.shape[0] + 1) // 2))
    # OpenCV's area filter takes at most four channels
    parts = [
        cv2.resize(np.ascontiguousarray(values[..., i : i + 3]), size, interpolation=cv2.INTER_AREA)
        for i in range(0, values.shape[2], 3)
    ]
    return np.ascontiguousarray(np.concatenate(parts, axis=2), dtype=np.float32)


def _build_pyramid(side: Side, levels: int) -> list[Side]:
    pyramid = [side]
    while len(pyramid) < levels:
        pyramid.append(Side(_halve(pyramid[-1].picture), _halve(pyramid[-1].guides)))
    return pyramid


def _bar_seams(seams: Plane, shape: tuple[int, ...]) -> Plane:
    """Cost that keeps the middle of a patch away from seams, at one level of the pyramid."""
    small = cv2.resize(seams, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
    near = cv2.dilate(small, np.ones((PATCH, PATCH), dtype=np.uint8))
    return np.asarray((near > 0.0) * SEAM_COST, dtype=np.float32)


def _weigh_votes(sharpness: float) -> Plane:
    steps = np.arange(PATCH, dtype=np.float32) - REACH
    return np.asarray(1.0 / (1.0 + sharpness * (steps[:, None] ** 2 + steps[None, :] ** 2)), dtype=np.float32)


def _guess_field(target: Side, exemplar: Side, seed: int) -> Field:
    """For every pixel the best, by guides alone, of some random places."""
    generator = np.random.default_rng(seed & 0xFFFF_FFFF_FFFF_FFFF)
    height, width = target.guides.shape[:2]
    rows, columns = exemplar.guides.shape[:2]
    best = np.full((height, width), np.inf, dtype=np.float32)
    field = np.empty((height, width, 2), dtype=np.int16)
    for _ in range(FIRST_GUESSES):
        y = generator.integers(REACH, rows - REACH, (height, width))
        x = generator.integers(REACH, columns - REACH, (height, width))
        cost = ((exemplar.guides[y, x] - target.guides) ** 2).sum(axis=2)
        better = cost < best
        best[better] = cost[better]
        field[better, 0], field[better, 1] = y[better], x[better]
    return field


def _refine_field(field: Field, shape: tuple[int, ...], source_shape: tuple[int, ...]) -> Field:
    """The field of the level below: twice the size, twice the distances."""
    y, x = np.arange(shape[0]), np.arange(shape[1])
    fine = 2 * field[(y // 2)[:, None], (x // 2)[None, :]]
    fine[..., 0] += (y % 2)[:, None].astype(np.int16)
    fine[..., 1] += (x % 2)[None, :].astype(np.int16)
    for axis in range(2):
        np.clip(fine[..., axis], REACH, source_shape[axis] - 1 - REACH, out=fine[..., axis])
    return np.ascontiguousarray(fine)


def _vote(field: Field, source: Picture, weights: Plane) -> Picture:
    out = np.empty((*field.shape[:2], 3), dtype=np.float32)
    run_in_bands(vote_pass, field.shape[0], field, source, weights, out)
    return out


def _measure_usage(field: Field, shape: tuple[int, ...], uniformity: float) -> Plane:
    """Cost of each source pixel: 0 where it is used as often as the others or less."""
    index = field[..., 0].astype(np.int64) * shape[1] + field[..., 1]
    counts = np.bincount(index.ravel(), minlength=shape[0] * shape[1]).reshape(shape[:2]).astype(np.float32)
    even = field.shape[0] * field.shape[1] / (shape[0] * shape[1])
    near = cv2.boxFilter(counts, -1, (PATCH, PATCH), borderType=cv2.BORDER_REFLECT)
    return np.asarray(uniformity * np.minimum(np.maximum(near / even - 1.0, 0.0), 6.0), dtype=np.float32)


def _search(target: Side, exemplar: Side, barred: Plane, field: Field, manner: Manner, radius: int, code: int) -> Field:
    height = field.shape[0]
    padded = cv2.copyMakeBorder(target.picture, REACH, REACH, REACH, REACH, cv2.BORDER_REFLECT_101)
    flat = np.ascontiguousarray(padded).reshape(height + 2 * REACH, -1)
    rows, columns = exemplar.guides.shape[:2]
    source = exemplar.picture.reshape(rows, 3 * columns)
    usage = barred + _measure_usage(field, exemplar.guides.shape, manner.uniformity)
    reach = min(radius, max(rows, columns))
    for number, (distance, around) in enumerate(((1, reach), (4, reach // 3))):
        out = np.empty_like(field)
        run_in_bands(
            search_pass,
            height,
            flat,
            target.guides,
            np.float32(manner.trust),
            source,
            exemplar.guides,
            usage,
            field,
            out,
            distance,
            around,
            np.float32(manner.reluctance),
            (code * 2 + number) & 0xFFFF_FFFF,
        )
        field = out
    return field
