"""Pastel: chalk on rough toned paper, rubbed in first, then hatched colour over colour."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from painter.arrays import Picture, Plane
from painter.blocks.curves import blur, clamp, mix, ramp
from painter.blocks.edges import measure_inset
from painter.blocks.flow import Flow
from painter.blocks.grain import melt_grain
from painter.blocks.paper import get_cold_pressed, light_surface, make_sheet
from painter.blocks.strokes import Brush, Surface, lay_strokes
from painter.blocks.strokes_care import find_sure_faces, forbid, quieten, weigh_detail
from painter.blocks.strokes_flow import steer_brush
from painter.blocks.tone import correct_tone, to_rgb
from painter.canvas import Canvas, Painting

PAPER_COLOUR = (0.835, 0.785, 0.715)
"""Warm sand, light enough for shadows and dark enough for lights."""
BARE_COLOUR = (0.975, 0.965, 0.945)
"""Of the sheet that a photo lies on when the style has no strength."""
PAPER_RELIEF = 0.05
SLANT_DEG, SLANT_SWAY_DEG = -56.0, 12.0

# fmt: off
RUBBED = Brush(20.0, 1.25, 7, tolerance=0.010, drift=0.30, jitter=0.045, streaks=0.06, opacity=0.70,
               softness=0.35, raggedness=0.30, dryness=0.35, fineness=0.35, thickness=0.05)
STICKS = (
    Brush(10.5, 1.1, 8, tolerance=0.03, drift=0.24, jitter=0.085, streaks=0.06, opacity=0.5, softness=0.35, grip=2.2),
    Brush(5.6, 1.25, 9, tolerance=0.045, drift=0.2, jitter=0.095, streaks=0.05, opacity=0.5, softness=0.5, grip=2.2),
    Brush(3.4, 1.25, 10, tolerance=0.075, drift=0.17, jitter=0.065, streaks=0.05, opacity=0.55, softness=0.5, grip=2.2),
    Brush(2.0, 1.15, 13, tolerance=0.09, drift=0.14, jitter=0.04, streaks=0.04, opacity=0.66, softness=0.6, grip=2.2),
)
"""Hard chalk, the broad side first and the sharpened edge last."""
HATCH = Brush(2.0, 6.5, 26, tolerance=0.0, drift=0.12, jitter=0.105, streaks=0.0, opacity=0.46, softness=0.60,
              dryness=0.8, bend=0.5, grip=2.6, is_modest=False)
"""Single lines of a neighbouring colour over everything but faces; they make an even zone live."""
FACE_STICK = Brush(1.3, 1.20, 10, tolerance=0.060, drift=0.09, jitter=0.010, streaks=0.02, opacity=0.85,
                   softness=0.80, dryness=0.3, grip=2.4)
# fmt: on


def paint_style(canvas: Canvas, parameters: Mapping[str, float]) -> Painting:
    """Paint a canvas; see the catalogue for the parameters."""
    paper = _get_tooth(canvas)
    lab = correct_tone(canvas.photo, canvas.face_mask, canvas.decide)
    lightness = np.ascontiguousarray(lab[..., 0]) * np.float32(0.01)
    goal = _choose_colours(canvas, lab, parameters)
    canvas.progress.reach(0.20)
    shading = light_surface(paper, PAPER_RELIEF, canvas.unit)
    depth = np.float32(0.8 * parameters["tooth"]) * (1.0 - 0.30 * canvas.face_mask)
    surface = Surface(
        picture=make_sheet(canvas.shape, PAPER_COLOUR, shading),
        relief=np.zeros(canvas.shape, dtype=np.float32),
        tooth=mix(np.full(canvas.shape, 0.5), paper, depth),
    )
    _lay_chalk(canvas, surface, goal, lightness, parameters)
    picture = _blend(canvas, surface.picture, parameters["blending"])
    canvas.progress.reach(0.95)
    pits = ramp(paper, 0.60, 0.95) * (1.0 - 0.5 * canvas.face_mask) * np.float32(0.06 * parameters["tooth"])
    return Painting(mix(picture, np.zeros_like(picture), pits), make_sheet(canvas.shape, BARE_COLOUR, shading))


def _get_tooth(canvas: Canvas) -> Plane:
    """Depth 0-1 of the paper's pits: what chalk reaches last."""
    fine = canvas.textures.get_fbm(cell_px=max(1.0, 1.5 * canvas.unit), gain=0.6)
    return clamp(get_cold_pressed(canvas.textures, 0.5 * canvas.unit) + 0.10 * fine, 0.0, 1.0)


