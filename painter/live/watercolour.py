"""The live twin of watercolour: the same glazes, paper and border on a smaller budget."""

from __future__ import annotations

import numpy as np
from numba import njit

from painter.arrays import Photo, Picture, Plane
from painter.blocks.curves import blur, clamp, mix, ramp
from painter.blocks.density import to_density
from painter.blocks.edges import find_rim, lay_border_wash, measure_inset
from painter.blocks.paper import get_cold_pressed, light_surface, make_sheet
from painter.blocks.tone import to_lab, to_rgb
from painter.live.light import LIGHT, let_through
from painter.live.sampling import HALF, blend_channel, blend_plane, clip_place, halve_plane, step_softly, to_byte
from painter.live.sheet import Sheet
from painter.live.smoothing import melt
from painter.live.view import View
from painter.styles import watercolour
from painter.styles.watercolour import GLAZES, PAPER_COLOUR, PAPER_RELIEF

DENSITY_STEPS = 1024
MAX_READ_DENSITY = 4.0
MAX_DENSITY = np.float32(watercolour.MAX_DENSITY)
GLAZED_SHARE = np.float32(0.74)


def draw_glazes(softness: float) -> Plane:
    """Density of all glazes over the photo's density 0-4 (DENSITY_STEPS values); larger `softness` blurs the steps."""
    density = np.linspace(0.0, MAX_READ_DENSITY, DENSITY_STEPS, dtype=np.float32)
    glazes = np.zeros_like(density)
    for threshold, step, _ in GLAZES:
        glazes += np.float32(step) * ramp((density - threshold) / (softness * (0.02 + 0.05 * threshold)), -1.0, 1.0)
    return np.minimum(glazes, MAX_DENSITY)


class Twin:
    """Paints the views of one preview."""

    def __init__(self, sheet: Sheet) -> None:
        paper = get_cold_pressed(sheet.textures, sheet.unit)
        self._unit = sheet.unit
        self._sheet = make_sheet(sheet.shape, PAPER_COLOUR, light_surface(paper, PAPER_RELIEF, sheet.unit))
        self._tints = halve_plane(
            np.dstack((sheet.make_noise("tint red", cell=180), sheet.make_noise("tint yellow", cell=180)))
        )
        self._wobble = np.dstack((sheet.make_noise("wobble y", cell=40), sheet.make_noise("wobble x", cell=40)))
        self._wobble *= np.float32(1.75 * sheet.unit)
        wet = 0.75 - 0.5 * ramp(sheet.make_noise("drying", cell=120), -1.2, 1.0)
        self._ragged = np.dstack((np.float32(0.07) * sheet.make_noise("turbulence", cell=70), wet))
        self._settling = _settle(sheet, paper)
        self._border = _draw_border(sheet, paper)
        self._firm, self._loose = draw_glazes(2.0), draw_glazes(4.5)

    def paint(self, view: View) -> Photo:
        """The view in washes."""
        shapes = melt(view.half, contrast=30.0, passes=2, face=view.face, care=0.8)
        hue, density = to_density(self._choose_colours(shapes, view.face))
        glazed = np.interp(density, np.linspace(0.0, MAX_READ_DENSITY, DENSITY_STEPS), self._firm).astype(np.float32)
        blurred = blur(glazed, 1.4 * self._unit)
        drawn = shapes.astype(np.float32).mean(axis=2)
        out = np.empty_like(view.full)
        _lay_washes(
            view.full,
            np.dstack((hue, density, blurred)),
            drawn,
            np.dstack((view.face, view.head, 0.34 + 0.66 * view.subject)),
            self._sheet,
            self._wobble,
            self._ragged,
            self._settling,
            self._border,
            np.stack((self._firm, self._loose)),
            LIGHT,
            out,
        )
        return out

    def _choose_colours(self, shapes: Photo, face: Plane) -> Picture:
        """High key, colours that run outside faces, violet shadows; RGB 0-1 at half size. As in the full style."""
        lab = to_lab(shapes.astype(np.float32) * np.float32(1 / 255))
        lightness = clamp(12.0 + 92.0 * (lab[..., 0] * np.float32(0.01)) ** np.float32(0.85), 0.0, 100.0)
        chroma = lab[..., 1:] * np.float32(1.30)
        share = 0.6 * (1.0 - face) * ramp(lightness, 100.0, 86.0)
        chroma = mix(chroma, blur(chroma, 3.5 * self._unit), share)
        shadow = ramp(lightness, 52.0, 25.0)
        tint = 3.5 * (1.0 - 0.7 * face) * ramp(lightness, 100.0, 80.0)
        chroma += tint[..., None] * self._tints
        chroma[..., 0] += 3.0 * shadow + 0.22 * face * np.maximum(chroma[..., 1], 0.0)
        chroma[..., 1] -= 11.0 * shadow
        return to_rgb(np.dstack((lightness, chroma)))


