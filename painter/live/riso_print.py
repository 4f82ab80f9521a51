"""The live twin of riso print: the same inks, screens and paper; the picture is separated at half size."""

from __future__ import annotations

import numpy as np
from numba import njit

from painter.arrays import Photo, Picture, Plane
from painter.blocks.curves import blur, clamp, ramp
from painter.blocks.edges import measure_inset
from painter.blocks.halftone import make_screen
from painter.blocks.paper import get_cold_pressed, light_surface, make_sheet
from painter.blocks.tone import to_lab, to_rgb
from painter.live.light import LIGHT, let_through
from painter.live.sampling import HALF, blend_channel, clip_place, to_byte
from painter.live.sheet import Sheet
from painter.live.smoothing import melt
from painter.live.view import View
from painter.styles.riso_print import DOT_PERIOD, FACE_PERIOD, GREY_RANGE, INKS, PAPER_COLOUR

SOFTNESS = 0.26
"""Half the width of a dot's edge, as a share of the coverage: a little wider than in the full style, for calm."""
DENSITIES = -np.log(np.array([ink.colour for ink in INKS], dtype=np.float64))


class Twin:
    """Paints the views of one preview."""

    def __init__(self, sheet: Sheet) -> None:
        unit = sheet.unit
        paper = get_cold_pressed(sheet.textures, 0.4 * unit)
        self._unit = unit
        self._sheet = make_sheet(sheet.shape, PAPER_COLOUR, light_surface(paper, 0.025, unit))
        self._screens = np.dstack(
            [
                make_screen(sheet.shape, period_px=period * unit, angle_deg=ink.angle_deg)
                for period in (DOT_PERIOD, FACE_PERIOD)
                for ink in INKS
            ]
        )
        margin = ramp(measure_inset(sheet.shape) - np.float32(30.0 * unit), -0.8, 0.8)
        self._cover = np.dstack([margin * _roll_ink(sheet, ink.name, paper) for ink in INKS])
        self._register = _lose_register(sheet)

    def paint(self, view: View) -> Photo:
        """The view in three inks."""
        shapes = melt(view.half, contrast=22.0, passes=1, face=view.face, care=0.6)
        picture = self._prepare(shapes, view)
        coverage = np.dstack((separate(picture), shapes.astype(np.float32).mean(axis=2)))
        out = np.empty_like(view.full)
        _print_inks(
            view.full,
            coverage,
            ramp(view.face, 0.3, 0.7),
            self._sheet,
            self._screens,
            self._cover,
            self._register,
            DENSITIES.astype(np.float32),
            LIGHT,
            out,
        )
        return out

    def _prepare(self, shapes: Photo, view: View) -> Picture:
        """Clear, slightly graphic colours over a paler background; RGB 0-1. As in the full style."""
        lab = to_lab(shapes.astype(np.float32) * np.float32(1 / 255))
        crisp = lab[..., 0] + 0.9 * (1.0 - 0.4 * view.face) * (lab[..., 0] - blur(lab[..., 0], 1.5 * self._unit))
        lightness = clamp(10.0 + 94.0 * clamp(crisp * np.float32(0.01), 0.0, 1.0) ** np.float32(0.80), 0.0, 100.0)
        lab[..., 0] = lightness + 0.22 * (1.0 - view.subject) * (100.0 - lightness)
        lab[..., 1:] *= np.float32(1.25)
        return to_rgb(lab)


def separate(picture: Picture) -> Picture:
    """Coverage 0-1 of the inks whose overprint comes nearest to a picture, RGB 0-1. Source: Murray 1936."""
    amounts = clamp(-np.log(np.maximum(picture, 0.03)) @ np.linalg.inv(DENSITIES).astype(np.float32), 0.0, 1.0)
    grey = amounts.min(axis=2)
    amounts -= (grey * (1.0 - ramp(grey, *GREY_RANGE)))[..., None]
    strongest = DENSITIES.max(axis=1).astype(np.float32)
    return clamp((1.0 - np.exp(-strongest * amounts)) / (1.0 - np.exp(-strongest)), 0.0, 1.0)


def _roll_ink(sheet: Sheet, name: str, paper: Plane) -> Plane:
    """How well an ink took, around 0.94."""
    uneven = 0.06 * sheet.make_noise(f"{name} roller", cell=90, gain=0.55)
    grain = 0.08 * sheet.make_noise(f"{name} grain", cell=2.2, gain=0.7) + 0.20 * (0.5 - paper)
    return clamp(0.94 + uneven + grain, 0.0, 1.1)


def _lose_register(sheet: Sheet) -> Picture:
    """(3, 2): shift y, x of every plate in pixels of the halved picture."""
    generator = sheet.create_generator("register")
    heading = generator.uniform(0.0, 2.0 * np.pi, len(INKS))
    reach = 0.7 * sheet.unit
    return np.column_stack((np.sin(heading), np.cos(heading))).astype(np.float32) * np.float32(reach)


@njit(cache=True, nogil=True, fastmath=True)
def _print_inks(frame, coverage, faces, sheet, screens, cover, register, densities, light, out):  # type: ignore[no-untyped-def]
    """Coverage (half size): three inks, lightness 0-255; screens: three coarse, three fine."""
    one, softness = np.float32(1.0), np.float32(SOFTNESS)
    layers = np.empty(3, dtype=np.float32)
    for row in range(out.shape[0]):
        half_y = np.float32(row) * np.float32(0.5) - HALF
        for column in range(out.shape[1]):
            half_x = np.float32(column) * np.float32(0.5) - HALF
            y, x = clip_place(half_y, coverage.shape[0]), clip_place(half_x, coverage.shape[1])
            iy, ix = np.int32(y), np.int32(x)
            brightness = np.float32(np.int32(frame[row, column, 0]) + frame[row, column, 1] + frame[row, column, 2])
            detail = blend_channel(coverage, iy, ix, y - np.float32(iy), x - np.float32(ix), 3)
            detail = (detail - brightness * np.float32(1 / 3)) * np.float32(0.004)
            face = faces[row >> 1, column >> 1]
            for ink in range(3):
                y = clip_place(half_y + register[ink, 0], coverage.shape[0])
                x = clip_place(half_x + register[ink, 1], coverage.shape[1])
                iy, ix = np.int32(y), np.int32(x)
                amount = blend_channel(coverage, iy, ix, y - np.float32(iy), x - np.float32(ix), ink)
                amount += detail * min(amount * np.float32(4.0), one)
                coarse = screens[row, column, ink]
                screen = coarse + (screens[row, column, ink + 3] - coarse) * face
                # at the ends the edge is drawn in, so that bare paper and solid ink stay so
                edge = min(softness, max(min(amount, one - amount), np.float32(0.0)) + np.float32(1e-3))
                dot = np.float32(0.5) + (amount - screen) / (edge + edge)
                layers[ink] = min(max(dot, np.float32(0.0)), one) * cover[row, column, ink]
            for channel in range(3):
                absorbed = (
                    layers[0] * densities[0, channel]
                    + layers[1] * densities[1, channel]
                    + layers[2] * densities[2, channel]
                )
                out[row, column, channel] = to_byte(sheet[row, column, channel] * let_through(light, absorbed))
