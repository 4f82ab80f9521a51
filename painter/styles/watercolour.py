"""Watercolour: glazes of transparent pigment that dry with dark rims on rough paper."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from painter.arrays import Picture, Plane
from painter.blocks.curves import blur, clamp, mix, ramp
from painter.blocks.density import lay_on_paper, to_density
from painter.blocks.edges import find_rim, lay_border_wash, measure_inset
from painter.blocks.flow import Flow, find_flow, smear
from painter.blocks.lines import find_lines
from painter.blocks.paper import get_cold_pressed, light_surface, make_sheet
from painter.blocks.smooth import smooth_shapes
from painter.blocks.splatter import drop_splatter
from painter.blocks.tone import correct_tone, to_lab, to_rgb
from painter.blocks.warp import shift_pixels
from painter.canvas import Canvas, Painting

PAPER_COLOUR = (0.985, 0.975, 0.955)
PAPER_RELIEF = 0.07
"""More looks like an emboss filter."""
MAX_DENSITY = 1.75
"""Pigment never gets darker; this is what makes a black read as paint."""

GLAZES = ((0.06, 0.16, 6.0), (0.22, 0.20, 4.0), (0.45, 0.32, 2.4), (0.80, 0.45, 1.2), (1.30, 0.50, 0.6))
"""Threshold of the photo's density, density that the glaze adds, looseness (blur in reference pixels)."""


def paint_style(canvas: Canvas, parameters: Mapping[str, float]) -> Painting:
    """Paint a canvas; see the catalogue for the parameters."""
    paper = get_cold_pressed(canvas.textures, canvas.unit)
    lab = correct_tone(canvas.photo, canvas.face_mask, canvas.decide)
    flow = find_flow(lab[..., 0] * np.float32(0.01), unit=canvas.unit)
    canvas.progress.reach(0.15)
    pencil = _draw_pencil(canvas, lab[..., 0], flow, parameters["pencil"])
    canvas.progress.reach(0.25)
    shapes = _simplify_shapes(canvas, lab, flow)
    canvas.progress.reach(0.45)
    hue, density = to_density(_choose_colours(canvas, shapes, parameters))
    washes = _lay_glazes(canvas, density, parameters)
    canvas.progress.reach(0.70)
    washes *= _settle(canvas, paper, density, parameters["granulation"])
    washes *= _bloom(canvas, parameters["wetness"])
    washes = _leave_border(canvas, washes, paper, parameters)
    canvas.progress.reach(0.85)
    sheet = make_sheet(canvas.shape, PAPER_COLOUR, light_surface(paper, PAPER_RELIEF, canvas.unit))
    absorbed = hue * washes[..., None] + (pencil * (0.6 + 0.8 * paper))[..., None]
    return Painting(lay_on_paper(sheet, absorbed), sheet)


def _simplify_shapes(canvas: Canvas, lab: Picture, flow: Flow) -> Picture:
    """The photo as shapes with a hand's unsteadiness, RGB 0-1."""
    unit, faces = canvas.unit, canvas.face_mask
    smooth = smooth_shapes(to_rgb(lab), radius_px=40 * unit, contrast=0.42, detail=0.7 * faces)
    smooth = smear(smooth, flow, 6 * unit)
    reach = (3.5 * unit) * (1.0 - 0.85 * faces)
    return shift_pixels(
        smooth, reach * canvas.make_noise("wobble x", cell=40), reach * canvas.make_noise("wobble y", cell=40)
    )


def _choose_colours(canvas: Canvas, shapes: Picture, parameters: Mapping[str, float]) -> Picture:
    """High key, clear colours that run into each other outside faces, violet shadows; RGB 0-1."""
    lab = to_lab(shapes)
    lightness = clamp(12.0 + 92.0 * (lab[..., 0] * np.float32(0.01)) ** np.float32(0.85), 0.0, 100.0)
    chroma = lab[..., 1:] * np.float32(1.30 * parameters["colourfulness"])
    run = blur(chroma, 7.0 * canvas.unit * max(0.1, parameters["wetness"]))
    # bare paper stays bare: no colour runs into the highest lights
    share = 0.6 * (1.0 - canvas.face_mask) * ramp(lightness, 100.0, 86.0)
    red, yellow = np.moveaxis(mix(chroma, run, share), 2, 0)
    # a breath of rose where skin would turn olive
    red = red + 0.22 * canvas.face_mask * np.maximum(yellow, 0.0)
    shadow = ramp(lightness, 52.0, 25.0)
    tint = 3.5 * (1.0 - 0.7 * canvas.face_mask) * ramp(lightness, 100.0, 80.0)
    return to_rgb(
        np.dstack(
            (
                lightness,
                red + 3.0 * shadow + tint * canvas.make_noise("tint red", cell=180),
                yellow - 11.0 * shadow + tint * canvas.make_noise("tint yellow", cell=180),
            )
        )
    )


