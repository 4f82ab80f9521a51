"""The live twin of oil: dabs of even colour, bristles along the shapes, the same canvas and light."""

from __future__ import annotations

import cv2
import numpy as np
from numba import njit

from painter.arrays import Photo, Picture, Plane
from painter.blocks.curves import blur, clamp, mix, ramp
from painter.blocks.flow import find_flow
from painter.blocks.tone import to_lab, to_rgb
from painter.live.sampling import HALF, blend_channel, clip_place, halve_plane, to_byte
from painter.live.sheet import Sheet
from painter.live.strokes import draw_live_strokes
from painter.live.view import View
from painter.styles.oil import SLANT_DEG, THREAD_PX

DAB_PX = 4.5
"""Side of a dab in reference pixels; a quarter of the window that is looked at."""
BRISTLE_REACH_PX = 9
CALM = 2.5e-5
"""Where there is less shape than this, the brush falls into its slant."""


class Twin:
    """Paints the views of one preview."""

    def __init__(self, sheet: Sheet) -> None:
        self._unit = sheet.unit
        self._grain = halve_plane(sheet.make_noise("bristles", cell=1.6, gain=0.7))
        self._broken = halve_plane(sheet.make_noise("broken colour", cell=26, gain=0.6))
        self._weave = _weave_canvas(sheet)

    def paint(self, view: View) -> Photo:
        """The view in paint."""
        lab = self._choose_colours(view)
        dabs = find_dabs(lab, max(1, round(0.5 * DAB_PX * self._unit)))
        lightness = blur(lab[..., 0] * np.float32(0.01), 1.0 * self._unit)
        flow = find_flow(lightness, unit=self._unit, leaning_deg=SLANT_DEG, leaning=CALM)
        height = draw_live_strokes(self._grain, flow, BRISTLE_REACH_PX)
        height *= 1.0 - 0.62 * view.face
        dabs[..., 0] += (0.9 * height + 0.9 * self._broken) * (1.0 - 0.6 * view.face)
        paint = to_rgb(dabs)
        out = np.empty_like(view.full)
        _lay_paint(
            view.full,
            np.dstack((paint, height, _light(height))),
            view.half.astype(np.float32),
            view.face,
            self._weave,
            out,
        )
        return out

    def _choose_colours(self, view: View) -> Picture:
        """Full, slightly warm colours; light warm, shadow cool; Lab at half size. As in the full style."""
        lab = to_lab(view.half.astype(np.float32) * np.float32(1 / 255))
        light = ramp(lab[..., 0], 30.0, 85.0) - 0.5
        lab[..., 1:] *= (1.22 - 0.10 * view.face)[..., None]
        lab[..., 2] += 4.0 * light
        lab[..., 1] += light + (0.10 + 0.16 * view.head) * np.maximum(lab[..., 2], 0.0)
        lab[..., 0] = 5.0 + 0.93 * lab[..., 0]
        away = 0.34 * (1.0 - view.subject)
        return mix(lab, mix(lab, blur(lab, 6.0 * self._unit), 0.6), away)


def find_dabs(lab: Picture, radius_px: int) -> Picture:
    """A Lab picture whose every place takes the colour of the calmest of the four windows at its corners, softly.

    Sources: Kuwahara, Hachimura, Eiho and Kinoshita 1976; Papari, Petkov and Campisi 2007 (soft choice).
    """
    window = (2 * radius_px + 1, 2 * radius_px + 1)
    mean = np.asarray(cv2.boxFilter(lab, cv2.CV_32F, window), dtype=np.float32)
    spread = cv2.boxFilter(lab * lab, cv2.CV_32F, window) - mean * mean
    out = np.empty_like(lab)
    _choose_windows(mean, np.asarray(spread.sum(axis=2), dtype=np.float32), radius_px, out)
    return out


@njit(cache=True, nogil=True, fastmath=True)
def _choose_windows(mean, spread, radius, out):  # type: ignore[no-untyped-def]
    height, width = spread.shape
    for row in range(height):
        top, bottom = max(row - radius, 0), min(row + radius, height - 1)
        for column in range(width):
            left, right = max(column - radius, 0), min(column + radius, width - 1)
            weights = np.float32(0.0)
            first = second = third = np.float32(0.0)
            for y in (top, bottom):
                for x in (left, right):
                    calm = np.float32(1.0) / (np.float32(2.0) + max(spread[y, x], np.float32(0.0)))
                    weight = calm * calm * calm
                    weights += weight
                    first += weight * mean[y, x, 0]
                    second += weight * mean[y, x, 1]
                    third += weight * mean[y, x, 2]
            out[row, column, 0] = first / weights
            out[row, column, 1] = second / weights
            out[row, column, 2] = third / weights


def _light(height: Plane) -> Plane:
    """Brightness factor around 1 of the relief, lit from the top left."""
    slope_x = cv2.Scharr(height, cv2.CV_32F, 1, 0, scale=1 / 32)
    slope_y = cv2.Scharr(height, cv2.CV_32F, 0, 1, scale=1 / 32)
    return clamp(1.0 + 0.075 * (slope_x + slope_y), 0.75, 1.3)


def _weave_canvas(sheet: Sheet) -> Plane:
    """Brightness factor around 1 of the threads of the canvas."""
    turns = np.float32(2.0 * np.pi / max(2.5, THREAD_PX * sheet.unit))
    y = np.arange(sheet.shape[0], dtype=np.float32)[:, None] * turns
    x = np.arange(sheet.shape[1], dtype=np.float32)[None, :] * turns
    sway = 0.5 * sheet.make_noise("thread", cell=30)
    threads = np.sin(x + sway) * np.cos(0.5 * y) + np.sin(y + sway) * np.cos(0.5 * x)
    return np.asarray(1.0 + 0.012 * clamp(threads, -1.0, 1.0), dtype=np.float32)


@njit(cache=True, nogil=True, fastmath=True)
def _lay_paint(frame, paint, half, faces, weave, out):  # type: ignore[no-untyped-def]
    """Paint (half size): RGB, bristle height, light."""
    one = np.float32(1.0)
    for row in range(out.shape[0]):
        half_y = clip_place(np.float32(row) * np.float32(0.5) - HALF, paint.shape[0])
        hy = np.int32(half_y)
        for column in range(out.shape[1]):
            half_x = clip_place(np.float32(column) * np.float32(0.5) - HALF, paint.shape[1])
            hx = np.int32(half_x)
            ry, rx = half_y - np.float32(hy), half_x - np.float32(hx)
            face = faces[row >> 1, column >> 1]
            # single hairs reach over the edge of a dab
            reach = np.float32(0.55) * paint[row >> 1, column >> 1, 3] * (one - face)
            y, x = clip_place(half_y + reach, paint.shape[0]), clip_place(half_x - reach, paint.shape[1])
            iy, ix = np.int32(y), np.int32(x)
            fy, fx = y - np.float32(iy), x - np.float32(ix)
            light = blend_channel(paint, hy, hx, ry, rx, 4) * weave[row, column]
            for channel in range(3):
                detail = np.float32(frame[row, column, channel]) - blend_channel(half, hy, hx, ry, rx, channel)
                even = np.float32(frame[row, column, channel]) * np.float32(1 / 255)
                colour = blend_channel(paint, iy, ix, fy, fx, channel)
                colour += (even - colour) * np.float32(0.35) * face
                colour += detail * np.float32(1 / 255) * (np.float32(0.25) + np.float32(0.35) * face)
                out[row, column, channel] = to_byte(colour * light)
