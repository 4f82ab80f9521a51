"""Reading float planes between their pixels, inside compiled loops.

Bytes must be turned to floats first: the difference of two unsigned numbers wraps around.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from painter.arrays import Picture

HALF = np.float32(0.25)
"""A pixel's middle in the halved picture: x / 2 - HALF."""


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def clip_place(place, size):  # type: ignore[no-untyped-def]
    """A coordinate inside 0 .. size - 1, so that its whole part has a neighbour above (for sizes of 2 and more)."""
    return min(max(np.float32(place), np.float32(0.0)), np.float32(size - 1.001))


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def blend_channel(picture, iy, ix, fy, fx, channel):  # type: ignore[no-untyped-def]
    """Bilinear value of one channel between the pixels (iy, ix) and (iy + 1, ix + 1); fy and fx are 0-1."""
    top = picture[iy, ix, channel] + fx * (picture[iy, ix + 1, channel] - picture[iy, ix, channel])
    bottom = picture[iy + 1, ix, channel] + fx * (picture[iy + 1, ix + 1, channel] - picture[iy + 1, ix, channel])
    return top + fy * (bottom - top)


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def blend_plane(plane, iy, ix, fy, fx):  # type: ignore[no-untyped-def]
    """Bilinear value of a plane between the pixels (iy, ix) and (iy + 1, ix + 1); fy and fx are 0-1."""
    top = plane[iy, ix] + fx * (plane[iy, ix + 1] - plane[iy, ix])
    bottom = plane[iy + 1, ix] + fx * (plane[iy + 1, ix + 1] - plane[iy + 1, ix])
    return top + fy * (bottom - top)


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def step_softly(value, start, end):  # type: ignore[no-untyped-def]
    """Smooth step: 0 at `start`, 1 at `end`, flat tangents at both."""
    t = min(max((value - start) / (end - start), np.float32(0.0)), np.float32(1.0))
    return t * t * (np.float32(3.0) - np.float32(2.0) * t)


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def to_byte(level):  # type: ignore[no-untyped-def]
    """A level 0-1 as 0-255; what lies outside is clipped, never wrapped around."""
    return np.uint8(min(max(level, np.float32(0.0)), np.float32(1.0)) * np.float32(255.0) + np.float32(0.5))


def halve_plane(plane: Picture) -> Picture:
    """Every second pixel of a static plane or picture: what the halved frame lies on."""
    return plane[::2, ::2].copy()
