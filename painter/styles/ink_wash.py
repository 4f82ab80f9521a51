"""Ink wash on hanji: few tones, brush lines, a breath of colour and much empty paper."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from painter.arrays import Picture, Plane
from painter.blocks.curves import blur, clamp, mix, ramp
from painter.blocks.edges import find_rim, measure_inset
from painter.blocks.flow import Flow, find_flow, smear
from painter.blocks.hanji import get_hanji
from painter.blocks.hatch import draw_strokes
from painter.blocks.lines import find_lines
from painter.blocks.paper import make_sheet
from painter.blocks.seal import carve_seal, find_place
from painter.blocks.smooth import smooth_shapes
from painter.blocks.tone import correct_tone, to_lab, to_rgb
from painter.blocks.warp import shift_pixels
from painter.canvas import Canvas, Painting

PAPER_COLOUR = (0.960, 0.932, 0.875)
INK = (0.98, 1.0, 1.03)
"""Absorption of the ink by channel: black with a trace of warmth."""
TINT_LIGHTNESS = 88.0
SEAL_COLOUR = (0.70, 0.13, 0.10)
SEAL_SIDE = 72
SEAL_MARGIN = 52

TONES = ((0.16, 0.11), (0.36, 0.20), (0.56, 0.36), (0.76, 0.62))
"""Darkness (0-1) at which an ink tone begins, and the density it adds."""


def paint_style(canvas: Canvas, parameters: Mapping[str, float]) -> Painting:
    """Paint a canvas; see the catalogue for the parameters."""
    lab = correct_tone(canvas.photo, canvas.face_mask, canvas.decide)
    flow = find_flow(lab[..., 0] * np.float32(0.01), unit=canvas.unit)
    bristles = _draw_bristles(canvas, lab[..., 0] * np.float32(0.01))
    canvas.progress.reach(0.25)
    lines = _draw_lines(canvas, lab[..., 0] * np.float32(0.01), flow, bristles) * np.float32(parameters["brush"])
    canvas.progress.reach(0.45)
    shapes = to_lab(_simplify_shapes(canvas, lab, flow))
    canvas.progress.reach(0.60)
    washes = _lay_tones(canvas, shapes, bristles, parameters)
    presence = _leave_paper(canvas, bristles, parameters["mist"])
    ink = washes * presence + lines * np.sqrt(presence)
    canvas.progress.reach(0.80)
    sheet = make_sheet(canvas.shape, PAPER_COLOUR, get_hanji(canvas.textures, canvas.unit))
    absorbed = ink[..., None] * np.asarray(INK, dtype=np.float32)
    absorbed += _breathe_colour(canvas, shapes, parameters) * presence[..., None]
    picture = sheet * np.exp(-absorbed)
    canvas.progress.reach(0.92)
    return Painting(_press_seal(canvas, picture, ink, parameters["seal"]), sheet)


def _simplify_shapes(canvas: Canvas, lab: Picture, flow: Flow) -> Picture:
    unit, faces = canvas.unit, canvas.face_mask
    smooth = smooth_shapes(to_rgb(lab), radius_px=40 * unit, contrast=0.35, detail=0.7 * faces)
    smooth = smear(smooth, flow, 6 * unit)
    reach = (2.5 * unit) * (1.0 - 0.85 * faces)
    return shift_pixels(
        smooth, reach * canvas.make_noise("wobble x", cell=40), reach * canvas.make_noise("wobble y", cell=40)
    )


def _draw_bristles(canvas: Canvas, lightness: Plane) -> Plane:
    """Unit-variance streaks of a brush that follows the large forms, and falls downwards where there are none."""
    unit = canvas.unit
    sweep = find_flow(blur(lightness, 3.0 * unit), unit=1.8 * unit, leaning_deg=75.0, leaning=6e-5)
    return draw_strokes(canvas.make_noise("bristles", cell=1.5, gain=0.7), sweep, 18 * unit)


def _lay_tones(canvas: Canvas, shapes: Picture, bristles: Plane, parameters: Mapping[str, float]) -> Plane:
    """Ink density of the washes; where there is colour, ink holds back."""
    unit, faces, wetness = canvas.unit, canvas.face_mask, parameters["wetness"]
    darkness = clamp(1.0 - shapes[..., 0] * np.float32(0.0103), 0.0, 1.0)
    chroma = np.hypot(shapes[..., 1], shapes[..., 2]) * np.float32(min(1.0, parameters["colourfulness"]))
    darkness *= 1.0 - 0.40 * ramp(chroma, 20.0, 80.0)
    wet = ramp(canvas.make_noise("wet", cell=110), -0.5, 1.0) * np.float32(min(1.0, wetness)) * (1.0 - faces)
    feather = canvas.make_noise("feather", cell=22, gain=0.62)
    ragged = darkness * (1.0 + 0.06 * bristles * (1.0 - faces) * (1.0 - wet)) + 0.018 * feather * (1.0 - 0.8 * faces)
    run = mix(ragged, blur(darkness, 8.0 * unit * max(0.1, wetness)) + (0.05 * wet) * feather, 0.85 * wet)
    tones = np.zeros_like(darkness)
    rims = np.zeros_like(darkness)
    for threshold, step in TONES:
        wash = ramp((run - threshold) / (0.035 + 0.10 * wet + 0.05 * faces), -1.0, 1.0)
        tones += step * wash
        rims += step * find_rim(wash, 2.2 * unit)
    tones += 0.9 * rims * (1.0 - wet) * (1.0 - 0.5 * faces)
    ground = 1.45 * darkness ** np.float32(1.5)
    pool = canvas.make_noise("pool", cell=160)
    uneven = 1.0 + (0.16 * pool + 0.12 * bristles * (1.0 - 0.8 * wet)) * (1.0 - 0.7 * faces)
    return np.asarray(
        mix(tones, ground, 0.18 + 0.24 * faces) * clamp(uneven, 0.3, 1.7) * (1.0 - 0.12 * faces), dtype=np.float32
    )


def _draw_lines(canvas: Canvas, lightness: Plane, flow: Flow, bristles: Plane) -> Plane:
    """Ink density of the brush lines: thin ones with changing pressure, broad dry ones where the contrast is strong."""
    unit = canvas.unit
    thin = find_lines(lightness, flow, width_px=1.2 * unit, sharpness=0.99, reach_px=9 * unit)
    broad = find_lines(lightness, flow, width_px=3.2 * unit, sharpness=0.99, reach_px=16 * unit)
    pressure = canvas.make_noise("pressure", cell=70)
    dry = ramp(bristles + 0.6 * pressure, -1.0, 0.5)
    fine = 0.85 * ramp(thin + 0.006 * pressure * (1.0 - canvas.face_mask), 0.006, 0.035)
    bold = 1.2 * dry * ramp(broad, 0.018, 0.06) * (1.0 - 0.8 * canvas.face_mask)
    return np.asarray(fine + bold, dtype=np.float32)


def _breathe_colour(canvas: Canvas, shapes: Picture, parameters: Mapping[str, float]) -> Picture:
    """Absorption of thin colour, (H, W, 3): the shapes' chroma at constant lightness, run into the damp paper."""
    strength = np.float32(0.36 * parameters["colourfulness"])
    pool = 1.0 + 0.18 * canvas.make_noise("colour pool", cell=120)
    chroma = (
        blur(np.ascontiguousarray(shapes[..., 1:]), 3.0 * canvas.unit)
        * (strength * pool * (1.0 + 0.5 * canvas.face_mask))[..., None]
    )
    tint = to_rgb(np.dstack((np.full(canvas.shape, TINT_LIGHTNESS, dtype=np.float32), chroma)))
    neutral = to_rgb(np.array([[[TINT_LIGHTNESS, 0.0, 0.0]]], dtype=np.float32))
    return np.asarray(np.log(neutral) - np.log(np.maximum(tint, 0.02)), dtype=np.float32)


