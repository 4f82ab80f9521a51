"""90s cel animation: flat paint and coloured ink on a sheet of celluloid, over a gouache backdrop, shot on film."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

from painter.arrays import Picture, Plane
from painter.blocks.curves import blur, clamp, mix, ramp
from painter.blocks.flow import Flow, find_flow, smear
from painter.blocks.lines import find_lines
from painter.blocks.palette import assign_colours, learn_palette
from painter.blocks.plain import find_plain
from painter.blocks.skin import trust_skin
from painter.blocks.smooth import smooth_shapes
from painter.blocks.tone import correct_tone, to_lab, to_rgb
from painter.canvas import Canvas, Painting

POTS = 24
"""Pots of paint for the figure."""
INK = (0.20, 0.11, 0.16)
MIN_LINE_PX = 60
"""Shorter ink marks are left out; square reference pixels."""
SHADOW_TINT = (2.0, -9.0)
LIGHT_TINT = (0.5, 4.0)
"""Shift of a and b in the shadows and in the lights."""


def paint_style(canvas: Canvas, parameters: Mapping[str, float]) -> Painting:
    """Paint a canvas; see the catalogue for the parameters."""
    canvas = trust_skin(canvas, 0.4)
    lab = correct_tone(canvas.photo, canvas.face_mask, canvas.decide)
    lightness = lab[..., 0] * np.float32(0.01)
    flow = find_flow(lightness, unit=canvas.unit)
    canvas.progress.reach(0.2)
    lines = _ink_lines(canvas, lightness, flow, parameters["outline"])
    canvas.progress.reach(0.35)
    shapes = _choose_colours(canvas, lab, flow, parameters["colourfulness"])
    canvas.progress.reach(0.55)
    cel = _fill_shapes(canvas, shapes, parameters["flatness"])
    canvas.progress.reach(0.75)
    backdrop = _paint_backdrop(canvas, shapes)
    picture = mix(backdrop, cel, ramp(canvas.subject_mask, 0.15, 0.65))
    # ink on cel takes some of the colour that it encloses
    ink = np.asarray(INK, dtype=np.float32) * (0.55 + 0.9 * picture)
    picture = mix(picture, ink, lines)
    canvas.progress.reach(0.85)
    film = _expose_film(canvas, picture, parameters)
    return Painting(film, np.ones_like(film))


def _ink_lines(canvas: Canvas, lightness: Plane, flow: Flow, weight: float) -> Plane:
    """0-1: ink lines of even weight that taper out; the backdrop has almost none, faces finer ones."""
    unit, faces = canvas.unit, canvas.face_mask
    response = find_lines(lightness, flow, width_px=1.35 * unit, sharpness=0.985, reach_px=8 * unit)
    line = mix(ramp(response, 0.004, 0.020), 0.85 * ramp(response, 0.006, 0.032), faces)
    line = _drop_specks(line, MIN_LINE_PX * unit * unit)
    presence = mix(np.full_like(line, 0.55), np.ones_like(line), canvas.subject_mask)
    return clamp(line * presence * np.float32(weight), 0.0, 1.0)


def _drop_specks(line: Plane, min_area_px: float) -> Plane:
    """The lines without those that cover fewer pixels."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((line > 0.3).astype(np.uint8), connectivity=8)
    keep = stats[:count, cv2.CC_STAT_AREA] >= min_area_px
    keep[0] = False
    near = cv2.dilate(keep[labels].astype(np.uint8), np.ones((3, 3), dtype=np.uint8))
    return line * near


