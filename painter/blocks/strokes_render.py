"""Laying brush marks onto a picture.

Every pixel learns its place on the stroke (how far along, how far from the middle) from the nearest piece of it, and
takes paint from there; edges are measured in pixels and so stay smooth at any size. Bands of rows draw all strokes in
the same order, so the result does not depend on the number of threads.
"""

from __future__ import annotations

import numpy as np
from numba import njit

FAR = np.float32(1e12)


@njit(cache=True, nogil=True, fastmath=True)
def _project(points, count, reach, near, along, across, spans, first_row, last_row):  # type: ignore[no-untyped-def]
    """Write each pixel's place on one stroke, and each row's first and last column; gives the stroke's length."""
    width = near.shape[1]
    base = np.float32(0.0)
    for k in range(count - 1):
        ax = points[k, 0]
        ay = points[k, 1]
        tx = points[k + 1, 0] - ax
        ty = points[k + 1, 1] - ay
        length = max(np.sqrt(tx * tx + ty * ty), np.float32(1e-4))
        tx /= length
        ty /= length
        # both ends run on, so that the brush can end in bristles instead of a round cap
        low = -reach if k == 0 else np.float32(0.0)
        high = length + reach if k == count - 2 else length
        top = max(first_row, int(min(ay, points[k + 1, 1]) - reach))
        bottom = min(last_row, int(max(ay, points[k + 1, 1]) + reach) + 2)
        left = max(0, int(min(ax, points[k + 1, 0]) - reach))
        right = min(width, int(max(ax, points[k + 1, 0]) + reach) + 2)
        for row in range(top, bottom):
            py = np.float32(np.int32(row)) - ay
            begin = left
            end = right
            if abs(ty) > np.float32(0.05):
                middle = ax + py * tx / ty
                half = reach / abs(ty)
                begin = max(left, int(middle - half))
                end = min(right, int(middle + half) + 2)
            spans[row - first_row, 0] = min(spans[row - first_row, 0], begin)
            spans[row - first_row, 1] = max(spans[row - first_row, 1], end)
            for column in range(begin, end):
                px = np.float32(np.int32(column)) - ax
                t = px * tx + py * ty
                side = px * ty - py * tx
                over = t - min(max(t, low), high)
                distance = side * side + over * over
                if distance < near[row - first_row, column] and distance < reach * reach:
                    near[row - first_row, column] = distance
                    along[row - first_row, column] = base + t - over
                    across[row - first_row, column] = side
        base += length
    return base


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _feel(bristles, u, v):  # type: ignore[no-untyped-def]
    """Bilinear value 0-1 of one brush's texture (along, across); it repeats along, after a power of two."""
    rows, columns = bristles.shape
    u = min(max(u, np.float32(0.0)), np.float32(60000.0))
    v = min(max(v, np.float32(0.0)), np.float32(columns - 1.001))
    iu = int(u)
    iv = int(v)
    fu = u - np.float32(np.int32(iu))
    fv = v - np.float32(np.int32(iv))
    this = iu & (rows - 1)
    following = (iu + 1) & (rows - 1)
    near = bristles[this, iv] + fv * (bristles[this, iv + 1] - bristles[this, iv])
    far = bristles[following, iv] + fv * (bristles[following, iv + 1] - bristles[following, iv])
    return near + fu * (far - near)


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _limit(value):  # type: ignore[no-untyped-def]
    return min(max(value, np.float32(0.0)), np.float32(1.0))


@njit(cache=True, nogil=True, fastmath=True)
def draw_band(points, counts, radii, colours, accents, variants, brushes, traits, tooth, picture, relief, start, stop):  # type: ignore[no-untyped-def]
    """Draw strokes in their order onto the rows `start`..`stop` of picture (H, W, 3) and relief (H, W)."""
    opacity, softness, raggedness, dryness, grip, thickness, ridge = traits
    width = picture.shape[1]
    near = np.full((stop - start, width), FAR, dtype=np.float32)
    along = np.empty((stop - start, width), dtype=np.float32)
    across = np.empty((stop - start, width), dtype=np.float32)
    texels = np.float32(brushes.shape[2] - 1)
    spans = np.empty((stop - start, 2), dtype=np.int64)
    spans[:, 0] = width
    spans[:, 1] = 0
    half_texels = np.float32(0.5) * texels
    sharpness = np.float32(1.0) / softness
    for index in range(counts.shape[0]):
        count = counts[index]
        radius = radii[index]
        reach = radius * (np.float32(1.0) + raggedness) + np.float32(1.5)
        spine = points[index, :count]
        top = max(start, int(spine[:, 1].min() - reach))
        bottom = min(stop, int(spine[:, 1].max() + reach) + 2)
        if top >= bottom:
            continue
        length = _project(spine, count, reach, near, along, across, spans, start, stop)
        per_length = np.float32(1.0) / length
        bristles = brushes[variants[index] % brushes.shape[0]]
        shift = np.float32(variants[index] % 97) + texels
        per_radius = np.float32(1.0) / radius
        pitch = texels / (np.float32(2.0) * radius)
        for row in range(top, bottom):
            begin = spans[row - start, 0]
            end = spans[row - start, 1]
            spans[row - start, 0] = width
            spans[row - start, 1] = 0
            for column in range(begin, end):
                if near[row - start, column] == FAR:
                    continue
                near[row - start, column] = FAR
                u = along[row - start, column]
                v = across[row - start, column] * per_radius
                lane = (v + np.float32(1.0)) * half_texels
                paint = _feel(bristles, u * pitch + shift, lane)
                side = radius * (np.float32(1.0) + raggedness * (paint - np.float32(0.5)) - abs(v))
                cover = _limit(side * sharpness + np.float32(0.5))
                rest = min(u, length - u)
                if rest < reach:
                    hair = _feel(bristles, shift, lane) - np.float32(0.5)
                    round_end = np.float32(0.6) * np.sqrt(max(np.float32(0.0), np.float32(1.0) - v * v))
                    tip = radius * (round_end + np.float32(2.0) * raggedness * hair)
                    cover *= _limit((tip + rest) * sharpness + np.float32(0.5))
                if cover <= np.float32(0.0):
                    continue
                spent = dryness * _limit(u * per_length)
                cover *= opacity * _limit(np.float32(1.0) - (spent - paint) * np.float32(4.0))
                if grip > np.float32(0.0):
                    cover *= _limit((cover + np.float32(0.5) * paint - tooth[row, column]) * grip)
                streak = paint - np.float32(0.5)
                for c in range(3):
                    colour = colours[index, c] + accents[index, c] * streak
                    picture[row, column, c] += cover * (colour - picture[row, column, c])
                edge = v * v
                body = thickness * radius * (np.float32(0.25) + np.float32(0.6) * paint + ridge * edge * edge)
                relief[row, column] += cover * (body - relief[row, column])