def _leave_paper(canvas: Canvas, bristles: Plane, mist: float) -> Plane:
    """0-1: how much of the paint is there; the background and the outskirts dissolve into the paper."""
    clouds = canvas.make_noise("mist", cell=200, gain=0.55)
    keep = clamp(0.16 + 0.10 * clouds, 0.02, 1.0)
    subject = ramp(canvas.subject_mask + 0.12 * clouds, 0.15, 0.75)
    presence = mix(keep, np.ones_like(keep), subject)
    inset = measure_inset(canvas.shape) / np.float32(110.0 * canvas.unit) + 1.2 * canvas.head_mask
    presence = presence * (0.08 + 0.92 * ramp(inset + 0.42 * clouds + 0.16 * bristles, 0.25, 1.05))
    return mix(np.ones_like(keep), presence, mist)


def _press_seal(canvas: Canvas, picture: Picture, ink: Plane, opacity: float) -> Picture:
    """The picture with a red seal in its palest corner; small pictures carry none."""
    side, margin = round(SEAL_SIDE * canvas.unit), round(SEAL_MARGIN * canvas.unit)
    if opacity == 0.0 or side < 12:
        return picture
    wear = canvas.make_noise("seal", cell=5, gain=0.6)
    x, y = canvas.decide("seal", lambda: find_place(ink + canvas.face_mask, side, margin))
    area = (slice(y, y + side), slice(x, x + side))
    stamp = carve_seal(side, wear[area]) * np.float32(opacity)
    picture[area] = mix(picture[area], picture[area] * np.asarray(SEAL_COLOUR, dtype=np.float32), stamp)
    return picture
