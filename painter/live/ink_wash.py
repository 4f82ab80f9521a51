"""The live twin of ink wash: the same tones, lines, hanji and seal."""

from __future__ import annotations

import numpy as np
from numba import njit

from painter.arrays import Photo, Picture, Plane
from painter.blocks.curves import blur, clamp, mix, ramp
from painter.blocks.edges import measure_inset
from painter.blocks.flow import Flow
from painter.blocks.hanji import get_hanji
from painter.blocks.hatch import draw_strokes
from painter.blocks.paper import make_sheet
from painter.blocks.seal import carve_seal
from painter.blocks.tone import to_lab, to_rgb
from painter.live.light import LIGHT, let_through
from painter.live.sampling import HALF, blend_channel, clip_place, halve_plane, step_softly, to_byte
from painter.live.sheet import Sheet
from painter.live.smoothing import melt
from painter.live.view import View
from painter.styles.ink_wash import INK, PAPER_COLOUR, SEAL_COLOUR, SEAL_MARGIN, SEAL_SIDE, TINT_LIGHTNESS, TONES

TONE_STEPS = 512
SWEEP_DEG = 75.0
INK_BY_CHANNEL = np.asarray(INK, dtype=np.float32)


class Twin:
    """Paints the views of one preview."""

    def __init__(self, sheet: Sheet) -> None:
        self._unit = sheet.unit
        self._sheet = _press_seal(sheet, make_sheet(sheet.shape, PAPER_COLOUR, get_hanji(sheet.textures, sheet.unit)))
        bristles = _draw_bristles(sheet)
        wet = ramp(sheet.make_noise("wet", cell=110), -0.5, 1.0)
        pressure = sheet.make_noise("pressure", cell=70)
        dry = ramp(bristles + 0.6 * pressure, -1.0, 0.5)
        feather = 0.018 * sheet.make_noise("feather", cell=22, gain=0.62)
        self._brush = np.dstack((0.06 * bristles * (1.0 - wet), feather, wet, dry)).astype(np.float32)
        wobble = np.dstack((sheet.make_noise("wobble y", cell=40), sheet.make_noise("wobble x", cell=40)))
        self._wobble = np.asarray(1.25 * sheet.unit * wobble, dtype=np.float32)
        self._pool = halve_plane(1.0 + 0.18 * sheet.make_noise("colour pool", cell=120))
        self._clouds = halve_plane(sheet.make_noise("mist", cell=200, gain=0.55))
        inset = measure_inset(sheet.shape) / np.float32(110.0 * sheet.unit)
        self._inset = halve_plane(inset) + 0.42 * self._clouds + 0.16 * halve_plane(bristles)
        self._tones = np.stack((draw_tones(0.045), draw_tones(0.14)))

    def paint(self, view: View) -> Photo:
        """The view in ink."""
        shapes = melt(view.half, contrast=34.0, passes=2, face=view.face, care=0.8)
        levels = shapes.astype(np.float32)
        lab = to_lab(levels * np.float32(1 / 255))
        darkness = clamp(1.0 - lab[..., 0] * np.float32(0.0103), 0.0, 1.0)
        darkness *= 1.0 - 0.40 * ramp(np.hypot(lab[..., 1], lab[..., 2]), 20.0, 80.0)
        washes = np.dstack((darkness, blur(darkness, 4.0 * self._unit), self._find_broad_lines(lab, view.face)))
        presence = self._leave_paper(view)
        colour = self._breathe_colour(lab, view.face) * presence[..., None]
        out = np.empty_like(view.full)
        _lay_ink(
            view.full,
            levels,
            np.dstack((washes, presence, np.sqrt(presence), colour)),
            view.face,
            self._sheet,
            self._brush,
            self._wobble,
            self._tones,
            INK_BY_CHANNEL,
            LIGHT,
            out,
        )
        return out

    def _find_broad_lines(self, lab: Picture, face: Plane) -> Plane:
        """0-1 where the contrast is strong, at half size."""
        lightness = lab[..., 0] * np.float32(0.01)
        response = 0.99 * blur(lightness, 2.6 * self._unit) - blur(lightness, 1.6 * self._unit)
        return ramp(response, 0.018, 0.06) * (1.0 - 0.8 * face)

    def _leave_paper(self, view: View) -> Plane:
        """0-1: how much of the paint is there; background and outskirts dissolve. As in the full style."""
        keep = clamp(0.16 + 0.10 * self._clouds, 0.02, 1.0)
        presence = keep + (1.0 - keep) * ramp(view.subject + 0.12 * self._clouds, 0.15, 0.75)
        outskirts = ramp(self._inset + 1.2 * view.head, 0.25, 1.05)
        return np.asarray(presence * (0.08 + 0.92 * outskirts), dtype=np.float32)

    def _breathe_colour(self, lab: Picture, face: Plane) -> Picture:
        """Absorption of thin colour (H, W, 3), run into the damp paper."""
        chroma = blur(np.ascontiguousarray(lab[..., 1:]), 1.5 * self._unit)
        chroma *= (0.36 * self._pool * (1.0 + 0.5 * face))[..., None]
        tint = to_rgb(np.dstack((np.full(face.shape, TINT_LIGHTNESS, dtype=np.float32), chroma)))
        neutral = to_rgb(np.array([[[TINT_LIGHTNESS, 0.0, 0.0]]], dtype=np.float32))
        return np.asarray(np.log(neutral) - np.log(np.maximum(tint, 0.02)), dtype=np.float32)


