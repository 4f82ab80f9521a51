"""Where a brush goes: along the flow, until the colour it carries no longer helps."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from painter.arrays import Picture, Plane
from painter.blocks.bands import run_in_bands
from painter.blocks.flow import Flow

MIN_POINTS = 3
TRIES = 4
"""Places looked at in a cell."""


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _measure_step(picture, x, y, red, green, blue):  # type: ignore[no-untyped-def]
    """Squared distance of a colour from the picture at (x, y)."""
    r = picture[y, x, 0] - red
    g = picture[y, x, 1] - green
    b = picture[y, x, 2] - blue
    return r * r + g * g + b * b


@njit(cache=True, nogil=True, fastmath=True)
def _trace(seeds, steps, wanted, heading, manner, picture, goal, flow_x, flow_y, points, counts, start, stop):  # type: ignore[no-untyped-def]
    bend, drift, modesty = manner
    height, width = flow_x.shape
    for index in range(start, stop):
        x = seeds[index, 0]
        y = seeds[index, 1]
        column = int(x)
        row = int(y)
        red = goal[row, column, 0]
        green = goal[row, column, 1]
        blue = goal[row, column, 2]
        dx = heading[index] * flow_x[row, column]
        dy = heading[index] * flow_y[row, column]
        points[index, 0, 0] = x
        points[index, 0, 1] = y
        count = 1
        while count < wanted[index]:
            fx = flow_x[row, column]
            fy = flow_y[row, column]
            if fx * dx + fy * dy < np.float32(0.0):
                fx = -fx
                fy = -fy
            dx += bend * (fx - dx)
            dy += bend * (fy - dy)
            norm = np.float32(1.0) / max(np.sqrt(dx * dx + dy * dy), np.float32(1e-6))
            dx *= norm
            dy *= norm
            x += steps[index] * dx
            y += steps[index] * dy
            points[index, count, 0] = x
            points[index, count, 1] = y
            count += 1
            column = min(max(int(x), 0), width - 1)
            row = min(max(int(y), 0), height - 1)
            if count <= MIN_POINTS:
                continue
            if x < 0 or y < 0 or x >= width or y >= height:
                break
            off = _measure_step(goal, column, row, red, green, blue)
            if off > drift * drift:
                break
            here = _measure_step(picture, column, row, goal[row, column, 0], goal[row, column, 1], goal[row, column, 2])
            if here < modesty * off:
                break
        counts[index] = count


def trace_strokes(
    seeds: NDArray[np.float32],
    *,
    steps_px: NDArray[np.float32],
    wanted: NDArray[np.int32],
    heading: NDArray[np.float32],
    bend: float,
    drift: float,
    modest: bool,
    picture: Picture,
    goal: Picture,
    flow: Flow,
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Follow the flow from every seed (N, 2; x, y inside the picture) with the goal's colour found there.

    Gives the points (N, P, 2) and how many of them count. A stroke has `wanted` points at most, `steps_px` apart, and
    starts along `heading` (-1 or 1) times the flow. `bend` (0-1) is how willingly it turns. Past three points it ends
    where its colour is more than `drift` (RGB 0-1) off the goal and, if `modest`, where it is further off than what the
    picture already shows.
    Source: Hertzmann 1998 (curved brush strokes of multiple sizes).
    """
    count = len(seeds)
    points = np.zeros((count, max(MIN_POINTS, int(wanted.max(initial=0))), 2), dtype=np.float32)
    counts = np.zeros(count, dtype=np.int32)
    run_in_bands(
        _trace,
        count,
        seeds,
        steps_px,
        np.maximum(wanted, MIN_POINTS),
        heading,
        (np.float32(bend), np.float32(drift), np.float32(modest)),
        picture,
        goal,
        flow.x,
        flow.y,
        points,
        counts,
    )
    return points, counts


@njit(cache=True, nogil=True, fastmath=True)
def _choose(spots, picture, goal, tolerance, places, kept, start, stop):  # type: ignore[no-untyped-def]
    """Of the `spots` (2, tries, rows, columns; y, x) in a cell the worst goes to `places` (rows, columns, 2; x, y)."""
    tries = spots.shape[1]
    for row in range(start, stop):
        for column in range(spots.shape[3]):
            total = np.float32(0.0)
            most = np.float32(-1.0)
            for k in range(tries):
                y = spots[0, k, row, column]
                x = spots[1, k, row, column]
                red = goal[int(y), int(x), 0]
                green = goal[int(y), int(x), 1]
                blue = goal[int(y), int(x), 2]
                error = np.sqrt(_measure_step(picture, int(x), int(y), red, green, blue))
                total += error
                if error > most:
                    most = error
                    places[row, column, 0] = x
                    places[row, column, 1] = y
            limit = tolerance[int(places[row, column, 1]), int(places[row, column, 0])]
            kept[row, column] = total > limit * np.float32(np.int32(tries))


def spread_seeds(
    picture: Picture, goal: Picture, tolerance: Plane, *, cell_px: float, generator: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.intp], int]:
    """One seed per cell of a grid where the picture (RGB 0-1) is too far from the goal, in random order.

    Gives the seeds (N, 2; x, y), the numbers of their cells and how many cells there are. Each seed is the worst of a
    few random places in its cell; it stands where their mean distance exceeds the tolerance. Places and order of the
    cells do not depend on the picture.
    """
    height, width = tolerance.shape
    rows, columns = max(1, round(height / cell_px)), max(1, round(width / cell_px))
    tries = TRIES if cell_px > 3.0 else 1
    spots = generator.random((2, tries, rows, columns), dtype=np.float32)
    spots[0] = (np.arange(rows, dtype=np.float32)[:, None] + spots[0]) * np.float32(height / rows)
    spots[1] = (np.arange(columns, dtype=np.float32)[None, :] + spots[1]) * np.float32(width / columns)
    np.minimum(spots[0], height - 1, out=spots[0])
    np.minimum(spots[1], width - 1, out=spots[1])
    places = np.empty((rows, columns, 2), dtype=np.float32)
    kept = np.empty((rows, columns), dtype=np.bool_)
    run_in_bands(_choose, rows, spots, picture, goal, tolerance, places, kept)
    order = generator.permutation(rows * columns)
    cells = order[kept.ravel()[order]]
    return places.reshape(-1, 2)[cells], cells, rows * columns
