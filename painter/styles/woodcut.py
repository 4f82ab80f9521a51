"""Woodcut: a carved key block in black over a few colour blocks, rubbed by hand onto warm paper."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from painter.arrays import Picture, Plane
from painter.blocks.curves import blur, clamp, mix, ramp
from painter.blocks.edges import measure_inset
from painter.blocks.flow import Flow, find_flow, smear
from painter.blocks.hanji import get_hanji
from painter.blocks.hatch import draw_strokes
from painter.blocks.palette import assign_colours, learn_palette
from painter.blocks.paper import make_sheet
from painter.blocks.plain import find_plain
from painter.blocks.skin import trust_skin
from painter.blocks.smooth import smooth_shapes
from painter.blocks.tone import correct_tone, to_lab, to_rgb
from painter.blocks.warp import shift_pixels
from painter.canvas import Canvas, Painting

PAPER_COLOUR = (0.957, 0.925, 0.862)
KEY_INK = (0.150, 0.118, 0.130)
BLOCKS = 8
"""Colour blocks; the darkest ones disappear under the key block."""
THRESHOLD = 0.43


def paint_style(canvas: Canvas, parameters: Mapping[str, float]) -> Painting:
    """Paint a canvas; see the catalogue for the parameters."""
    canvas = trust_skin(canvas, 0.4)
    lab = correct_tone(canvas.photo, canvas.face_mask, canvas.decide)
    flow = find_flow(blur(lab[..., 0], 1.2 * canvas.unit) * np.float32(0.01), unit=1.4 * canvas.unit)
    canvas.progress.reach(0.2)
    plain = find_plain(lab[..., 0] * np.float32(0.01), canvas.unit)
    key = _carve_key(canvas, lab[..., 0] * np.float32(0.01), flow, plain, parameters)
    canvas.progress.reach(0.5)
    colours = _print_blocks(canvas, lab, flow, plain, parameters)
    canvas.progress.reach(0.8)
    sheet = make_sheet(canvas.shape, PAPER_COLOUR, get_hanji(canvas.textures, canvas.unit))
    inside = _cut_margin(canvas, parameters["border"])
    grain = _grow_wood(canvas) * np.float32(parameters["wood_grain"])
    ink = clamp(0.95 - 0.05 * grain, 0.0, 1.0)
    block = mix(np.ones_like(sheet), colours, inside * clamp(0.95 - 0.085 * grain, 0.0, 1.0))
    picture = mix(sheet * block, np.asarray(KEY_INK, dtype=np.float32), np.maximum(key * inside, 0.0) * ink)
    return Painting(picture, sheet)


def _carve_key(canvas: Canvas, lightness: Plane, flow: Flow, plain: Plane, parameters: Mapping[str, float]) -> Plane:
    """0-1: what the knife left standing. Its marks surround the blacks only, so a `plain` backdrop stays clean."""
    unit, faces, weight = canvas.unit, canvas.face_mask, np.float32(parameters["key_block"])
    relief = mix(_sharpen(canvas, lightness, flow), blur(lightness, 7.0 * unit), plain)
    # without a shape to show, only real darkness is left standing
    threshold = _spare_skin(canvas, lightness) * weight - plain * (0.16 + 0.10 * (1.0 - canvas.subject_mask))
    block = ramp(relief - threshold, 0.05, -0.05)
    near = ramp(blur(block, 9.0 * unit), 0.04, 0.35) * (1.0 - plain) * (1.0 - faces)
    cuts = draw_strokes(canvas.make_noise("cuts", cell=3.6, gain=0.6), flow, 20 * unit)
    threshold += np.float32(0.13 * parameters["carving"]) * cuts * near
    softness = 0.035 + 0.04 * faces + 0.04 * plain
    return ramp((relief - threshold) / softness, 1.0, -1.0) * (1.0 - 0.12 * faces)


def _spare_skin(canvas: Canvas, lightness: Plane) -> Plane:
    """Lightness below which the wood is left standing. Skin is never black, however dark it is."""
    if not canvas.faces:
        return np.asarray(THRESHOLD - 0.45 * canvas.face_mask, dtype=np.float32)
    threshold = np.full(canvas.shape, THRESHOLD - 0.05, dtype=np.float32)
    for face in canvas.faces:
        x, y, reach = face.x, face.y, face.width // 4
        skin = float(np.median(lightness[max(0, y + reach) : y + 3 * reach, max(0, x + reach) : x + 3 * reach]))
        around = (slice(max(0, y - reach), y + 5 * reach), slice(max(0, x - reach), x + 5 * reach))
        threshold[around] = np.minimum(threshold[around], 0.66 * skin)
    return mix(np.full_like(threshold, THRESHOLD), threshold, canvas.face_mask)


def _sharpen(canvas: Canvas, lightness: Plane, flow: Flow) -> Plane:
    """Lightness 0-1 with its edges exaggerated along the flow.

    Source: Winnemoeller, Kyprianidis and Olsen 2012 (XDoG).
    """
    unit, faces = canvas.unit, canvas.face_mask
    local = lightness + (0.55 - 0.35 * faces) * (lightness - blur(lightness, 28.0 * unit))
    inner = blur(local, 1.2 * unit)
    edges = (11.0 - 4.5 * faces) * (inner - blur(local, 1.9 * unit))
    return smear(np.asarray(inner + edges, dtype=np.float32), flow, 8 * unit)


def _print_blocks(canvas: Canvas, lab: Picture, flow: Flow, plain: Plane, parameters: Mapping[str, float]) -> Picture:
    """Transmission of the colour blocks, RGB 0-1: flat, pale, a little out of register, deeper at the top."""
    unit, faces = canvas.unit, canvas.face_mask
    smooth = smooth_shapes(to_rgb(lab), radius_px=45 * unit, contrast=0.40, detail=0.6 * faces)
    shapes = to_lab(smear(smooth, flow, 8 * unit))
    weight = 0.4 + canvas.subject_mask + 1.5 * faces
    palette = canvas.decide("blocks", lambda: learn_palette(shapes, colours=BLOCKS, weight=weight))
    flat = palette[assign_colours(shapes, palette, rounding_px=9 * unit)]
    flat = blur(mix(flat, shapes, 0.06 + 0.40 * faces), 0.9 * unit)
    # where it is plain behind the figure, one colour is wiped into the next by hand
    figure = ramp(canvas.subject_mask, 0.3, 0.9) if canvas.faces else np.float32(0.0)
    flat = mix(flat, blur(shapes, 7.0 * unit), 0.70 * plain * (1.0 - figure))
    flat[..., 0] = clamp(24.0 + 0.84 * flat[..., 0], 0.0, 100.0)
    flat[..., 0] += 0.30 * (1.0 - canvas.subject_mask) * (100.0 - flat[..., 0])
    flat[..., 1:] *= (np.float32(parameters["colourfulness"]) * (1.28 + 0.25 * faces))[..., None]
    flat[..., 1] += 3.0 * faces
    flat[..., 2] += 3.0
    height = np.linspace(0.0, 1.0, canvas.shape[0], dtype=np.float32)[:, None]
    bokashi = ramp(height + 0.02 * canvas.make_noise("bokashi", cell=120), 0.30, 0.0) * (1.0 - canvas.subject_mask)
    flat[..., 0] -= 13.0 * bokashi
    generator = canvas.create_generator("register")
    across, down = (np.full(canvas.shape, shift * unit, np.float32) for shift in generator.uniform(-1.6, 1.6, 2))
    return shift_pixels(to_rgb(flat), across, down)


def _grow_wood(canvas: Canvas) -> Plane:
    """About unit variance: long year rings and pores of the plank, and the uneven rub of the hand."""
    rings = canvas.make_noise("rings", cell=16, gain=0.55, stretch=26.0)
    pores = canvas.make_noise("pores", cell=2.6, gain=0.7, stretch=10.0)
    rub = canvas.make_noise("rub", cell=60, gain=0.75)
    return np.asarray(0.62 * np.sin(2.2 * rings + 1.0) + 0.42 * pores + 0.45 * rub, dtype=np.float32)


def _cut_margin(canvas: Canvas, border: float) -> Plane:
    """0 on the margin of the sheet, 1 inside; the block's sides are cut by hand."""
    if border == 0.0:
        return np.ones(canvas.shape, dtype=np.float32)
    unit = canvas.unit
    wander = 1.1 * unit * canvas.make_noise("margin", cell=90, gain=0.38)
    inset = measure_inset(canvas.shape) - np.float32(34.0 * unit * border) + wander
    return ramp(inset, -0.9, 0.9)
