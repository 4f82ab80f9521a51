"""Colours of one picture given to another, as a table of displacements in Lab."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numba import njit
from numpy.typing import NDArray

from painter.analogy.transport import Colours, transport_by_slices, transport_linearly
from painter.arrays import Picture
from painter.blocks.bands import run_in_bands
from painter.blocks.tone import to_lab, to_rgb

GRID = 21
LAB_LOW = np.array([0.0, -100.0, -100.0], dtype=np.float32)
LAB_STEP = np.array([5.0, 10.0, 10.0], dtype=np.float32)
"""The grid reaches from L 0 to 100 and from -100 to 100 in a and b."""
MAX_SAMPLES = 12_000
SPREADS = ((0.8, 1.0), (1.6, 0.12), (3.5, 0.01), (7.0, 0.0005))
"""Sigma in grid cells and weight: a near sample decides, a far one only where no other is."""
SLICED_SHARE = 0.4
LIVE_GRID = 17
BALANCE_CELL = 12.0


@dataclass(frozen=True)
class ColourMap:
    """Where each colour goes."""

    displacement: NDArray[np.float32]  # (GRID, GRID, GRID, 3), Lab, indexed by L, a, b

    def apply(self, lab: Picture, strength: float = 1.0) -> Picture:
        """A Lab picture with its colours moved."""
        source = np.ascontiguousarray(lab, dtype=np.float32)
        out = np.empty_like(source)
        run_in_bands(_move_colours, source.shape[0], source, self.displacement, np.float32(strength), out)
        return out


def sample_colours(lab: Picture) -> Colours:
    """(N, 3): at most MAX_SAMPLES pixels of a Lab picture, on a regular grid."""
    height, width = lab.shape[:2]
    reduction = max(1.0, float(np.sqrt(height * width / MAX_SAMPLES)))
    size = (max(1, int(width / reduction)), max(1, int(height / reduction)))
    return np.asarray(cv2.resize(lab, size, interpolation=cv2.INTER_NEAREST).reshape(-1, 3), dtype=np.float64)


def balance_colours(colours: Colours, power: float) -> Colours:
    """As many colours, drawn again from them so that rare ones count for more and a large backdrop for less.

    `power` 1 keeps them as often as they are there, 0 makes all equally frequent.
    """
    cells = np.floor(colours / BALANCE_CELL).astype(np.int64) + 64
    _, index, counts = np.unique(
        (cells[:, 0] * 128 + cells[:, 1]) * 128 + cells[:, 2], return_inverse=True, return_counts=True
    )
    order = np.argsort(index, kind="stable")
    shares = np.cumsum(counts[index[order]] ** (power - 1.0))
    places = (np.arange(len(colours)) + 0.5) / len(colours) * shares[-1]
    return np.asarray(colours[order[np.searchsorted(shares, places)]])


def learn_colours(source: Colours, target: Colours, *, sliced_share: float = SLICED_SHARE) -> ColourMap:
    """The map that gives `source` (N, 3; Lab) the colours of `target` (M, 3; Lab)."""
    generator = np.random.default_rng(7)
    moved = (1.0 - sliced_share) * transport_linearly(source, target)
    moved += sliced_share * transport_by_slices(source, target, generator)
    return ColourMap(_spread(source, moved - source))


def _spread(places: Colours, shifts: Colours) -> NDArray[np.float32]:
    """Displacements known at `places` carried to the whole grid by normalised convolution (Knutsson 1993)."""
    cells = np.clip(np.rint((places - LAB_LOW) / LAB_STEP), 0, GRID - 1).astype(np.int64)
    index = (cells[:, 0] * GRID + cells[:, 1]) * GRID + cells[:, 2]
    counted = (np.ones(len(places)), *shifts.T)
    sums = np.empty((GRID**3, 4), dtype=np.float64)
    for channel, weights in enumerate(counted):
        sums[:, channel] = np.bincount(index, weights, GRID**3)
    grid = sums.reshape(GRID, GRID, GRID, 4)
    total = 1e-12 * _blur_grid(grid, 40.0)
    for sigma, weight in SPREADS:
        total += weight * _blur_grid(grid, sigma)
    return np.asarray(total[..., 1:] / total[..., :1], dtype=np.float32)


def _blur_grid(grid: Colours, sigma: float) -> Colours:
    distance = np.arange(GRID)[:, None] - np.arange(GRID)[None, :]
    kernel = np.exp(-0.5 * (distance / sigma) ** 2)
    for axis in range(3):
        grid = np.moveaxis(np.tensordot(kernel, grid, axes=(1, axis)), 0, axis)
    return grid


def tabulate_live(colours: ColourMap, strength: float) -> NDArray[np.float32]:
    """(17, 17, 17, 3): RGB 0-1 for a picture's RGB, indexed by red, green, blue; what a live preview looks up."""
    steps = np.linspace(0.0, 1.0, LIVE_GRID, dtype=np.float32)
    grid = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(LIVE_GRID, -1, 3)
    moved = to_rgb(colours.apply(to_lab(np.ascontiguousarray(grid)), strength))
    return moved.reshape(LIVE_GRID, LIVE_GRID, LIVE_GRID, 3)


@njit(cache=True, nogil=True, fastmath=True)
def _move_colours(lab, table, strength, out, start, stop):  # type: ignore[no-untyped-def]
    last = np.float32(table.shape[0] - 1.001)
    for y in range(start, stop):
        for x in range(lab.shape[1]):
            p = min(max(lab[y, x, 0] * np.float32(0.2), np.float32(0.0)), last)
            q = min(max((lab[y, x, 1] + np.float32(100.0)) * np.float32(0.1), np.float32(0.0)), last)
            r = min(max((lab[y, x, 2] + np.float32(100.0)) * np.float32(0.1), np.float32(0.0)), last)
            i = int(p)
            j = int(q)
            k = int(r)
            fp = p - np.float32(np.int32(i))
            fq = q - np.float32(np.int32(j))
            fr = r - np.float32(np.int32(k))
            for c in range(3):
                total = np.float32(0.0)
                for corner in range(8):
                    a = corner >> 2
                    b = (corner >> 1) & 1
                    d = corner & 1
                    weight = (
                        (fp if a else np.float32(1.0) - fp)
                        * (fq if b else np.float32(1.0) - fq)
                        * (fr if d else np.float32(1.0) - fr)
                    )
                    total += weight * table[i + a, j + b, k + d, c]
                out[y, x, c] = lab[y, x, c] + strength * total
