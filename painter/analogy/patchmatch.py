"""Finding and blending patches, as compiled loops over rows.

Every pass reads the field of the pass before and writes a new one (Jacobi), and random numbers are a function of seed,
pass and pixel; so the result depends neither on the number of threads nor on their order.
Sources: Barnes, Shechtman, Finkelstein and Goldman 2009 (PatchMatch); Hertzmann, Jacobs, Oliver, Curless and Salesin
2001 (guides and coherence); Wexler, Shechtman and Irani 2007 (voting); Kaspar, Neubert et al. 2015 (occurrence).
"""

from __future__ import annotations

import numpy as np
from numba import njit

PATCH = 5
REACH = PATCH // 2
GUIDES = 6


@njit(cache=True, nogil=True, inline="always")
def _scramble(state):  # type: ignore[no-untyped-def]
    """A hash of 32 bits (Wellons 2018, "lowbias32")."""
    state = np.uint32(state ^ (state >> np.uint32(16)))
    state = np.uint32(state * np.uint32(0x7FEB352D))
    state = np.uint32(state ^ (state >> np.uint32(15)))
    state = np.uint32(state * np.uint32(0x846CA68B))
    return np.uint32(state ^ (state >> np.uint32(16)))


@njit(cache=True, nogil=True, fastmath=True)
def _compare(target, source, y, x, sy, sx, limit, cost):  # type: ignore[no-untyped-def]
    """`cost` plus the squared RGB difference of two patches; gives up above `limit`."""
    for dy in range(PATCH):
        first = target[y + dy]
        second = source[sy - REACH + dy]
        left = 3 * x
        other_left = 3 * (sx - REACH)
        row = np.float32(0.0)
        for k in range(3 * PATCH):
            difference = first[left + k] - second[other_left + k]
            row += difference * difference
        cost += row
        if cost > limit:
            return cost
    return cost


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _weigh_guides(guides, source_guides, y, x, sy, sx):  # type: ignore[no-untyped-def]
    total = np.float32(0.0)
    for c in range(GUIDES):
        difference = guides[y, x, c] - source_guides[sy, sx, c]
        total += difference * difference
    return total


@njit(cache=True, nogil=True, fastmath=True)
def search_pass(  # type: ignore[no-untyped-def]
    target,  # (H + 4, (W + 4) * 3): the picture so far, padded by REACH
    guides,  # (H, W, GUIDES)
    trust,  # weight of the guides
    source,  # (h, w * 3)
    source_guides,  # (h, w, GUIDES)
    usage,  # (h, w): cost of a source pixel that is used too often
    field,  # (H, W, 2) int16: y, x in the source
    out,
    distance,
    radius,
    reluctance,  # 0-1: how much better a random find must be than what hangs together
    seed,
    start,
    stop,
):
    """One pass over rows start..stop: the neighbours' matches, then random ones within `radius` (0: none)."""
    height, width = field.shape[0], field.shape[1]
    low = REACH
    high_y = source_guides.shape[0] - 1 - REACH
    high_x = source_guides.shape[1] - 1 - REACH
    for y in range(start, stop):
        for x in range(width):
            best_y = np.int64(field[y, x, 0])
            best_x = np.int64(field[y, x, 1])
            start_cost = usage[best_y, best_x] + trust * _weigh_guides(guides, source_guides, y, x, best_y, best_x)
            best = _compare(target, source, y, x, best_y, best_x, np.float32(1e9), start_cost)
            for side in range(4):
                dy = distance if side == 0 else (-distance if side == 1 else 0)
                dx = distance if side == 2 else (-distance if side == 3 else 0)
                ny = y + dy
                nx = x + dx
                if ny < 0 or nx < 0 or ny >= height or nx >= width:
                    continue
                sy = min(max(np.int64(field[ny, nx, 0]) - dy, low), high_y)
                sx = min(max(np.int64(field[ny, nx, 1]) - dx, low), high_x)
                if sy == best_y and sx == best_x:
                    continue
                cost = usage[sy, sx] + trust * _weigh_guides(guides, source_guides, y, x, sy, sx)
                if cost < best:
                    cost = _compare(target, source, y, x, sy, sx, best, cost)
                    if cost < best:
                        best = cost
                        best_y = sy
                        best_x = sx
            state = _scramble(np.uint32(seed) ^ _scramble(np.uint32(y * width + x)))
            reach = radius
            while reach >= 1:
                state = _scramble(state + np.uint32(0x9E3779B9))
                span = np.uint32(2 * reach + 1)
                sy = best_y + np.int64((state & np.uint32(0xFFFF)) % span) - reach
                sx = best_x + np.int64((state >> np.uint32(16)) % span) - reach
                sy = min(max(sy, low), high_y)
                sx = min(max(sx, low), high_x)
                limit = best * (np.float32(1.0) - reluctance)
                cost = usage[sy, sx] + trust * _weigh_guides(guides, source_guides, y, x, sy, sx)
                if cost < limit:
                    cost = _compare(target, source, y, x, sy, sx, limit, cost)
                    if cost < limit:
                        best = cost
                        best_y = sy
                        best_x = sx
                reach //= 3
            out[y, x, 0] = best_y
            out[y, x, 1] = best_x


@njit(cache=True, nogil=True, fastmath=True)
def vote_pass(field, source, weights, out, start, stop):  # type: ignore[no-untyped-def]
    """Each pixel of `out` (H, W, 3) becomes the weighted mean of what the patches that cover it say."""
    height, width = field.shape[0], field.shape[1]
    last_y = source.shape[0] - 1
    last_x = source.shape[1] - 1
    for y in range(start, stop):
        for x in range(width):
            red = np.float32(0.0)
            green = np.float32(0.0)
            blue = np.float32(0.0)
            total = np.float32(0.0)
            for dy in range(-REACH, REACH + 1):
                ny = y + dy
                if ny < 0 or ny >= height:
                    continue
                for dx in range(-REACH, REACH + 1):
                    nx = x + dx
                    if nx < 0 or nx >= width:
                        continue
                    sy = min(max(np.int64(field[ny, nx, 0]) - dy, 0), last_y)
                    sx = min(max(np.int64(field[ny, nx, 1]) - dx, 0), last_x)
                    weight = weights[dy + REACH, dx + REACH]
                    red += weight * source[sy, sx, 0]
                    green += weight * source[sy, sx, 1]
                    blue += weight * source[sy, sx, 2]
                    total += weight
            out[y, x, 0] = red / total
            out[y, x, 1] = green / total
            out[y, x, 2] = blue / total
