"""Quiet frames from a noisy camera: a still scene is averaged over time, a moving one is left alone."""

from __future__ import annotations

import numpy as np
from numba import njit

from painter.arrays import Photo, Picture

STILL_RATE = np.float32(0.22)
"""Share of a new frame where nothing moves."""
NOISE_LEVELS, MOTION_LEVELS = np.float32(4.0), np.float32(12.0)
"""Change of a 2x2 block's lightness (0-255) that still counts as noise, and that counts as motion in full."""


@njit(cache=True, nogil=True, fastmath=True)
def _calm(frame, curves, state, full, half, still_rate, noise, motion):  # type: ignore[no-untyped-def]
    height, width = frame.shape[0], frame.shape[1]
    for row in range(half.shape[0]):
        y0 = 2 * row
        y1 = min(y0 + 1, height - 1)
        for column in range(half.shape[1]):
            x0 = 2 * column
            x1 = min(x0 + 1, width - 1)
            change = np.float32(0.0)
            for y in (y0, y1):
                for x in (x0, x1):
                    for channel in range(3):
                        change += curves[channel, frame[y, x, channel]] - state[y, x, channel]
            t = min(max((abs(change) / np.float32(12.0) - noise) / (motion - noise), np.float32(0.0)), np.float32(1.0))
            rate = still_rate + (np.float32(1.0) - still_rate) * t
            for channel in range(3):
                total = np.float32(0.0)
                for y in (y0, y1):
                    for x in (x0, x1):
                        old = state[y, x, channel]
                        new = old + rate * (curves[channel, frame[y, x, channel]] - old)
                        state[y, x, channel] = new
                        full[y, x, channel] = int(new + np.float32(0.5))
                        total += new
                half[row, column, channel] = int(total * np.float32(0.25) + np.float32(0.5))


class FrameCalmer:
    """The running average of one stream of frames of one size."""

    def __init__(self) -> None:
        self._state: Picture | None = None

    def calm(self, frame: Photo, curves: Picture) -> tuple[Photo, Photo]:
        """The frame through its tone `curves` (3, 256; 0-255) and averaged, at full and at half size.

        Motion is judged per 2x2 block, where noise is half as loud as in a pixel. The first frame comes through as is.
        """
        height, width = frame.shape[:2]
        is_first = self._state is None
        if self._state is None:
            self._state = np.zeros(frame.shape, dtype=np.float32)
        full = np.empty_like(frame)
        half = np.empty(((height + 1) // 2, (width + 1) // 2, 3), dtype=np.uint8)
        rate = np.float32(1.0) if is_first else STILL_RATE
        _calm(np.ascontiguousarray(frame), curves, self._state, full, half, rate, NOISE_LEVELS, MOTION_LEVELS)
        return full, half
