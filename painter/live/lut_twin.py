"""The live twin of every style without one of its own: its colours from a table, on melted shapes."""

from __future__ import annotations

import numpy as np
from numba import njit

from painter.arrays import Photo, Picture
from painter.live.lut import Lut
from painter.live.sampling import HALF, blend_channel, clip_place, step_softly, to_byte
from painter.live.smoothing import melt
from painter.live.view import View


class LutTwin:
    """Paints the views of one preview. It wants plain views: a table holds its style's own tone."""

    def __init__(self, lut: Lut) -> None:
        self._table = lut.table

    def paint(self, view: View) -> Photo:
        """The view in the table's colours."""
        shapes = melt(view.half, contrast=30.0, passes=2, face=view.face, care=0.8).astype(np.float32)
        out = np.empty_like(view.full)
        _lay_colours(view.full, np.dstack((look_up(self._table, shapes), shapes)), view.face, out)
        return out


def look_up(table: Picture, levels: Picture) -> Picture:
    """RGB 0-1 of a picture (levels 0-255) through a table (N, N, N, 3)."""
    out = np.empty_like(levels)
    _look_up(table, levels, out)
    return out


@njit(cache=True, nogil=True, fastmath=True)
def _look_up(table, levels, out):  # type: ignore[no-untyped-def]
    last = table.shape[0] - 1
    scale = np.float32(last / 255.0)
    for row in range(levels.shape[0]):
        for column in range(levels.shape[1]):
            red, green, blue = (
                levels[row, column, 0] * scale,
                levels[row, column, 1] * scale,
                levels[row, column, 2] * scale,
            )
            r, g, b = min(np.int32(red), last - 1), min(np.int32(green), last - 1), min(np.int32(blue), last - 1)
            red, green, blue = red - np.float32(r), green - np.float32(g), blue - np.float32(b)
            for channel in range(3):
                low = table[r, g, b, channel] + blue * (table[r, g, b + 1, channel] - table[r, g, b, channel])
                high = table[r, g + 1, b, channel]
                high += blue * (table[r, g + 1, b + 1, channel] - high)
                first = low + green * (high - low)
                low = table[r + 1, g, b, channel]
                low += blue * (table[r + 1, g, b + 1, channel] - low)
                high = table[r + 1, g + 1, b, channel]
                high += blue * (table[r + 1, g + 1, b + 1, channel] - high)
                second = low + green * (high - low)
                out[row, column, channel] = first + red * (second - first)


@njit(cache=True, nogil=True, fastmath=True)
def _lay_colours(frame, layers, faces, out):  # type: ignore[no-untyped-def]
    """Layers (half size): painted RGB 0-1, melted levels 0-255. Edges come back from the frame, texture does not."""
    for row in range(out.shape[0]):
        y = clip_place(np.float32(row) * np.float32(0.5) - HALF, layers.shape[0])
        iy = np.int32(y)
        fy = y - np.float32(iy)
        for column in range(out.shape[1]):
            x = clip_place(np.float32(column) * np.float32(0.5) - HALF, layers.shape[1])
            ix = np.int32(x)
            fx = x - np.float32(ix)
            face = faces[row >> 1, column >> 1]
            for channel in range(3):
                detail = np.float32(frame[row, column, channel]) - blend_channel(layers, iy, ix, fy, fx, 3 + channel)
                edge = step_softly(abs(detail), np.float32(4.0), np.float32(26.0))
                edge += (np.float32(0.85) - edge) * np.float32(0.8) * face
                painted = blend_channel(layers, iy, ix, fy, fx, channel)
                out[row, column, channel] = to_byte(painted + detail * edge * np.float32(0.9 / 255))