def _lay_glazes(canvas: Canvas, density: Plane, parameters: Mapping[str, float]) -> Plane:
    """Density of the washes: a few transparent layers, each with a rim, over a continuous ground."""
    unit, faces = canvas.unit, canvas.face_mask
    turbulence = canvas.make_noise("turbulence", cell=70, gain=0.5)
    drying = ramp(canvas.make_noise("drying", cell=120), -1.2, 1.0)
    ragged = density * (1.0 + 0.07 * turbulence) + 0.02 * turbulence
    glazes = np.zeros_like(density)
    rims = np.zeros_like(density)
    for threshold, step, looseness in GLAZES:
        loose = mix(blur(ragged, looseness * unit * parameters["wetness"]), ragged, faces)
        softness = (0.02 + 0.05 * threshold) * (1.0 + 1.0 * faces + 1.5 * (1.0 - drying))
        wash = ramp((loose - threshold) / softness, -1.0, 1.0)
        glazes += step * wash
        rims += step * find_rim(wash, 2.4 * unit)
    glazes += np.float32(1.3 * parameters["edge_darkening"]) * rims * drying * (1.0 - 0.55 * faces)
    painted = mix(density, glazes, 0.74 - 0.16 * faces)
    return np.minimum(painted, MAX_DENSITY)


def _settle(canvas: Canvas, paper: Plane, density: Plane, granulation: float) -> Plane:
    """Factor on the paint: uneven water, pigment in the paper's hollows, dry brush over its hills in the lights."""
    pool = canvas.make_noise("pool", cell=200)
    grain = canvas.make_noise("grain", cell=2.0, gain=0.6)
    strength = granulation * (1.0 - 0.65 * canvas.face_mask)
    factor = 1.0 + strength * (0.17 * pool + 0.30 * (0.5 - paper) + 0.05 * grain)
    gaps = ramp(paper, 0.80, 0.95) * ramp(density, 0.30, 0.10)
    return clamp(factor - 0.5 * strength * gaps, 0.0, 2.0)


def _bloom(canvas: Canvas, wetness: float) -> Plane:
    """Factor on the paint: backruns, where late water pushed the pigment to a frayed rim. Never in faces."""
    field = canvas.make_noise("bloom", cell=120, gain=0.52)
    inside = ramp(field, 1.15, 1.25)
    rim = find_rim(inside, 4.0 * canvas.unit) + 0.5 * find_rim(1.0 - inside, 2.0 * canvas.unit)
    return clamp(1.0 + wetness * (1.0 - canvas.face_mask) * (0.9 * rim - 0.20 * inside), 0.2, 2.0)


def _leave_border(canvas: Canvas, washes: Plane, paper: Plane, parameters: Mapping[str, float]) -> Plane:
    """The washes with a paler background, a first wash that reaches further out, and an unpainted border."""
    unit = canvas.unit
    background = 0.34 + 0.66 * canvas.subject_mask
    if parameters["border"] == 0.0:
        return washes * background
    width = 52.0 * unit * parameters["border"]
    inset = measure_inset(canvas.shape) / np.float32(width) + 1.7 * canvas.head_mask
    waves = 0.50 * canvas.make_noise("border", cell=110, gain=0.38, stretch=1.4)
    dryness = ramp(canvas.make_noise("dryness", cell=150), 0.2, 1.2)
    first = lay_border_wash(inset, offset=-0.45, waves=waves, dryness=0.3 * dryness, paper=paper)
    full = lay_border_wash(inset, offset=0.10, waves=1.2 * waves, dryness=dryness, paper=paper)
    reach = 0.38 * first + 0.62 * full
    rim = 0.35 * find_rim(first, 3.0 * unit) + 0.65 * find_rim(full, 3.0 * unit)
    painted = washes * background * reach * (1.0 + 1.3 * parameters["edge_darkening"] * rim)
    splatter = drop_splatter(
        canvas.shape,
        count=70,
        largest_px=5.0 * unit,
        forbidden=2.0 * canvas.head_mask + ramp(inset, 1.6, 2.2),
        generator=canvas.create_generator("splatter"),
    )
    return np.asarray(np.maximum(painted, 0.7 * splatter * blur(washes, 30.0 * unit)), dtype=np.float32)


def _draw_pencil(canvas: Canvas, lightness: Plane, flow: Flow, strength: float) -> Plane:
    """Density of the pencil drawing under the paint."""
    response = find_lines(
        lightness * np.float32(0.01), flow, width_px=1.0 * canvas.unit, sharpness=0.985, reach_px=8 * canvas.unit
    )
    return clamp(response * 24.0 - 0.1, 0.0, 1.0) * np.float32(strength)