def _settle(sheet: Sheet, paper: Plane) -> Plane:
    """Deviation of the paint from an even layer: pools, hollows of the paper, grain."""
    pool, grain = sheet.make_noise("pool", cell=200), sheet.make_noise("grain", cell=2.0, gain=0.6)
    return np.asarray(0.17 * pool + 0.30 * (0.5 - paper) + 0.05 * grain, dtype=np.float32)


def _draw_border(sheet: Sheet, paper: Plane) -> Plane:
    """Factor on the paint, 0 on the bare border to about 1.3 on the rims: a first wash and a full one over it."""
    inset = measure_inset(sheet.shape) / np.float32(52.0 * sheet.unit)
    waves = 0.50 * sheet.make_noise("border", cell=110, gain=0.38, stretch=1.4)
    dryness = ramp(sheet.make_noise("dryness", cell=150), 0.2, 1.2)
    first = lay_border_wash(inset, offset=-0.45, waves=waves, dryness=0.3 * dryness, paper=paper)
    full = lay_border_wash(inset, offset=0.10, waves=1.2 * waves, dryness=dryness, paper=paper)
    rim = 0.35 * find_rim(first, 3.0 * sheet.unit) + 0.65 * find_rim(full, 3.0 * sheet.unit)
    return np.asarray((0.38 * first + 0.62 * full) * (1.0 + 1.3 * rim), dtype=np.float32)


@njit(cache=True, nogil=True, fastmath=True)
def _lay_washes(frame, shapes, drawn, masks, sheet, wobble, ragged, settling, border, glazes, light, out):  # type: ignore[no-untyped-def]
    """Shapes (half size): hue, density, blurred glazes; drawn: their lightness; masks: face, head, background."""
    one, top = np.float32(1.0), np.float32(glazes.shape[1] - 1.001)
    steps = np.float32((glazes.shape[1] - 1.001) / MAX_READ_DENSITY)
    for row in range(out.shape[0]):
        half_y = clip_place(np.float32(row) * np.float32(0.5) - HALF, shapes.shape[0])
        hy = np.int32(half_y)
        ry = half_y - np.float32(hy)
        for column in range(out.shape[1]):
            half_x = clip_place(np.float32(column) * np.float32(0.5) - HALF, shapes.shape[1])
            hx = np.int32(half_x)
            face = masks[row >> 1, column >> 1, 0]
            firmness = one - np.float32(0.85) * face
            y = clip_place(half_y + firmness * wobble[row, column, 0], shapes.shape[0])
            x = clip_place(half_x + firmness * wobble[row, column, 1], shapes.shape[1])
            iy, ix = np.int32(y), np.int32(x)
            fy, fx = y - np.float32(iy), x - np.float32(ix)
            brightness = np.float32(np.int32(frame[row, column, 0]) + frame[row, column, 1] + frame[row, column, 2])
            detail = blend_plane(drawn, hy, hx, ry, half_x - np.float32(hx)) - brightness * np.float32(1 / 3)
            density = blend_channel(shapes, iy, ix, fy, fx, 3)
            uneven = one + ragged[row, column, 0] * (one - face)
            read = min(max((density * uneven + np.float32(0.004) * face * detail) * steps, np.float32(0.0)), top)
            index = np.int32(read)
            part = read - np.float32(index)
            firm = glazes[0, index] + part * (glazes[0, index + 1] - glazes[0, index])
            loose = glazes[1, index] + part * (glazes[1, index + 1] - glazes[1, index])
            glaze = firm + (loose - firm) * max(face, ragged[row, column, 1])
            rim = max(glaze - blend_channel(shapes, iy, ix, fy, fx, 4), np.float32(0.0))
            rim *= np.float32(0.9) * (one - np.float32(0.55) * face)
            painted = density + (glaze + rim - density) * (GLAZED_SHARE - np.float32(0.16) * face)
            painted = min(painted + np.float32(0.004) * face * detail, MAX_DENSITY)
            painted *= max(one + settling[row, column] * (one - np.float32(0.65) * face), np.float32(0.0))
            reach = border[row, column]
            reach += max(one - reach, np.float32(0.0)) * min(np.float32(1.7) * masks[row >> 1, column >> 1, 1], one)
            painted *= reach * masks[row >> 1, column >> 1, 2]
            pencil = np.float32(0.5) * step_softly(detail, np.float32(3.0), np.float32(34.0))
            for channel in range(3):
                absorbed = painted * blend_channel(shapes, iy, ix, fy, fx, channel) + pencil
                out[row, column, channel] = to_byte(sheet[row, column, channel] * let_through(light, absorbed))