def draw_tones(softness: float) -> Plane:
    """Density of the ink over a darkness of 0-1 (TONE_STEPS values)."""
    darkness = np.linspace(0.0, 1.0, TONE_STEPS, dtype=np.float32)
    tones = np.zeros_like(darkness)
    for threshold, step in TONES:
        tones += np.float32(step) * ramp((darkness - threshold) / softness, -1.0, 1.0)
    return tones


def _draw_bristles(sheet: Sheet) -> Plane:
    """Unit-variance streaks of a brush that falls downwards."""
    ones = np.ones(sheet.shape, dtype=np.float32)
    angle = np.deg2rad(SWEEP_DEG)
    flow = Flow(np.float32(np.cos(angle)) * ones, np.float32(np.sin(angle)) * ones, ones)
    return draw_strokes(sheet.make_noise("bristles", cell=1.5, gain=0.7), flow, 18 * sheet.unit)


def _press_seal(sheet: Sheet, paper: Picture) -> Picture:
    """The paper with the red seal in its lower right corner; small pictures carry none."""
    side, margin = round(SEAL_SIDE * sheet.unit), round(SEAL_MARGIN * sheet.unit)
    if side < 12 or min(sheet.shape) < side + 2 * margin:
        return paper
    area = (
        slice(sheet.shape[0] - margin - side, sheet.shape[0] - margin),
        slice(sheet.shape[1] - margin - side, sheet.shape[1] - margin),
    )
    stamp = carve_seal(side, sheet.make_noise("seal", cell=5, gain=0.6)[area])
    paper[area] = mix(paper[area], paper[area] * np.asarray(SEAL_COLOUR, dtype=np.float32), stamp)
    return paper


@njit(cache=True, nogil=True, fastmath=True)
def _lay_ink(frame, shapes, washes, faces, sheet, brush, wobble, tones, ink_by_channel, light, out):  # type: ignore[no-untyped-def]
    """Washes (half size): darkness, the same blurred, broad lines, presence of washes and of lines, colour;
    brush: ragged, feather, wet, dry."""
    one, top = np.float32(1.0), np.float32(tones.shape[1] - 1.001)
    for row in range(out.shape[0]):
        half_y = clip_place(np.float32(row) * np.float32(0.5) - HALF, washes.shape[0])
        hy = np.int32(half_y)
        ry = half_y - np.float32(hy)
        for column in range(out.shape[1]):
            half_x = clip_place(np.float32(column) * np.float32(0.5) - HALF, washes.shape[1])
            hx = np.int32(half_x)
            rx = half_x - np.float32(hx)
            face = faces[row >> 1, column >> 1]
            firmness = one - np.float32(0.85) * face
            y = clip_place(half_y + firmness * wobble[row, column, 0], washes.shape[0])
            x = clip_place(half_x + firmness * wobble[row, column, 1], washes.shape[1])
            iy, ix = np.int32(y), np.int32(x)
            fy, fx = y - np.float32(iy), x - np.float32(ix)
            detail = np.float32(0.0)
            for channel in range(3):
                detail += blend_channel(shapes, hy, hx, ry, rx, channel) - np.float32(frame[row, column, channel])
            detail *= np.float32(1 / 765)
            wet = brush[row, column, 2] * (one - face)
            sharp, run = blend_channel(washes, iy, ix, fy, fx, 0), blend_channel(washes, iy, ix, fy, fx, 1)
            sharp *= one + brush[row, column, 0] * (one - face)
            sharp += brush[row, column, 1] * (one - np.float32(0.8) * face) + np.float32(0.5) * face * detail
            read = sharp + (run + np.float32(2.0) * brush[row, column, 1] - sharp) * np.float32(0.85) * wet
            place = min(max(read, np.float32(0.0)), one) * top
            index = np.int32(place)
            part = place - np.float32(index)
            dry_tone = tones[0, index] + part * (tones[0, index + 1] - tones[0, index])
            wet_tone = tones[1, index] + part * (tones[1, index + 1] - tones[1, index])
            tone = dry_tone + (wet_tone - dry_tone) * max(wet, np.float32(0.5) * face)
            rim = min(max(sharp - run, np.float32(0.0)), np.float32(0.25)) * (one - wet)
            tone += np.float32(0.7) * rim * (one - np.float32(0.5) * face)
            tone += (sharp * np.float32(1.0) - tone) * (np.float32(0.18) + np.float32(0.24) * face)
            line = np.float32(0.85) * step_softly(detail, np.float32(0.015), np.float32(0.13))
            line += np.float32(1.1) * brush[row, column, 3] * blend_channel(washes, hy, hx, ry, rx, 2)
            ink = tone * blend_channel(washes, hy, hx, ry, rx, 3) + line * blend_channel(washes, hy, hx, ry, rx, 4)
            for channel in range(3):
                absorbed = ink * ink_by_channel[channel] + blend_channel(washes, iy, ix, fy, fx, 5 + channel)
                out[row, column, channel] = to_byte(sheet[row, column, channel] * let_through(light, absorbed))