def _choose_colours(canvas: Canvas, lab: Picture, parameters: Mapping[str, float]) -> Picture:
    """Clear strong chalks: bright lights, violet shadows instead of black; RGB 0-1."""
    colours = melt_grain(lab, radius_px=14 * canvas.unit, faces=canvas.face_mask, decide=canvas.decide)
    lightness = colours[..., 0]
    fullness = np.float32(parameters["colourfulness"]) * (1.36 - 0.22 * canvas.face_mask)
    colours[..., 1:] *= fullness[..., None]
    shadow = ramp(lightness, 48.0, 10.0) * (1.0 - 0.5 * canvas.face_mask)
    colours[..., 1] += 4.0 * shadow + (0.10 + 0.12 * canvas.head_mask) * np.maximum(colours[..., 2], 0.0)
    colours[..., 2] -= 9.0 * shadow
    high = 100.0 * (clamp(lightness, 0.0, 100.0) * np.float32(0.01)) ** np.float32(0.88)
    colours[..., 0] = 11.0 + 0.87 * high
    away = np.float32(1.0 - parameters["background"]) * (1.0 - canvas.subject_mask)
    return quieten(to_rgb(colours), away, unit=canvas.unit, veil=0.25)


def _lay_chalk(
    canvas: Canvas, surface: Surface, goal: Picture, lightness: Plane, parameters: Mapping[str, float]
) -> None:
    """First the rubbed ground, then the sticks, with loose lines before the last one; each reaches further out."""
    faces = canvas.face_mask
    generator = canvas.create_generator("strokes")
    broad, fine = _find_hand(canvas, lightness)
    worth = weigh_detail(faces, canvas.head_mask)
    away = np.float32(1.0 - parameters["background"]) * (1.0 - canvas.subject_mask)
    care = (1.0 + 1.5 * away) * (1.0 - 0.58 * worth)
    reach = _find_reach(canvas, parameters["border"])

    def lay(brush: Brush, flow: Flow, closed: NDArray[np.bool_]) -> None:
        varied = brush.vary(looseness=parameters["looseness"])
        tolerance = forbid(care, closed)
        lay_strokes(surface, goal, flow, varied, unit=canvas.unit, tolerance=tolerance, generator=generator)

    lay(RUBBED, broad, reach < 1.0)
    _rub(surface, goal, canvas.unit)
    canvas.progress.reach(0.40)
    for index, stick in enumerate(STICKS):
        if index == len(STICKS) - 1:
            lay(HATCH, broad, (reach < 0.9) | (worth > 0.45))
        lay(stick, broad if index < 2 else fine, reach < 0.75 - 0.1 * index)
        canvas.progress.reach(0.40 + 0.12 * (index + 1))
    lay(FACE_STICK, fine, find_sure_faces(faces) < 0.5)


def _find_hand(canvas: Canvas, lightness: Plane) -> tuple[Flow, Flow]:
    """Where broad and fine sticks are pulled: mostly on the hand's slant."""
    slant = SLANT_DEG + SLANT_SWAY_DEG * canvas.make_noise("slant", cell=220)
    broad = steer_brush(lightness, scale_px=9.0 * canvas.unit, slant_deg=slant, calm=4e-4)
    return broad, steer_brush(lightness, scale_px=4.0 * canvas.unit, slant_deg=slant, calm=1.5e-4)


def _rub(surface: Surface, goal: Picture, unit: float) -> None:
    """A finger presses the first chalk into the paper's pits; what stays empty there would look like snow."""
    covered = ramp(surface.relief * np.float32(1.0 / unit), 0.0, 0.3)
    surface.picture[:] = mix(surface.picture, blur(goal, 4.5 * unit), 0.66 * covered)


def _find_reach(canvas: Canvas, border: float) -> Plane:
    """Distance from the sheet's sides in margins, uneven as a hand leaves it; large around heads."""
    if border == 0.0:
        return np.full(canvas.shape, 2.0, dtype=np.float32)
    inset = measure_inset(canvas.shape) / np.float32(46.0 * canvas.unit * border)
    uneven = 0.30 * canvas.make_noise("border", cell=120)
    return np.asarray(inset + uneven + 2.0 * canvas.head_mask, dtype=np.float32)


def _blend(canvas: Canvas, picture: Picture, blending: float) -> Picture:
    """A finger softens the chalk on skin."""
    return mix(picture, blur(picture, 2.2 * canvas.unit), np.float32(blending) * 0.9 * canvas.face_mask)
