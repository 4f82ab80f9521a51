"""Laying brush marks onto a picture.

Every pixel learns its place on the stroke (how far along, how far from the middle) from the nearest piece of it, and
takes paint from there; edges are measured in pixels and so stay smooth at any size. Bands of rows draw all strokes in
the same order, so the result does not depend on the number of threads.
"""

from __future__ import annotations

import numpy as np
from numba import njit

FAR = np.float32(1e12)
SLACK_PX = np.float32(0.01)
"""Overlap of the pieces of a stroke, so that no pixel falls between two of them."""


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _head(points, k):  # type: ignore[no-untyped-def]
    """Unit direction (x, y) and length of the piece of a stroke between the points k and k + 1."""
    dx = points[k + 1, 0] - points[k, 0]
    dy = points[k + 1, 1] - points[k, 1]
    length = max(np.sqrt(dx * dx + dy * dy), np.float32(1e-4))
    return dx / length, dy / length, length


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _measure_bend(points, k, tx, ty, reach):  # type: ignore[no-untyped-def]
    """How far past the point k + 1 the piece before it is still the nearest: on the outside of the bend only."""
    following_x, following_y, _ = _head(points, k + 1)
    if tx * following_x + ty * following_y < np.float32(0.0):
        return reach
    return reach * abs(tx * following_y - ty * following_x)


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _cut(begin, end, middle, slope, low, high):  # type: ignore[no-untyped-def]
    """The part of begin..end where `low` <= middle + x * slope <= `high`."""
    if abs(slope) < np.float32(1e-4):
        inside = low <= middle <= high
        return (begin, end) if inside else (end, begin)
    first = (low - middle) / slope
    last = (high - middle) / slope
    return max(begin, min(first, last)), min(end, max(first, last))


@njit(cache=True, nogil=True, fastmath=True)
def _project(points, count, reach, places, spans, first_column, first_row):  # type: ignore[no-untyped-def]
    """Write the places on one stroke of the pixels in a window; gives the stroke's length.

    `places` (H, W, 3) holds squared distance, way along, way across; `spans` (H, 2) the columns touched, counted in the
    picture. A piece is laid out over the pixels beside it only: what lies before it belongs to the piece before.
    """
    last_row = first_row + places.shape[0]
    last_column = first_column + places.shape[1]
    base = np.float32(0.0)
    for k in range(count - 1):
        # measured from the picture's corner, not the window's: rounding must not depend on the bands
        ax = points[k, 0]
        ay = points[k, 1]
        tx, ty, length = _head(points, k)
        # both ends run on, so that the brush can end in bristles instead of a round cap
        low = -reach if k == 0 else np.float32(0.0)
        high = length + reach if k == count - 2 else length
        begin_t = low - SLACK_PX
        end_t = high + SLACK_PX
        if k < count - 2:
            end_t += _measure_bend(points, k, tx, ty, reach)
        rise = reach * abs(tx) + SLACK_PX
        top = max(first_row, int(np.ceil(ay + min(begin_t * ty, end_t * ty) - rise)))
        bottom = min(last_row, int(np.floor(ay + max(begin_t * ty, end_t * ty) + rise)) + 1)
        for row in range(top, bottom):
            py = np.float32(np.int32(row)) - ay
            begin, end = _cut(-FAR, FAR, py * ty, tx, begin_t, end_t)
            begin, end = _cut(begin, end, -py * tx, ty, -reach, reach)
            if begin > end:
                continue
            left = max(first_column, int(np.ceil(ax + begin)))
            right = min(last_column, int(np.floor(ax + end)) + 1)
            if left >= right:
                continue
            spans[row - first_row, 0] = min(spans[row - first_row, 0], left)
            spans[row - first_row, 1] = max(spans[row - first_row, 1], right)
            line = places[row - first_row]
            for column in range(left, right):
                px = np.float32(np.int32(column)) - ax
                t = px * tx + py * ty
                side = px * ty - py * tx
                over = t - min(max(t, low), high)
                distance = side * side + over * over
                if distance < line[column - first_column, 0] and distance < reach * reach:
                    line[column - first_column, 0] = distance
                    line[column - first_column, 1] = base + t - over
                    line[column - first_column, 2] = side
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
    scratch = np.full((stop - start) * width * 3, FAR, dtype=np.float32)
    texels = np.float32(brushes.shape[2] - 1)
    spans = np.empty((stop - start, 2), dtype=np.int64)
    spans[:, 0] = width
    spans[:, 1] = 0
    half_texels = np.float32(0.5) * texels
    sharpness = np.float32(1.0) / softness
    for index in range(counts.shape[0]):
        count = counts[index]
        radius = radii[index]
        # past this no bristle leaves paint
        reach = radius * (np.float32(1.0) + np.float32(0.5) * raggedness) + np.float32(0.5) * softness
        spine = points[index, :count]
        top = max(start, int(spine[:, 1].min() - reach))
        bottom = min(stop, int(spine[:, 1].max() + reach) + 2)
        left = max(0, int(spine[:, 0].min() - reach))
        right = min(width, int(spine[:, 0].max() + reach) + 2)
        if top >= bottom or left >= right:
            continue
        places = scratch[: (bottom - top) * (right - left) * 3].reshape((bottom - top, right - left, 3))
        length = _project(spine, count, reach, places, spans, left, top)
        per_length = np.float32(1.0) / length
        red, green, blue = colours[index]
        red_accent, green_accent, blue_accent = accents[index]
        bristles = brushes[variants[index] % brushes.shape[0]]
        shift = np.float32(variants[index] % 97) + texels
        per_radius = np.float32(1.0) / radius
        pitch = texels / (np.float32(2.0) * radius)
        for row in range(top, bottom):
            begin = spans[row - top, 0]
            end = spans[row - top, 1]
            spans[row - top, 0] = width
            spans[row - top, 1] = 0
            line = places[row - top]
            for column in range(begin, end):
                if line[column - left, 0] == FAR:
                    continue
                line[column - left, 0] = FAR
                u = line[column - left, 1]
                v = line[column - left, 2] * per_radius
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
                # one by one: in a loop the colours would be read anew for every pixel
                picture[row, column, 0] += cover * (red + red_accent * streak - picture[row, column, 0])
                picture[row, column, 1] += cover * (green + green_accent * streak - picture[row, column, 1])
                picture[row, column, 2] += cover * (blue + blue_accent * streak - picture[row, column, 2])
                edge = v * v
                body = thickness * radius * (np.float32(0.25) + np.float32(0.6) * paint + ridge * edge * edge)
                relief[row, column] += cover * (body - relief[row, column])
