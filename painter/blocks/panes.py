"""Cutting a picture into panes of glass."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.segmentation import watershed

from painter.arrays import Picture, Plane

Labels: TypeAlias = NDArray[np.int32]
"""(H, W); panes are numbered from 1."""

Mask: TypeAlias = NDArray[np.bool_]
"""(H, W)."""

CANDIDATES_PER_PANE = 12
COMPACTNESS = 0.004
"""How much a pixel of distance weighs against a step of 0-1 in the edges."""


def throw_seeds(spacing: Plane, generator: np.random.Generator) -> Labels:
    """Numbered seed points, nowhere nearer to each other than the local `spacing` (H, W; pixels); 0 elsewhere.

    Source: Cook 1986 (dart throwing), with a distance that varies.
    """
    height, width = spacing.shape
    expected = float((1.0 / np.maximum(spacing, 1.0) ** 2).sum())
    count = max(64, int(CANDIDATES_PER_PANE * expected))
    columns, rows = generator.integers(0, width, count), generator.integers(0, height, count)
    taken = np.zeros((height, width), dtype=np.uint8)
    seeds = np.zeros((height, width), dtype=np.int32)
    number = 0
    for x, y in zip(columns.tolist(), rows.tolist(), strict=True):
        if taken[y, x]:
            continue
        number += 1
        seeds[y, x] = number
        cv2.circle(taken, (x, y), max(1, round(float(spacing[y, x]))), (1,), -1)
    return seeds


def grow_panes(edges: Plane, seeds: Labels, compactness: float = COMPACTNESS) -> Labels:
    """Panes that grow from seeds until they meet, on the `edges` (H, W; 0-1) where there are some near.

    Source: Neubert and Protzel 2014 (compact watershed).
    """
    return np.asarray(watershed(edges, seeds, compactness=compactness), dtype=np.int32)  # type: ignore[no-untyped-call]


def lay_quarries(shape: tuple[int, int], width_px: float) -> Labels:
    """A lattice of lozenges, higher than wide, as plain windows have it; numbered from 1."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    rising = np.floor((x / width_px) + (y / (1.5 * width_px))).astype(np.int32)
    falling = np.floor((x / width_px) - (y / (1.5 * width_px))).astype(np.int32)
    falling -= falling.min()
    return np.asarray(1 + rising * (int(falling.max()) + 1) + falling, dtype=np.int32)


def number_panes(labels: Labels, smallest_px: float) -> Labels:
    """Connected panes numbered 1, 2, ... without gaps; splinters below `smallest_px` pixels go to a neighbour."""
    parts = _split_apart(labels)
    areas = np.bincount(parts.ravel())
    keep = areas >= smallest_px
    if not keep[1:].any():
        return np.ones_like(parts)
    keep[0] = False
    numbers = np.zeros(len(areas), dtype=np.int32)
    numbers[keep] = np.arange(1, int(keep.sum()) + 1)
    seeds = numbers[parts]
    return grow_panes(np.zeros(labels.shape, dtype=np.float32), seeds, 0.0) if (seeds == 0).any() else seeds


def _split_apart(labels: Labels) -> Labels:
    """Every connected part of a label with a number of its own."""
    open_ = np.ones(tuple(2 * side - 1 for side in labels.shape), dtype=np.uint8)
    # a grid with walls between unlike neighbours: connected there is connected in one label
    open_[::2, 1::2] = labels[:, 1:] == labels[:, :-1]
    open_[1::2, ::2] = labels[1:] == labels[:-1]
    open_[1::2, 1::2] = 0
    _, parts = cv2.connectedComponents(open_, connectivity=4)
    return np.asarray(parts[::2, ::2], dtype=np.int32)


def average_panes(values: Picture, labels: Labels) -> Picture:
    """(N + 1, C): the mean of a picture over every pane; row 0 is unused."""
    index = labels.ravel()
    areas = np.maximum(np.bincount(index), 1)
    columns = [np.bincount(index, channel.ravel()) / areas for channel in np.moveaxis(np.atleast_3d(values), 2, 0)]
    return np.column_stack(columns).astype(np.float32)


def find_seams(labels: Labels) -> Plane:
    """1 on both sides of every border between panes, 0 inside."""
    seams = np.zeros(labels.shape, dtype=np.float32)
    across = labels[:, 1:] != labels[:, :-1]
    down = labels[1:] != labels[:-1]
    seams[:, 1:][across] = 1.0
    seams[:, :-1][across] = 1.0
    seams[1:][down] = 1.0
    seams[:-1][down] = 1.0
    return seams
