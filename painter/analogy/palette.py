"""The main colours of a picture."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from painter.blocks.tone import to_rgb

NEW_COLOUR_STEP = 5.0
"""Lab: what differs less from all colours found so far is not another colour."""
OUTLIER_PERCENT = 98.5
MIN_COLOUR_SHARE = 0.015
"""Less is the blend along a border, not a colour of the palette."""
MAX_BLEND_SHARE, BLEND_DISTANCE = 0.08, 8.0
ROUNDS = 12

Colours = NDArray[np.float32]
"""(N, 3) Lab."""


def find_palette(colours: Colours, count: int) -> tuple[Colours, float]:
    """(K <= count, 3) main colours of (N, 3), the commonest first, and the root mean square distance to the nearest.

    Sources: Lloyd 1982 (k-means), started as by Gonzalez 1985 (farthest points); no random numbers.
    """
    centres = _pick_starts(colours, count)
    for _ in range(ROUNDS):
        labels = _measure_distances(colours, centres).argmin(axis=1)
        centres = np.stack(
            [colours[labels == k].mean(axis=0) if (labels == k).any() else centre for k, centre in enumerate(centres)]
        )
    distances = _measure_distances(colours, centres)
    counts = np.bincount(distances.argmin(axis=1), minlength=len(centres))
    order = np.argsort(-counts, kind="stable")
    shares = counts[order] / len(colours)
    common = shares > MIN_COLOUR_SHARE
    return drop_alike(_drop_blends(centres[order][common], shares[common])), float(
        np.sqrt(distances.min(axis=1).mean())
    )


def _drop_blends(centres: Colours, shares: NDArray[np.float64]) -> Colours:
    """Centres without the rare ones that lie between two commoner ones: soft borders, not colours."""
    kept = [
        centre
        for number, (centre, share) in enumerate(zip(centres, shares, strict=True))
        if share > MAX_BLEND_SHARE or not _is_between(centre, centres[:number])
    ]
    return np.asarray(kept, dtype=np.float32)


def _is_between(colour: Colours, others: Colours) -> bool:
    for first, second in itertools.combinations(others, 2):
        way = second - first
        place = np.clip(np.dot(colour - first, way) / np.dot(way, way), 0.0, 1.0)
        if float(((first + place * way - colour) ** 2).sum()) < BLEND_DISTANCE**2:
            return True
    return False


def drop_alike(centres: Colours) -> Colours:
    """Centres without those that are nearly one of those before them."""
    kept: list[Colours] = []
    for centre in centres:
        if all(float(((centre - other) ** 2).sum()) > NEW_COLOUR_STEP**2 for other in kept):
            kept.append(centre)
    return np.asarray(kept, dtype=np.float32)


def _pick_starts(colours: Colours, count: int) -> Colours:
    starts = [np.median(colours, axis=0).astype(np.float32)]
    distance = ((colours - starts[0]) ** 2).sum(axis=1)
    rank = int(OUTLIER_PERCENT / 100 * (len(colours) - 1))
    while len(starts) < count:
        # not the farthest of all, which is an outlier
        pick = int(np.argsort(distance, kind="stable")[rank])
        if float(distance[pick]) <= NEW_COLOUR_STEP**2:
            break
        starts.append(colours[pick])
        distance = np.minimum(distance, ((colours - colours[pick]) ** 2).sum(axis=1))
    return np.asarray(starts, dtype=np.float32)


def _measure_distances(colours: Colours, centres: Colours) -> Colours:
    """(N, K) squared."""
    return np.asarray(((colours[:, None] - centres[None]) ** 2).sum(axis=2), dtype=np.float32)


def to_hex(palette: Colours) -> tuple[str, ...]:
    """Lab colours as "#rrggbb"."""
    rgb = np.rint(to_rgb(np.ascontiguousarray(palette[None], dtype=np.float32))[0] * 255.0).astype(int)
    return tuple(f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in rgb)
