"""The live twin of cel: flat paint from a palette that drifts, ink lines, gouache backdrop, film."""

from __future__ import annotations

import numpy as np
from numba import njit

from painter.arrays import Photo, Picture
from painter.blocks.curves import blur, clamp, mix, ramp
from painter.blocks.tone import to_lab, to_rgb
from painter.live.palette import PaletteKeeper
from painter.live.sampling import HALF, blend_channel, clip_place, halve_plane, step_softly, to_byte
from painter.live.sheet import Sheet
from painter.live.smoothing import melt
from painter.live.view import View
from painter.styles.cel import INK, LIGHT_TINT, SHADOW_TINT

POTS = 14
"""Fewer than in the full style: every pixel of every frame is compared with each."""
SEAM = np.float32(60.0)
"""Difference of squared Lab distances over which two neighbouring paints run into each other; hard seams flicker."""
INK_COLOUR = np.asarray(INK, dtype=np.float32)
LIFTED_BLACK = np.asarray((0.050, 0.042, 0.062), dtype=np.float32)


class Twin:
    """Paints the views of one preview."""

    def __init__(self, sheet: Sheet) -> None:
        self._unit = sheet.unit
        self._palette = PaletteKeeper(POTS)
        self._grain = np.float32(0.016) * sheet.make_noise("grain", cell=1.8, gain=0.7)
        self._clouds = halve_plane(sheet.make_noise("gouache clouds", cell=150))
        self._strokes = halve_plane(sheet.make_noise("gouache", cell=9, gain=0.6, stretch=3.0))

    def paint(self, view: View) -> Photo:
        """The view as a frame of film."""
        shapes = melt(view.half, contrast=38.0, passes=3, face=view.face, care=0.8)
        lab = self._choose_colours(shapes, view)
        palette = self._palette.follow(lab, 0.3 + view.subject + 2.0 * view.face)
        figure = ramp(view.subject, 0.45, 0.95)
        soft = mix(self._paint_backdrop(lab), to_rgb(lab), figure)
        layers = np.dstack((lab, soft, self._ink_bold_lines(lab, view), self._let_bloom(soft)))
        out = np.empty_like(view.full)
        _shoot(
            view.full,
            layers,
            view.half.astype(np.float32),
            np.dstack((view.face, figure * (0.92 - 0.40 * view.face), 0.35 + 0.65 * view.subject)),
            palette,
            to_rgb(palette[None])[0],
            self._grain,
            INK_COLOUR,
            LIFTED_BLACK,
            out,
        )
        return out

    def _choose_colours(self, shapes: Photo, view: View) -> Picture:
        """Clear colours, Lab at half size: pale ones gain most, shadows turn violet, lights warm."""
        lab = to_lab(shapes.astype(np.float32) * np.float32(1 / 255))
        lightness = clamp(9.0 + 93.0 * (lab[..., 0] * np.float32(0.01)) ** np.float32(0.86), 0.0, 100.0)
        chroma = np.hypot(lab[..., 1], lab[..., 2])
        gain = 1.18 + 0.45 * np.exp(chroma * np.float32(-1 / 26)) * (1.0 - 0.6 * view.face)
        care = 1.0 - 0.5 * view.face
        shadow, light = care * ramp(lightness, 55.0, 18.0), care * ramp(lightness, 60.0, 95.0)
        lab[..., 1] = lab[..., 1] * gain + SHADOW_TINT[0] * shadow + LIGHT_TINT[0] * light
        lab[..., 2] = lab[..., 2] * gain + SHADOW_TINT[1] * shadow + LIGHT_TINT[1] * light
        lab[..., 1] += 0.18 * view.face * np.maximum(lab[..., 2], 0.0)
        lab[..., 0] = lightness
        return lab

    def _paint_backdrop(self, lab: Picture) -> Picture:
        """Softer, paler, cooler; RGB 0-1 at half size."""
        wash = blur(lab, 1.4 * self._unit)
        wash[..., 0] += 0.16 * (100.0 - wash[..., 0]) + 0.9 * self._strokes + 1.2 * self._clouds
        wash[..., 2] -= 2.5 + 1.2 * self._clouds
        return to_rgb(wash)

    def _ink_bold_lines(self, lab: Picture, view: View) -> Picture:
        """0-1 at half size: the lines between large shapes, none in faces."""
        lightness = lab[..., 0] * np.float32(0.01)
        response = 0.985 * blur(lightness, 1.6 * self._unit) - blur(lightness, 1.0 * self._unit)
        return ramp(response, 0.010, 0.040) * (1.0 - view.face)

    def _let_bloom(self, soft: Picture) -> Picture:
        """Light (H, W, 3) that spills over from the lights."""
        return 0.75 * blur(np.maximum(soft - 0.62, 0.0), 9.0 * self._unit)


@njit(cache=True, nogil=True, fastmath=True)
def _shoot(frame, layers, half, masks, palette, paints, grain, ink, black, out):  # type: ignore[no-untyped-def]
    """Layers (half size): Lab, soft RGB, bold lines, bloom RGB; masks: faces, flatness, presence of lines."""
    one = np.float32(1.0)
    for row in range(out.shape[0]):
        y = clip_place(np.float32(row) * np.float32(0.5) - HALF, layers.shape[0])
        iy = np.int32(y)
        fy = y - np.float32(iy)
        for column in range(out.shape[1]):
            x = clip_place(np.float32(column) * np.float32(0.5) - HALF, layers.shape[1])
            ix = np.int32(x)
            fx = x - np.float32(ix)
            lightness = blend_channel(layers, iy, ix, fy, fx, 0)
            red = blend_channel(layers, iy, ix, fy, fx, 1)
            yellow = blend_channel(layers, iy, ix, fy, fx, 2)
            nearest, second = np.float32(1e30), np.float32(1e30)
            best = other = 0
            for pot in range(palette.shape[0]):
                to_lightness, to_red = lightness - palette[pot, 0], red - palette[pot, 1]
                to_yellow = yellow - palette[pot, 2]
                distance = to_lightness * to_lightness + to_red * to_red + to_yellow * to_yellow
                if distance < nearest:
                    second, other = nearest, best
                    nearest, best = distance, pot
                elif distance < second:
                    second, other = distance, pot
            share = np.float32(0.5) * max(one - (second - nearest) / SEAM, np.float32(0.0))
            detail = np.float32(0.0)
            for channel in range(3):
                detail += blend_channel(half, iy, ix, fy, fx, channel) - np.float32(frame[row, column, channel])
            face = masks[row >> 1, column >> 1, 0]
            line = step_softly(detail, np.float32(12.0) + np.float32(10.0) * face, np.float32(62.0))
            line = max(line * (one - np.float32(0.4) * face), blend_channel(layers, iy, ix, fy, fx, 6))
            line *= masks[row >> 1, column >> 1, 2]
            flatness = masks[row >> 1, column >> 1, 1]
            for channel in range(3):
                flat = paints[best, channel] + (paints[other, channel] - paints[best, channel]) * share
                colour = blend_channel(layers, iy, ix, fy, fx, 3 + channel)
                colour += (flat - colour) * flatness
                colour -= detail * np.float32(0.5 / 765) * face
                colour += (ink[channel] * (np.float32(0.55) + np.float32(0.9) * colour) - colour) * line
                bloom = min(blend_channel(layers, iy, ix, fy, fx, 7 + channel), np.float32(0.9))
                exposed = one - (one - colour) * (one - bloom)
                out[row, column, channel] = to_byte(black[channel] + np.float32(0.95) * exposed + grain[row, column])
