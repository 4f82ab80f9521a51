"""Pencil: a drawing in graphite, rubbed soft tones under counted strokes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from painter.arrays import Plane
from painter.blocks.curves import blur, clamp, mix, ramp
from painter.blocks.edges import measure_inset
from painter.blocks.flow import Flow, find_flow
from painter.blocks.grain import melt_grain, trust_detail
from painter.blocks.lines import find_lines
from painter.blocks.paper import get_cold_pressed, light_surface, make_sheet
from painter.blocks.strokes import Mark, Surface
from painter.blocks.strokes_flow import steer_brush
from painter.blocks.strokes_hatch import Hatching, hatch_tone
from painter.blocks.tone import correct_tone
from painter.canvas import Canvas, Painting

PAPER_COLOUR = (0.980, 0.972, 0.955)
PAPER_RELIEF = 0.03
GRAPHITE = (0.235, 0.235, 0.255)
HAND_DEG = -52.0
"""The way a right hand hatches."""

PENCIL = Mark(opacity=0.54, raggedness=0.1, dryness=0.55, grip=1.5)

HATCHINGS = (
    (Hatching(HAND_DEG, gap=3.7, length=44, width=1.5, bend=0.55, drift=0.20), 0.12, 0.50),
    (Hatching(HAND_DEG + 24.0, gap=4.0, length=34, width=1.5, bend=0.22, drift=0.18), 0.40, 0.80),
    (Hatching(HAND_DEG + 96.0, gap=4.2, length=26, width=1.5, bend=0.22, drift=0.18), 0.60, 1.00),
)
"""Goings-over with the tone at which each begins and the tone at which it is pressed fully."""


def paint_style(canvas: Canvas, parameters: Mapping[str, float]) -> Painting:
    """Paint a canvas; see the catalogue for the parameters."""
    unit = canvas.unit
    lab = correct_tone(canvas.photo, canvas.face_mask, canvas.decide)
    melted = melt_grain(lab, radius_px=12 * unit, faces=canvas.face_mask, decide=canvas.decide)[..., 0]
    melted = melted * np.float32(0.01)
    # no line is drawn around the grain of a noisy photo
    lightness = mix(melted, lab[..., 0] * np.float32(0.01), trust_detail(lab, canvas.decide))
    flow = find_flow(lightness, unit=unit)
    canvas.progress.reach(0.15)
    tone = _choose_tones(canvas, melted)
    presence = _leave_paper(canvas, parameters)
    canvas.progress.reach(0.35)
    paper = get_cold_pressed(canvas.textures, 0.32 * unit)
    sheet = make_sheet(canvas.shape, PAPER_COLOUR, light_surface(paper, PAPER_RELIEF, unit))
    rubbed = _rub(canvas, tone, paper) * presence**2 * np.float32(parameters["smudge"])
    outline = _draw_outline(canvas, lightness, flow, paper) * np.sqrt(presence) * np.float32(parameters["outline"])
    canvas.progress.reach(0.55)
    surface = Surface(
        picture=sheet * np.exp(-(rubbed + outline))[..., None],
        relief=np.zeros(canvas.shape, dtype=np.float32),
        tooth=np.empty(canvas.shape, dtype=np.float32),
    )
    _hatch(canvas, surface, tone, presence, paper, parameters["hatching"])
    return Painting(surface.picture, sheet)


def _choose_tones(canvas: Canvas, melted: Plane) -> Plane:
    """0 paper - 1 the darkest graphite: high in key, of a lightness 0-1 without the photo's grain."""
    darkness = 1.0 - melted
    local = darkness - blur(darkness, 45.0 * canvas.unit)
    return clamp(1.06 * (darkness - 0.05) + 0.30 * local, 0.0, 1.0)


def _leave_paper(canvas: Canvas, parameters: Mapping[str, float]) -> Plane:
    """0-1: a paler background, and a margin that the pencil hardly reaches."""
    background = np.float32(parameters["background"])
    presence = background + (1.0 - background) * canvas.subject_mask
    if parameters["border"] == 0.0:
        return presence
    inset = measure_inset(canvas.shape) / np.float32(58.0 * canvas.unit * parameters["border"])
    ragged = inset + 1.2 * canvas.head_mask + 0.40 * canvas.make_noise("border", cell=100)
    return presence * ramp(ragged, 0.4, 1.5)


def _rub(canvas: Canvas, tone: Plane, paper: Plane) -> Plane:
    """Density of graphite rubbed with a finger: it fills the grain evenly, most of all on skin."""
    share = 0.62 + 0.42 * canvas.face_mask
    grain = 1.0 + (0.55 - 0.30 * canvas.face_mask) * (0.5 - paper)
    return np.asarray(share * grain * (0.50 * tone + 0.95 * tone * tone), dtype=np.float32)


def _draw_outline(canvas: Canvas, lightness: Plane, flow: Flow, paper: Plane) -> Plane:
    """Density of the outlines: a fine one with changing pressure and a softer, wider one under it."""
    unit = canvas.unit
    fine = find_lines(lightness, flow, width_px=0.9 * unit, sharpness=0.985, reach_px=9 * unit)
    broad = find_lines(lightness, flow, width_px=2.2 * unit, sharpness=0.985, reach_px=14 * unit)
    pressure = clamp(0.80 + 0.25 * canvas.make_noise("outline", cell=60), 0.25, 1.3)
    grain = 0.75 + 0.5 * (1.0 - paper)
    line = clamp(fine * 26.0 - 0.12, 0.0, 0.95) + (0.6 - 0.35 * canvas.face_mask) * clamp(broad * 9.0 - 0.12, 0.0, 0.6)
    return np.asarray(line * pressure * grain, dtype=np.float32)


def _hatch(canvas: Canvas, surface: Surface, tone: Plane, presence: Plane, paper: Plane, strength: float) -> None:
    """The strokes: one direction in the half-tones, a second and a third in the darks."""
    unit, faces = canvas.unit, canvas.face_mask
    generator = canvas.create_generator("strokes")
    asked = tone * (1.0 - 0.15 * faces) * np.sqrt(presence)
    pencil = replace(PENCIL, opacity=min(1.0, PENCIL.opacity * strength))
    for index, (hatching, onset, full) in enumerate(HATCHINGS):
        slant = np.full(canvas.shape, hatching.angle_deg, dtype=np.float32)
        calm = (1.5e-4 * 5.0**index) * (1.0 + 30.0 * faces)
        flow = steer_brush(1.0 - tone, scale_px=10.0 * unit, slant_deg=slant, calm=calm)
        pressure = ramp(asked, onset, full) * (1.0 - 0.45 * faces)
        # where the pencil is not pressed, not even its softest stroke touches the paper
        surface.tooth[:] = pencil.opacity + 0.55 - pressure * (1.0 + 0.6 * (0.5 - paper))
        if strength > 0.0:
            hatch_tone(surface, tone, pressure, flow, hatching, pencil, colour=GRAPHITE, unit=unit, generator=generator)
        canvas.progress.reach(0.55 + 0.13 * (index + 1))
