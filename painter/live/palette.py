"""A palette that follows a stream of frames: the pots of paint stay the same ones, their colours drift slowly."""

from __future__ import annotations

import numpy as np

from painter.arrays import Picture, Plane
from painter.blocks.palette import learn_palette

EASE = np.float32(0.06)
SAMPLE_STEP = 6


class PaletteKeeper:
    """Up to `colours` Lab colours, learnt from the first frame and then moved with what they stand for."""

    def __init__(self, colours: int) -> None:
        self._colours = colours
        self._palette: Picture | None = None

    def follow(self, lab: Picture, weight: Plane) -> Picture:
        """The palette (K, 3) for a Lab picture; `weight` (H, W; >= 0) says where colours count more."""
        if self._palette is None:
            self._palette = learn_palette(lab, colours=self._colours, weight=weight)
        samples = lab[::SAMPLE_STEP, ::SAMPLE_STEP].reshape(-1, 3)
        weights = weight[::SAMPLE_STEP, ::SAMPLE_STEP].reshape(-1)
        self._palette = drift(self._palette, samples, weights)
        return self._palette


def drift(palette: Picture, samples: Picture, weights: Plane) -> Picture:
    """One slow step of Lloyd (1957): every colour goes a share of `EASE` to the mean of the samples nearest to it."""
    # nearest by the expanded square; a sample's own square is the same for all colours
    distance = (palette * palette).sum(axis=1) - 2.0 * (samples @ palette.T)
    owner = distance.argmin(axis=1)
    share = np.bincount(owner, weights, minlength=len(palette))
    sums = [np.bincount(owner, weights * samples[:, channel], minlength=len(palette)) for channel in range(3)]
    seen = share > 1e-6
    moved = palette.copy()
    moved[seen] += EASE * (np.column_stack(sums)[seen] / share[seen, None] - palette[seen])
    return moved.astype(np.float32)
