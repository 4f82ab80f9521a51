"""The live twin of sepia: the same plate, lens, tones and card."""

from __future__ import annotations

import cv2
import numpy as np
from numba import njit

from painter.arrays import Photo, Picture, Plane
from painter.blocks.curves import blur, clamp, ramp
from painter.blocks.edges import measure_inset
from painter.blocks.paper import make_sheet
from painter.live.sampling import HALF, blend_channel, clip_place, to_byte
from painter.live.sheet import Sheet
from painter.live.view import View
from painter.styles.sepia import DUST, PAPER_COLOUR, PLATE_SENSITIVITY, TONES

TONE_STEPS = 512
SENSITIVITY = np.asarray(PLATE_SENSITIVITY, dtype=np.float32) * np.float32(1 / 255)


class Twin:
    """Paints the views of one preview."""

    def __init__(self, sheet: Sheet) -> None:
        self._unit = sheet.unit
        parts = (_see_off_axis, _darken_corners, _fade, _grow_grain, _drop_dust)
        self._print = np.dstack([make_part(sheet) for make_part in parts]).astype(np.float32)
        card, deckle = _cut_card(sheet)
        self._card = np.dstack((card, deckle))
        self._tones = draw_tones()

    def paint(self, view: View) -> Photo:
        """The view as a toned print."""
        silver = view.half.astype(np.float32) @ SENSITIVITY
        soft = blur(silver, 1.3 * self._unit)
        glow = 0.32 * blur(np.maximum(soft - 0.55, 0.0), 7.0 * self._unit)
        veil = blur(soft, 2.2 * self._unit)
        pale = np.float32(0.16) * (1.0 - view.subject)
        lens = np.dstack((soft, veil, glow, np.maximum(view.face, view.head), pale)).astype(np.float32)
        out = np.empty_like(view.full)
        _print_silver(view.full, lens, self._print, self._card, self._tones, SENSITIVITY, out)
        return out


def draw_tones() -> Picture:
    """RGB 0-1 (TONE_STEPS, 3) of the print over the silver 0-1."""
    levels, steps = np.linspace(0.0, 1.0, len(TONES)), np.linspace(0.0, 1.0, TONE_STEPS)
    curves = [np.interp(steps, levels, [tone[channel] for tone in TONES]) for channel in range(3)]
    return np.column_stack(curves).astype(np.float32)


def _measure_radius(shape: tuple[int, int], flattening: float) -> Plane:
    """0 in the middle, 1 at the nearer and about 1.4 in the corners."""
    y, x = np.ogrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    return np.sqrt(x * x + flattening * y * y).astype(np.float32)


def _see_off_axis(sheet: Sheet) -> Plane:
    """0 where the lens is sharp, 1 where it is soft."""
    return ramp(_measure_radius(sheet.shape, 1.0), 0.45, 1.3)


def _darken_corners(sheet: Sheet) -> Plane:
    """0-0.4."""
    return np.float32(0.40) * ramp(_measure_radius(sheet.shape, 0.8), 0.55, 1.45)


def _fade(sheet: Sheet) -> Plane:
    """0-0.4: silver that went in clouds and from the sides."""
    inset = measure_inset(sheet.shape) / np.float32(110.0 * sheet.unit)
    return clamp(0.035 * (1.0 + sheet.make_noise("fading", cell=260)) + 0.10 * ramp(inset, 1.0, 0.1), 0.0, 0.4)


def _grow_grain(sheet: Sheet) -> Plane:
    """About -0.05..0.05."""
    return np.float32(0.018) * sheet.make_noise("grain", cell=1.7, gain=0.72)


