"""Oil: opaque paint laid with broad brushes first and fine ones last, lit from the side."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from painter.arrays import Picture, Plane
from painter.blocks.curves import clamp, mix, ramp
from painter.blocks.grain import melt_grain
from painter.blocks.paper import make_sheet
from painter.blocks.relief import light_relief
from painter.blocks.strokes import Brush, Surface, lay_strokes
from painter.blocks.strokes_care import find_sure_faces, forbid, quieten, weigh_detail
from painter.blocks.strokes_flow import steer_brush
from painter.blocks.tone import correct_tone, to_rgb
from painter.canvas import Canvas, Painting

GROUND = (0.60, 0.47, 0.36)
"""The warm tone under everything; it shows between the first strokes."""
CANVAS_COLOUR = (0.965, 0.955, 0.935)
SLANT_DEG, SLANT_SWAY_DEG = -52.0, 26.0
THREAD_PX = 4.6

# fmt: off
BRUSHES = (
    Brush(28.0, 1.05, 6, tolerance=-1.0, drift=0.30, jitter=0.050, streaks=0.10,
          softness=0.12, dryness=0.10, thickness=0.055),
    Brush(14.5, 1.05, 8, tolerance=0.105, drift=0.24, jitter=0.046, streaks=0.10,
          softness=0.20, dryness=0.45, thickness=0.085),
    Brush(7.6, 1.05, 10, tolerance=0.110, drift=0.20, jitter=0.038, streaks=0.09,
          softness=0.40, dryness=0.45, thickness=0.110),
    Brush(4.2, 1.10, 11, tolerance=0.115, drift=0.17, jitter=0.026, streaks=0.07,
          softness=0.70, dryness=0.35, thickness=0.120),
    Brush(2.3, 1.15, 11, tolerance=0.105, drift=0.14, jitter=0.014, streaks=0.05,
          softness=1.00, dryness=0.25, thickness=0.120),
)
FACE_BRUSH = Brush(1.4, 1.20, 10, tolerance=0.060, drift=0.09, jitter=0.006, streaks=0.02,
                   softness=1.00, dryness=0.20, thickness=0.050)
# fmt: on
"""For eyes and lips, once everything else stands."""


def paint_style(canvas: Canvas, parameters: Mapping[str, float]) -> Painting:
    """Paint a canvas; see the catalogue for the parameters."""
    lab = correct_tone(canvas.photo, canvas.face_mask, canvas.decide)
    goal = _choose_colours(canvas, lab, parameters)
    canvas.progress.reach(0.20)
    surface = _prime(canvas)
    _lay_layers(canvas, surface, goal, lab[..., 0] * np.float32(0.01), parameters)
    weave = _weave(canvas)
    height = surface.relief * (1.0 - 0.62 * canvas.face_mask) + (0.09 * canvas.unit) * weave
    canvas.progress.reach(0.92)
    lit = light_relief(surface.picture, height, strength=parameters["impasto"], gloss=0.10)
    sheet = make_sheet(canvas.shape, CANVAS_COLOUR, 1.0 + 0.02 * weave)
    return Painting(np.maximum(lit, 0.012), sheet)


def _prime(canvas: Canvas) -> Surface:
    tone = 1.0 + 0.05 * canvas.make_noise("ground", cell=150)
    return Surface(
        picture=make_sheet(canvas.shape, GROUND, tone),
        relief=np.zeros(canvas.shape, dtype=np.float32),
        tooth=np.zeros((1, 1), dtype=np.float32),
    )


def _choose_colours(canvas: Canvas, lab: Picture, parameters: Mapping[str, float]) -> Picture:
    """Full, slightly warm colours without the photo's grain, RGB 0-1."""
    colours = melt_grain(lab, radius_px=14 * canvas.unit, faces=canvas.face_mask, decide=canvas.decide)
    lightness = colours[..., 0]
    fullness = np.float32(parameters["colourfulness"]) * (1.22 - 0.10 * canvas.face_mask)
    colours[..., 1:] *= fullness[..., None]
    # light is warm, shadow cool, and old varnish is a little yellow
    light = ramp(lightness, 30.0, 85.0) - 0.5
    colours[..., 1] += 0.8 + 1.2 * light
    colours[..., 2] += 2.5 + 4.5 * light
    # a breath of rose where skin would turn olive
    colours[..., 1] += (0.10 + 0.16 * canvas.head_mask) * np.maximum(colours[..., 2], 0.0)
    deep = 100.0 * (clamp(lightness, 0.0, 100.0) * np.float32(0.01)) ** np.float32(1.14)
    colours[..., 0] = 4.0 + 0.94 * mix(deep, lightness, 0.7 * canvas.face_mask)
    away = np.float32(1.0 - parameters["background"]) * (1.0 - canvas.subject_mask)
    return quieten(to_rgb(colours), away, unit=canvas.unit, veil=0.22)


def _lay_layers(
    canvas: Canvas, surface: Surface, goal: Picture, lightness: Plane, parameters: Mapping[str, float]
) -> None:
    """Broad brushes first, everywhere; finer ones where the picture still needs them, most of all in faces."""
    unit, faces = canvas.unit, canvas.face_mask
    generator = canvas.create_generator("strokes")
    slant = SLANT_DEG + SLANT_SWAY_DEG * canvas.make_noise("slant", cell=170)
    broad = steer_brush(lightness, scale_px=9.0 * unit, slant_deg=slant, calm=6e-5)
    fine = steer_brush(lightness, scale_px=4.0 * unit, slant_deg=slant, calm=2.5e-5)
    care = (1.35 - 0.35 * canvas.subject_mask) * (1.0 - 0.58 * weigh_detail(faces, canvas.head_mask))
    for index, brush in enumerate(BRUSHES):
        sized = brush.vary(size=parameters["brush_size"], looseness=parameters["looseness"])
        flow = broad if index < 2 else fine
        lay_strokes(surface, goal, flow, sized, unit=unit, tolerance=care, generator=generator)
        canvas.progress.reach(0.25 + 0.12 * (index + 1))
    only_faces = forbid(np.ones_like(faces), find_sure_faces(faces) < 0.5)
    lay_strokes(surface, goal, fine, FACE_BRUSH, unit=unit, tolerance=only_faces, generator=generator)


def _weave(canvas: Canvas) -> Plane:
    """Threads of the canvas, about -1..1."""
    turns = np.float32(2.0 * np.pi / max(2.5, THREAD_PX * canvas.unit))
    y = np.arange(canvas.shape[0], dtype=np.float32)[:, None] * turns
    x = np.arange(canvas.shape[1], dtype=np.float32)[None, :] * turns
    sway = 0.5 * canvas.make_noise("thread", cell=30)
    return clamp(0.5 * (np.sin(x + sway) * np.cos(0.5 * y) + np.sin(y + sway) * np.cos(0.5 * x)), -1.0, 1.0)
