"""Optimal transport between two clouds of colours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SPREAD_FLOOR = 4.0
"""Added to the variances (Lab squared), so that a flat picture can be moved too."""
ROTATIONS = 24
QUANTILES = 256
MAX_GAIN = 2.2
"""A dull photo's contrast or chroma grows at most this much; more would bring out its noise."""

Colours = NDArray[np.float64]
"""(N, 3) Lab."""


def _take_power(symmetric: Colours, power: float) -> Colours:
    values, vectors = np.linalg.eigh(symmetric)
    return np.asarray((vectors * np.maximum(values, 1e-6) ** power) @ vectors.T)


def transport_linearly(source: Colours, target: Colours) -> Colours:
    """Move `source` so that its mean and covariance become those of `target`.

    Source: Pitie and Kokaram 2007 (the linear Monge-Kantorovich map).
    """
    floor = SPREAD_FLOOR * np.eye(3)
    source_spread = np.cov(source, rowvar=False) + floor
    target_spread = np.cov(target, rowvar=False) + floor
    root, inverse_root = _take_power(source_spread, 0.5), _take_power(source_spread, -0.5)
    step = inverse_root @ _take_power(root @ target_spread @ root, 0.5) @ inverse_root
    values, vectors = np.linalg.eigh(step)
    step = (vectors * np.minimum(values, MAX_GAIN)) @ vectors.T
    return np.asarray((source - source.mean(axis=0)) @ step + target.mean(axis=0))


def transport_by_slices(source: Colours, target: Colours, generator: np.random.Generator) -> Colours:
    """Move `source` so that its distribution along many random axes becomes that of `target`.

    Source: Pitie, Kokaram and Dahyot 2007 (iterated one-dimensional transport).
    """
    levels = np.linspace(0.0, 1.0, QUANTILES)
    moved = source.copy()
    for _ in range(ROTATIONS):
        axes = np.linalg.qr(generator.standard_normal((3, 3)))[0]
        along_source, along_target = moved @ axes, target @ axes
        for axis in range(3):
            before = np.quantile(along_source[:, axis], levels)
            after = np.quantile(along_target[:, axis], levels)
            # equal quantiles (flat pictures) need a rising axis to interpolate on
            before += np.arange(QUANTILES) * 1e-6
            along_source[:, axis] = np.interp(along_source[:, axis], before, after)
        moved = along_source @ axes.T
    return moved