def _drop_dust(sheet: Sheet) -> Plane:
    """0-0.16: bright specks and short hairs."""
    generator, unit = sheet.create_generator("dust"), sheet.unit
    dust = np.zeros(sheet.shape, dtype=np.float32)
    for index in range(DUST):
        x, y = generator.uniform((0, 0), (sheet.shape[1], sheet.shape[0]))
        length = unit * (generator.uniform(14, 40) if index % 5 == 0 else generator.uniform(0.3, 1.6))
        heading = generator.uniform(0.0, 2.0 * np.pi) + generator.uniform(-1.6, 1.6) * np.linspace(0.0, 1.0, 8)
        path = np.column_stack((np.cos(heading), np.sin(heading))) * np.linspace(0.0, length, 8)[:, None] + (x, y)
        # cv2 takes fixed-point coordinates: 4 fractional bits
        points = [np.round(path * 16).astype(np.int32)]
        cv2.polylines(dust, points, False, (float(generator.uniform(0.4, 1.0)),), 1, cv2.LINE_AA, 4)
    return np.float32(0.16) * blur(dust, 0.5 * unit)


def _cut_card(sheet: Sheet) -> tuple[Picture, Plane]:
    """The card, darker at its handled sides, RGB 0-1; and 0 on it, 1 on the print."""
    fibres, foxing = sheet.make_noise("card", cell=2.4, gain=0.7), sheet.make_noise("card clouds", cell=180)
    inset = measure_inset(sheet.shape)
    handled = ramp(inset / np.float32(26.0 * sheet.unit) + 0.25 * sheet.make_noise("handled", cell=90), 1.0, 0.0)
    shading = (1.0 + 0.006 * fibres + 0.008 * foxing) * (1.0 - 0.07 * handled)
    ragged = 2.2 * sheet.make_noise("deckle", cell=46, gain=0.55) * sheet.unit
    card = make_sheet(sheet.shape, PAPER_COLOUR, np.asarray(shading, dtype=np.float32))
    return card, ramp(inset - np.float32(30.0 * sheet.unit) + ragged, -1.0, 1.0)


@njit(cache=True, nogil=True, fastmath=True)
def _print_silver(frame, lens, print_, card, tones, sensitivity, out):  # type: ignore[no-untyped-def]
    """Lens (half size): soft, veil, glow, faces, pale; print: off axis, corners, fading, grain, dust."""
    one, top = np.float32(1.0), np.float32(tones.shape[0] - 1)
    for row in range(out.shape[0]):
        y = clip_place(np.float32(row) * np.float32(0.5) - HALF, lens.shape[0])
        iy = np.int32(y)
        fy = y - np.float32(iy)
        for column in range(out.shape[1]):
            x = clip_place(np.float32(column) * np.float32(0.5) - HALF, lens.shape[1])
            ix = np.int32(x)
            fx = x - np.float32(ix)
            away = one - blend_channel(lens, iy, ix, fy, fx, 3)
            silver = (
                sensitivity[0] * frame[row, column, 0]
                + sensitivity[1] * frame[row, column, 1]
                + sensitivity[2] * frame[row, column, 2]
            )
            silver += (blend_channel(lens, iy, ix, fy, fx, 0) - silver) * print_[row, column, 0] * away
            silver += (blend_channel(lens, iy, ix, fy, fx, 1) - silver) * np.float32(0.14)
            silver += blend_channel(lens, iy, ix, fy, fx, 2) * (one - silver)
            silver = min(max(silver, np.float32(0.0)), one)
            silver += np.float32(0.45) * (silver * silver * (np.float32(3.0) - np.float32(2.0) * silver) - silver)
            silver += blend_channel(lens, iy, ix, fy, fx, 4) * (one - silver)
            silver *= one - print_[row, column, 1] * (np.float32(0.4) + np.float32(0.6) * silver)
            silver += print_[row, column, 3] * (np.float32(0.35) + np.float32(2.6) * silver * (one - silver))
            silver += print_[row, column, 2] * (np.float32(0.85) - silver)
            silver += print_[row, column, 4] * away
            index = np.int32(min(max(silver, np.float32(0.0)), one) * top + np.float32(0.5))
            share = card[row, column, 3]
            for channel in range(3):
                paper = card[row, column, channel]
                out[row, column, channel] = to_byte(paper + (tones[index, channel] - paper) * share)
