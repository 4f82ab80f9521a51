"""A few colours that stand for all of a picture's: what a shop with so many pots of paint would mix."""

from __future__ import annotations

import cv2
import numpy as np
from numba import njit
from numpy.typing import NDArray

from painter.arrays import Picture, Plane
from painter.blocks.bands import run_in_bands

SAMPLE_SIDE_PX = 96
REFINEMENTS = 8
MIN_SPREAD = 1.0
"""Mean squared Lab distance below which a group of colours is one colour."""


def learn_palette(lab: Picture, *, colours: int, weight: Plane | None = None) -> Picture:
    """Up to `colours` colours (K, 3; Lab) of a Lab picture, the darkest first; a flat picture has fewer.

    `weight` (H, W; >= 0) says where colours count more. The same picture gives the same palette: groups are split
    along their longest axis instead of being drawn by lot.
    Sources: Lloyd 1957 (k-means); Orchard and Bouman 1991 (splitting).
    """
    samples, weights = _take_samples(lab, weight)
    palette = _split_groups(samples, weights, colours)
    for _ in range(REFINEMENTS):
        palette = _refine(palette, samples, weights)
    return palette[np.argsort(palette[:, 0], kind="stable")]


def _take_samples(lab: Picture, weight: Plane | None) -> tuple[Picture, Plane]:
    """Colours (N, 3) of a reduced copy and how much each counts (N)."""
    height, width = lab.shape[:2]
    reduction = max(1.0, max(height, width) / SAMPLE_SIDE_PX)
    size = (max(1, round(width / reduction)), max(1, round(height / reduction)))
    samples = cv2.resize(lab, size, interpolation=cv2.INTER_AREA).reshape(-1, 3)
    if weight is None:
        return np.asarray(samples, dtype=np.float32), np.ones(len(samples), dtype=np.float32)
    weights = cv2.resize(weight, size, interpolation=cv2.INTER_AREA).reshape(-1)
    return np.asarray(samples, dtype=np.float32), np.asarray(weights + 1e-3, dtype=np.float32)


def _split_groups(samples: Picture, weights: Plane, colours: int) -> Picture:
    """Centres (K, 3) after cutting the group with the largest spread in two until there are enough."""
    groups = [np.arange(len(samples))]
    while len(groups) < colours:
        spreads = [_measure_spread(samples[group], weights[group]) for group in groups]
        widest = int(np.argmax([spread for spread, _ in spreads]))
        group, (spread, axis) = groups[widest], spreads[widest]
        if spread < MIN_SPREAD * weights[group].sum():
            break
        centre = np.average(samples[group], axis=0, weights=weights[group])
        above = (samples[group] - centre) @ axis > 0.0
        if above.all() or not above.any():
            break
        groups[widest] = group[above]
        groups.append(group[~above])
    return np.array([np.average(samples[group], axis=0, weights=weights[group]) for group in groups], dtype=np.float32)


def _measure_spread(samples: Picture, weights: Plane) -> tuple[float, NDArray[np.float64]]:
    """Weighted squared distance along the longest axis of a group, and that axis."""
    offset = (samples - np.average(samples, axis=0, weights=weights)).astype(np.float64)
    # not a matrix product: its rounding may depend on the number of processors
    covariance = np.einsum("n,ni,nj->ij", weights, offset, offset)
    values, axes = np.linalg.eigh(covariance)
    return float(values[-1]), axes[:, -1]


def _refine(palette: Picture, samples: Picture, weights: Plane) -> Picture:
    """One step of Lloyd: every colour moves to the mean of what it stands for."""
    distance = ((samples[:, None, :] - palette[None]) ** 2).sum(axis=2)
    owner = distance.argmin(axis=1)
    share = np.bincount(owner, weights, minlength=len(palette))
    moved = palette.copy()
    for channel in range(3):
        total = np.bincount(owner, weights * samples[:, channel], minlength=len(palette))
        moved[share > 0, channel] = total[share > 0] / share[share > 0]
    return moved


@njit(cache=True, nogil=True, fastmath=True)
def _find_nearest(lab, palette, labels, start, stop):  # type: ignore[no-untyped-def]
    for y in range(start, stop):
        for x in range(lab.shape[1]):
            best = np.float32(1e30)
            chosen = 0
            for k in range(palette.shape[0]):
                lightness = lab[y, x, 0] - palette[k, 0]
                red = lab[y, x, 1] - palette[k, 1]
                yellow = lab[y, x, 2] - palette[k, 2]
                distance = lightness * lightness + red * red + yellow * yellow
                if distance < best:
                    best = distance
                    chosen = k
            labels[y, x] = chosen


def assign_colours(lab: Picture, palette: Picture, *, rounding_px: float) -> NDArray[np.uint8]:
    """Index (H, W) of the nearest palette colour; specks narrower than `rounding_px` vanish, corners are rounded.

    The palette has at most 256 colours, sorted by lightness, so that the median of a window is one that occurs there.
    """
    labels = np.empty(lab.shape[:2], dtype=np.uint8)
    run_in_bands(_find_nearest, lab.shape[0], lab, palette, labels)
    window = 2 * round(rounding_px / 2) + 1
    return np.asarray(cv2.medianBlur(labels, window), dtype=np.uint8) if window > 1 else labels
