"""Coloured pencil: layers of strokes that follow the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from painter.arrays import Picture, Plane
from painter.blocks.curves import blur, clamp, mix, ramp
from painter.blocks.density import lay_on_paper, to_density
from painter.blocks.edges import measure_inset
from painter.blocks.flow import Flow, find_flow
from painter.blocks.hatch import draw_strokes, turn
from painter.blocks.lines import find_lines
from painter.blocks.paper import get_cold_pressed, light_surface, make_sheet
from painter.blocks.smooth import smooth_shapes
from painter.blocks.tone import correct_tone, to_lab, to_rgb
from painter.canvas import Canvas, Painting

PAPER_COLOUR = (0.985, 0.978, 0.962)
PAPER_RELIEF = 0.03
MAX_DENSITY = np.float32(1.45)
"""Wax and pigment never get darker; a photo's blacks approach it."""
LEANING_DEG = -48.0
"""The way a right hand hatches where the form gives no direction."""
LEANING = 4e-4


@dataclass(frozen=True)
class Layer:
    """One going-over with one pencil."""

    angle_deg: float  # against the form
    length: float  # of a stroke, reference pixels
    share: float  # of the tone
    onset: float  # how dark it must be before this layer begins
    tint: tuple[float, float, float]  # absorption by channel against the picture's own hue


LAYERS = (
    Layer(0.0, 24.0, 0.44, 0.0, (0.97, 1.00, 1.03)),
    Layer(-17.0, 20.0, 0.32, 0.35, (1.12, 1.00, 0.88)),
    Layer(38.0, 15.0, 0.24, 0.75, (0.90, 1.00, 1.10)),
)


def paint_style(canvas: Canvas, parameters: Mapping[str, float]) -> Painting:
    """Paint a canvas; see the catalogue for the parameters."""
    lab = correct_tone(canvas.photo, canvas.face_mask, canvas.decide)
    lightness = lab[..., 0] * np.float32(0.01)
    flow = find_flow(lightness, unit=canvas.unit)
    canvas.progress.reach(0.15)
    outline = _draw_outline(canvas, lightness, flow, parameters["outline"])
    canvas.progress.reach(0.30)
    hue, density = to_density(_choose_colours(canvas, lab, parameters["colourfulness"]))
    canvas.progress.reach(0.45)
    pigment = _lay_strokes(canvas, density, _find_hand(canvas, lightness), parameters)
    canvas.progress.reach(0.85)
    paper = get_cold_pressed(canvas.textures, 0.5 * canvas.unit)
    sheet = make_sheet(canvas.shape, PAPER_COLOUR, light_surface(paper, PAPER_RELIEF, canvas.unit))
    # outlines are drawn with a dark pencil that takes half of the hue under it
    absorbed = hue * pigment + (0.5 + 0.5 * hue) * outline[..., None]
    return Painting(lay_on_paper(sheet, absorbed), sheet)


def _find_hand(canvas: Canvas, lightness: Plane) -> Flow:
    """Where the hand hatches: along the large forms, and on its own slant where there is none."""
    unit = canvas.unit
    return find_flow(blur(lightness, 4.0 * unit), unit=2.0 * unit, leaning_deg=LEANING_DEG, leaning=LEANING)


def _choose_colours(canvas: Canvas, lab: Picture, colourfulness: float) -> Picture:
    """Clear colours with a breath of rose in faces, RGB 0-1."""
    smooth = smooth_shapes(to_rgb(lab), radius_px=18 * canvas.unit, contrast=0.26, detail=canvas.face_mask)
    colours = to_lab(smooth)
    colours[..., 0] = clamp(11.0 + 91.0 * (colours[..., 0] * np.float32(0.01)) ** np.float32(0.88), 0.0, 100.0)
    colours[..., 1:] *= np.float32(1.30 * colourfulness)
    colours[..., 1] += 0.22 * canvas.face_mask * np.maximum(colours[..., 2], 0.0)
    return to_rgb(colours)


def _lay_strokes(canvas: Canvas, density: Plane, hand: Flow, parameters: Mapping[str, float]) -> Picture:
    """Pigment (H, W, 3) that the layers leave: strokes break over the paper's tooth, the more the lighter the tone."""
    tooth = canvas.make_noise("tooth", cell=2.2, gain=0.6)
    contrast = parameters["stroke_contrast"] * (1.0 - 0.35 * canvas.face_mask)
    pigment = np.zeros((*canvas.shape, 3), dtype=np.float32)
    tone = MAX_DENSITY * (1.0 - np.exp(density / -MAX_DENSITY))
    for index, layer in enumerate(LAYERS):
        grain = canvas.make_noise(f"strokes {index}", cell=2.2, gain=0.70)
        strokes = draw_strokes(grain, turn(hand, layer.angle_deg), layer.length * canvas.unit)
        if index == 0:
            tone *= _leave_paper(canvas, strokes, parameters)
        pressure = 1.25 * tone - layer.onset - 0.10
        cover = ramp(pressure + contrast * (0.85 * strokes + 0.38 * tooth), -0.9, 0.9)
        usual = np.maximum(ramp(pressure, -1.9, 1.9), 0.35)
        laid = layer.share * tone * mix(cover / usual, np.ones_like(cover), 0.18 + 0.30 * canvas.face_mask)
        pigment += laid[..., None] * np.asarray(layer.tint, dtype=np.float32)
    return pigment


def _draw_outline(canvas: Canvas, lightness: Plane, flow: Flow, strength: float) -> Plane:
    """Density of the drawn outlines."""
    response = find_lines(lightness, flow, width_px=1.0 * canvas.unit, sharpness=0.985, reach_px=9 * canvas.unit)
    pressure = 0.75 + 0.20 * canvas.make_noise("outline", cell=60)
    return clamp(response * 22.0 - 0.12, 0.0, 0.9) * clamp(pressure, 0.2, 1.2) * np.float32(strength)


def _leave_paper(canvas: Canvas, strokes: Plane, parameters: Mapping[str, float]) -> Plane:
    """0-1: a lighter background, and a margin into which the strokes run out one by one."""
    background = np.float32(parameters["background"])
    presence = background + (1.0 - background) * canvas.subject_mask
    if parameters["border"] == 0.0:
        return presence
    inset = measure_inset(canvas.shape) / np.float32(56.0 * canvas.unit * parameters["border"])
    inset += 1.2 * canvas.head_mask
    ragged = inset - 1.0 + 0.35 * canvas.make_noise("border", cell=90) + 0.28 * strokes
    return presence * ramp(ragged, -0.35, 0.25)
