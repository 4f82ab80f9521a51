"""The live twin of pencil: outlines and three sheets of hatching on white paper."""

from __future__ import annotations

import numpy as np
from numba import njit

from painter.arrays import Photo, Plane
from painter.blocks.curves import blur, clamp, ramp
from painter.blocks.edges import measure_inset
from painter.blocks.flow import Flow
from painter.blocks.hatch import draw_strokes
from painter.blocks.paper import get_cold_pressed, light_surface, make_sheet
from painter.live.light import LIGHT, let_through
from painter.live.sampling import HALF, blend_channel, clip_place, step_softly, to_byte
from painter.live.sheet import Sheet
from painter.live.smoothing import melt
from painter.live.view import View
from painter.styles.pencil import HAND_DEG, PAPER_COLOUR

GRAPHITE_BY_CHANNEL = np.asarray((1.0, 0.985, 0.955), dtype=np.float32)
"""Absorption of graphite by channel: a trace of warmth."""
SHEETS = ((HAND_DEG, 0.10, 0.26), (HAND_DEG + 24.0, 0.36, 0.34), (HAND_DEG + 96.0, 0.56, 0.46))
"""Direction of a sheet of hatching in degrees, darkness at which it begins, density that it adds."""
STROKE_LENGTH = 17


class Twin:
    """Draws the views of one preview."""

    def __init__(self, sheet: Sheet) -> None:
        tooth = get_cold_pressed(sheet.textures, 0.45 * sheet.unit)
        self._unit = sheet.unit
        self._paper = make_sheet(sheet.shape, PAPER_COLOUR, light_surface(tooth, 0.02, sheet.unit))
        self._hatches = np.dstack([_hatch(sheet, angle, tooth) for angle, _, _ in SHEETS])
        inset = measure_inset(sheet.shape) / np.float32(95.0 * sheet.unit)
        ragged = 0.28 * sheet.make_noise("margin", cell=110, gain=0.45)
        self._margin = ramp(inset + ragged + 0.22 * (self._hatches[..., 0] - 0.5), 0.30, 1.0)
        self._begins = np.asarray([begin for _, begin, _ in SHEETS], dtype=np.float32)
        self._densities = np.asarray([density for _, _, density in SHEETS], dtype=np.float32)

    def paint(self, view: View) -> Photo:
        """The view in graphite."""
        shapes = melt(view.half, contrast=22.0, passes=1, face=view.face, care=0.8).astype(np.float32)
        light = shapes @ np.asarray((0.299, 0.587, 0.114), dtype=np.float32) * np.float32(1 / 255)
        local = clamp(light + 0.35 * (light - blur(light, 14.0 * self._unit)), 0.0, 1.0)
        dark = clamp(0.96 - local, 0.0, 1.0) * (0.18 + 0.82 * ramp(view.subject, 0.1, 0.8))
        broad = ramp(0.99 * blur(light, 1.5 * self._unit) - blur(light, 0.9 * self._unit), 0.012, 0.06)
        out = np.empty_like(view.full)
        _draw(
            view.full,
            np.dstack((dark, broad * (1.0 - 0.7 * view.face), light)),
            np.dstack((view.face, np.maximum(view.head, view.face))),
            self._paper,
            self._hatches,
            self._margin,
            self._begins,
            self._densities,
            GRAPHITE_BY_CHANNEL,
            LIGHT,
            out,
        )
        return out


def _hatch(sheet: Sheet, angle_deg: float, tooth: Plane) -> Plane:
    """0-1: how much graphite parallel strokes leave where; 1 in the middle of a stroke."""
    ones = np.ones(sheet.shape, dtype=np.float32)
    angle = np.deg2rad(angle_deg)
    flow = Flow(np.float32(np.cos(angle)) * ones, np.float32(np.sin(angle)) * ones, ones)
    grain = sheet.make_noise(f"hatch {angle_deg}", cell=1.1, gain=0.8)
    strokes = draw_strokes(grain, flow, STROKE_LENGTH * sheet.unit)
    return clamp(0.52 + 0.30 * strokes + 0.35 * (tooth - 0.5), 0.0, 1.0)


@njit(cache=True, nogil=True, fastmath=True)
def _draw(frame, tones, masks, paper, hatches, margin, begins, densities, graphite, light, out):  # type: ignore[no-untyped-def]
    """Tones (half size): darkness, broad lines, lightness 0-1; masks: faces, heads."""
    one = np.float32(1.0)
    for row in range(out.shape[0]):
        y = clip_place(np.float32(row) * np.float32(0.5) - HALF, tones.shape[0])
        iy = np.int32(y)
        fy = y - np.float32(iy)
        for column in range(out.shape[1]):
            x = clip_place(np.float32(column) * np.float32(0.5) - HALF, tones.shape[1])
            ix = np.int32(x)
            fx = x - np.float32(ix)
            face = masks[row >> 1, column >> 1, 0]
            dark = blend_channel(tones, iy, ix, fy, fx, 0)
            shine = np.float32(0.299 / 255) * frame[row, column, 0] + np.float32(0.587 / 255) * frame[row, column, 1]
            shine += np.float32(0.114 / 255) * frame[row, column, 2]
            detail = blend_channel(tones, iy, ix, fy, fx, 2) - shine
            shade = min(max(dark + detail * (np.float32(0.35) + np.float32(0.45) * face), np.float32(0.0)), one)
            density = np.float32(0.0)
            for sheet in range(3):
                covered = step_softly(shade, begins[sheet] - np.float32(0.10), begins[sheet] + np.float32(0.42))
                stroke = hatches[row, column, sheet]
                # a face keeps more of its own tone: the strokes there are rubbed
                stroke += (np.float32(0.55) - stroke) * np.float32(0.62) * face
                density += densities[sheet] * covered * (np.float32(0.55) + np.float32(0.95) * stroke)
            line = step_softly(detail, np.float32(0.012), np.float32(0.11))
            line = max(line * (one - np.float32(0.25) * face), blend_channel(tones, iy, ix, fy, fx, 1))
            density += np.float32(0.85) * line * (np.float32(0.35) + np.float32(1.1) * hatches[row, column, 0])
            reach = margin[row, column]
            density *= reach + (one - reach) * masks[row >> 1, column >> 1, 1]
            for channel in range(3):
                absorbed = density * graphite[channel]
                out[row, column, channel] = to_byte(paper[row, column, channel] * let_through(light, absorbed))
