"""The brush: soft dabs and tapered strokes, laid one over the other in the order given."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

from painter.arrays import Picture

Marks: TypeAlias = NDArray[np.float32]
"""(N, 11) for dabs: x, y, half length, half width, cos, sin, red, green, blue, opacity, softness (0-1).
(N, 10) for strokes: x, y, half width at the start; x, y, half width at the end; red, green, blue, opacity."""

MIN_HALF_WIDTH_PX = 0.55
"""A thinner mark is laid this wide and paler, so that fine twigs do not break into dots."""


@njit(cache=True, nogil=True, fastmath=True)
def _blend(picture, row, column, mark, first, cover):  # type: ignore[no-untyped-def]
    for channel in range(3):
        picture[row, column, channel] += cover * (mark[first + channel] - picture[row, column, channel])


@njit(cache=True, nogil=True, fastmath=True)
def _lay_dabs(picture, dabs):  # type: ignore[no-untyped-def]
    height, width = picture.shape[:2]
    for index in range(dabs.shape[0]):
        mark = dabs[index]
        x, y, a, b, c, s = mark[0], mark[1], mark[2], mark[3], mark[4], mark[5]
        feather = max(mark[10], np.float32(1.0) / max(min(a, b), np.float32(0.5)))
        reach = np.float32(1.0) + np.float32(0.5) * feather
        reach_x = math.sqrt((a * c) ** 2 + (b * s) ** 2) * reach + 1
        reach_y = math.sqrt((a * s) ** 2 + (b * c) ** 2) * reach + 1
        for row in range(max(0, int(y - reach_y)), min(height, int(y + reach_y) + 2)):
            for column in range(max(0, int(x - reach_x)), min(width, int(x + reach_x) + 2)):
                dx = np.float32(column) - x
                dy = np.float32(row) - y
                u = (dx * c + dy * s) / a
                v = (dy * c - dx * s) / b
                cover = (np.float32(1.0) - math.sqrt(u * u + v * v)) / feather + np.float32(0.5)
                if cover > 0.0:
                    _blend(picture, row, column, mark, 6, min(cover, np.float32(1.0)) * mark[9])


@njit(cache=True, nogil=True, fastmath=True)
def _lay_strokes(picture, strokes):  # type: ignore[no-untyped-def]
    height, width = picture.shape[:2]
    for index in range(strokes.shape[0]):
        mark = strokes[index]
        x, y, r0, r1 = mark[0], mark[1], mark[2], mark[5]
        ux, uy = mark[3] - x, mark[4] - y
        square = max(ux * ux + uy * uy, np.float32(1e-6))
        reach = max(r0, r1) + 1
        for row in range(max(0, int(min(y, mark[4]) - reach)), min(height, int(max(y, mark[4]) + reach) + 2)):
            for column in range(max(0, int(min(x, mark[3]) - reach)), min(width, int(max(x, mark[3]) + reach) + 2)):
                dx = np.float32(column) - x
                dy = np.float32(row) - y
                t = min(max((dx * ux + dy * uy) / square, np.float32(0.0)), np.float32(1.0))
                distance = math.sqrt((dx - t * ux) ** 2 + (dy - t * uy) ** 2)
                cover = r0 + t * (r1 - r0) - distance + np.float32(0.5)
                if cover > 0.0:
                    _blend(picture, row, column, mark, 6, min(cover, np.float32(1.0)) * mark[9])


def lay_dabs(
    picture: Picture,
    x: NDArray[np.floating],
    y: NDArray[np.floating],
    *,
    length: NDArray[np.floating] | float,
    width: NDArray[np.floating] | float,
    colour: NDArray[np.floating],
    angle: NDArray[np.floating] | float = 0.0,
    opacity: NDArray[np.floating] | float = 1.0,
    softness: NDArray[np.floating] | float = 0.3,
) -> None:
    """Lay N soft ellipses on a picture (RGB 0-1, changed in place). Half lengths and widths in pixels, angles in
    radians, colours (N, 3) or (3,)."""
    marks = np.empty((len(x), 11), dtype=np.float32)
    thin = np.maximum(width, MIN_HALF_WIDTH_PX)
    for column, values in enumerate((x, y, np.maximum(length, thin), thin, np.cos(angle), np.sin(angle))):
        marks[:, column] = values
    marks[:, 6:9] = colour
    marks[:, 9] = opacity * np.minimum(1.0, np.asarray(width) / MIN_HALF_WIDTH_PX)
    marks[:, 10] = softness
    _lay_dabs(picture, marks)


def lay_strokes(
    picture: Picture,
    start: NDArray[np.floating],
    end: NDArray[np.floating],
    *,
    widths: tuple[NDArray[np.floating] | float, NDArray[np.floating] | float],
    colour: NDArray[np.floating],
    opacity: NDArray[np.floating] | float = 1.0,
) -> None:
    """Lay N straight tapered strokes from `start` to `end` ((N, 2), x and y in pixels); `widths` are the half widths
    at both ends. The picture (RGB 0-1) is changed in place."""
    marks = np.empty((len(start), 10), dtype=np.float32)
    marks[:, 0:2], marks[:, 3:5] = start, end
    marks[:, 2] = np.maximum(widths[0], MIN_HALF_WIDTH_PX)
    marks[:, 5] = np.maximum(widths[1], 0.2 * MIN_HALF_WIDTH_PX)
    marks[:, 6:9] = colour
    marks[:, 9] = opacity * np.minimum(1.0, np.asarray(widths[0]) / MIN_HALF_WIDTH_PX)
    _lay_strokes(picture, marks)


def lay_blades(
    picture: Picture,
    roots: NDArray[np.floating],
    tips: NDArray[np.floating],
    bends: NDArray[np.floating],
    *,
    width: NDArray[np.floating],
    colour: NDArray[np.floating],
    opacity: NDArray[np.floating] | float = 1.0,
    parts: int = 4,
) -> None:
    """Lay N curved blades from `roots` to `tips` through the control points `bends` (all (N, 2)), thin at the tip."""
    t = np.linspace(0.0, 1.0, parts + 1)[:, None, None]
    points = (1 - t) ** 2 * roots + 2 * t * (1 - t) * bends + t**2 * tips
    shares = 1.0 - 0.9 * np.linspace(0.0, 1.0, parts + 1) ** 1.5
    count = len(roots)
    # blade by blade, so that a nearer blade covers the whole of the one behind
    order = np.arange(parts * count).reshape(parts, count).T.ravel()
    lay_strokes(
        picture,
        points[:-1].reshape(-1, 2)[order],
        points[1:].reshape(-1, 2)[order],
        widths=(np.outer(shares[:-1], width).ravel()[order], np.outer(shares[1:], width).ravel()[order]),
        colour=np.repeat(np.broadcast_to(colour, (count, 3)), parts, axis=0),
        opacity=np.repeat(np.broadcast_to(opacity, (count,)), parts),
    )