def _choose_colours(canvas: Canvas, lab: Picture, flow: Flow, colourfulness: float) -> Picture:
    """Smooth shapes in clear colours, Lab: pale colours gain most, shadows turn violet, lights warm."""
    unit, faces = canvas.unit, canvas.face_mask
    smooth = smooth_shapes(to_rgb(lab), radius_px=55 * unit, contrast=0.55, detail=0.75 * faces)
    shapes = to_lab(mix(smear(smooth, flow, 10 * unit), smooth, 0.8 * faces))
    lightness = clamp(9.0 + 93.0 * (shapes[..., 0] * np.float32(0.01)) ** np.float32(0.86), 0.0, 100.0)
    chroma = np.hypot(shapes[..., 1], shapes[..., 2])
    gain = np.float32(colourfulness) * (1.18 + 0.45 * np.exp(chroma / -26.0) * (1.0 - 0.6 * faces))
    shadow, light = ramp(lightness, 55.0, 18.0), ramp(lightness, 60.0, 95.0)
    red = shapes[..., 1] * gain + (SHADOW_TINT[0] * shadow + LIGHT_TINT[0] * light) * (1.0 - 0.5 * faces)
    yellow = shapes[..., 2] * gain + (SHADOW_TINT[1] * shadow + LIGHT_TINT[1] * light) * (1.0 - 0.5 * faces)
    # a breath of rose where skin would turn olive
    red += 0.18 * faces * np.maximum(yellow, 0.0)
    return np.dstack((lightness, red, yellow)).astype(np.float32)


def _fill_shapes(canvas: Canvas, shapes: Picture, flatness: float) -> Picture:
    """The figure in flat paints, each shape with one hard shadow; RGB 0-1."""
    unit, faces = canvas.unit, canvas.face_mask
    weight = 0.3 + canvas.subject_mask + 2.0 * faces
    palette = canvas.decide("pots", lambda: learn_palette(shapes, colours=POTS, weight=weight))
    flat = palette[assign_colours(shapes, palette, rounding_px=9 * unit)]
    form = shapes[..., 0] - blur(shapes[..., 0], 36 * unit)
    flat[..., 0] += 2.6 * (ramp(blur(form, 1.5 * unit), -1.2, 1.2) - 0.5) * (1.0 - faces)
    # a sky is sprayed, not filled
    sprayed = 0.85 * find_plain(shapes[..., 0] * np.float32(0.01), unit) * (1.0 - faces)
    share = np.float32(flatness) * (0.92 - 0.30 * faces) * (1.0 - sprayed)
    return to_rgb(blur(mix(shapes, flat, share), 0.75 * unit))


def _paint_backdrop(canvas: Canvas, shapes: Picture) -> Picture:
    """The gouache behind the cel: softer, paler, cooler, with the brush in it; RGB 0-1."""
    unit = canvas.unit
    wash = blur(shapes, 2.2 * unit)
    strokes = canvas.make_noise("gouache", cell=7, gain=0.6, stretch=9.0)
    clouds = canvas.make_noise("gouache clouds", cell=150)
    wash[..., 0] = (
        wash[..., 0] + 0.16 * (1.0 - canvas.subject_mask) * (100.0 - wash[..., 0]) + 0.9 * strokes + 1.2 * clouds
    )
    wash[..., 2] -= 2.5 + 1.2 * clouds
    return to_rgb(wash)


def _expose_film(canvas: Canvas, picture: Picture, parameters: Mapping[str, float]) -> Picture:
    """Lights that bloom, lifted blacks and grain."""
    unit = canvas.unit
    glow = np.float32(parameters["glow"])
    bloom = blur(np.maximum(picture - 0.62, 0.0), 16 * unit) + 0.5 * blur(np.maximum(picture - 0.75, 0.0), 5 * unit)
    exposed = 1.0 - (1.0 - clamp(picture, 0.0, 1.0)) * (1.0 - clamp(0.75 * glow * bloom, 0.0, 0.9))
    exposed = np.asarray((0.050, 0.042, 0.062), dtype=np.float32) + exposed * np.float32(0.95)
    grain = np.float32(0.012 * parameters["grain"]) * canvas.make_noise("grain", cell=1.8, gain=0.7)
    return np.asarray(exposed + grain[..., None], dtype=np.float32)
