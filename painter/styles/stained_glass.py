"""Stained glass: panes in lead, faces painted on one piece, plain lozenges behind, light from outside."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from painter.arrays import Picture, Plane
from painter.blocks.curves import blur, clamp, mix, ramp
from painter.blocks.cutline import Cutline, draw_cutline, find_edges
from painter.blocks.flow import Flow, find_flow, smear
from painter.blocks.lines import find_lines
from painter.blocks.palette import learn_palette
from painter.blocks.panes import Labels, average_panes, find_seams
from painter.blocks.paper import light_surface
from painter.blocks.skin import trust_skin
from painter.blocks.smooth import smooth_shapes
from painter.blocks.tone import correct_tone, to_lab, to_rgb
from painter.canvas import Canvas, Painting

LEAD = (0.120, 0.118, 0.125)
COBALT = (8.0, -44.0)
GRISAILLE = (0.30, 0.17, 0.11)
"""Vitreous paint: what a line drawn on the glass lets through."""


def paint_style(canvas: Canvas, parameters: Mapping[str, float]) -> Painting:
    """Paint a canvas; see the catalogue for the parameters."""
    canvas = trust_skin(canvas, 0.25)
    lab = correct_tone(canvas.photo, canvas.face_mask, canvas.decide)
    lightness = lab[..., 0] * np.float32(0.01)
    flow = find_flow(lightness, unit=canvas.unit)
    smooth = smooth_shapes(to_rgb(lab), radius_px=40 * canvas.unit, contrast=0.50, detail=0.7 * canvas.face_mask)
    shapes = to_lab(mix(smear(smooth, flow, 14 * canvas.unit), smooth, canvas.face_mask))
    canvas.progress.reach(0.3)
    cutline = draw_cutline(canvas, shapes, pane_size=parameters["pane_size"], border=parameters["border"])
    canvas.progress.reach(0.55)
    colours = _choose_glass(canvas, shapes, cutline)[cutline.panes]
    glass = _colour_glass(canvas, shapes, colours, cutline, parameters)
    canvas.progress.reach(0.7)
    glass *= _draw_on_glass(canvas, lightness, flow, cutline)
    canvas.progress.reach(0.85)
    lead = _lay_lead(canvas, colours, cutline.panes, parameters["lead"])
    window = _shine_through(canvas, glass, lead, parameters["glow"])
    return Painting(window, np.ones_like(window))


def _choose_glass(canvas: Canvas, shapes: Picture, cutline: Cutline) -> Picture:
    """Lab colour of every pane, by its number: no two sheets of glass are quite alike, and none is quite grey."""
    colours = average_panes(shapes, cutline.panes)
    generator = canvas.create_generator("sheets")
    shades = generator.normal(0.0, (2.4, 1.6, 2.2), (int(cutline.sheets.max()) + 1, 3)).astype(np.float32)
    colours += shades[cutline.sheets]
    colours[:, 0] = 10.0 + 90.0 * clamp(colours[:, 0] * np.float32(0.01), 0.0, 1.0) ** np.float32(0.85)
    pale = 0.22 * (1.0 - average_panes(canvas.subject_mask, cutline.panes)[:, 0])
    colours[:, 0] += pale * (100.0 - colours[:, 0])
    for turn, colour in enumerate(canvas.decide("frame", lambda: _choose_frame(shapes)), start=1):
        colours[np.unique(cutline.panes[cutline.frame == turn])] = colour
    return colours


def _choose_frame(shapes: Picture) -> Picture:
    """Two Lab colours (2, 3): the strongest hue of the picture, and the strongest that is far from it, or a blue."""
    palette = learn_palette(shapes, colours=8)[:, 1:] + np.array((1.5, 5.0), dtype=np.float32)
    chroma = np.hypot(palette[:, 0], palette[:, 1])
    first = palette[chroma.argmax()]
    # the cross product is large for a strong colour far from the first one's hue
    away = np.abs(palette[:, 0] * first[1] - palette[:, 1] * first[0]) / max(float(chroma.max()), 1e-3)
    second = palette[away.argmax()] if away.max() > 20.0 else np.asarray(COBALT, dtype=np.float32)
    hues = [hue * np.float32(27.0 / max(1.0, float(np.hypot(*hue)))) for hue in (first, second)]
    return np.array([(42.0, *hues[0]), (32.0, *hues[1])], dtype=np.float32)


def _colour_glass(
    canvas: Canvas, shapes: Picture, colours: Picture, cutline: Cutline, parameters: Mapping[str, float]
) -> Picture:
    """RGB 0-1 of the glass: clear colour with the streaks of its sheet; on skin the shading that is painted on it."""
    skin = np.maximum(cutline.skin, 0.35 * canvas.face_mask) * (cutline.frame == 0)
    shading = shapes[..., 0] - colours[..., 0]
    lab = colours.copy()
    lab[..., 0] += (0.14 * canvas.subject_mask * (cutline.frame == 0) * (1.0 - skin) + 0.88 * skin) * shading
    lab[..., 0] = mix(lab[..., 0], _step_tone(lab[..., 0]), 0.45 * cutline.skin)
    lab[..., 1:] = mix(lab[..., 1:], shapes[..., 1:], 0.50 * skin)
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    gain = 1.0 + (0.85 - 0.55 * skin) * np.exp(chroma / -40.0)
    lab[..., 1:] *= (gain * np.float32(1.15 * parameters["colourfulness"]))[..., None]
    # brown glass leans to amber, not to olive
    lab[..., 1] += 0.16 * np.maximum(lab[..., 2], 0.0) * ramp(lab[..., 0], 85.0, 45.0)
    streaks = _draw_streaks(canvas, cutline.panes) * (1.0 - 0.6 * skin)
    lab[..., 0] += np.float32(3.0 * parameters["texture"]) * streaks * (0.4 + 0.010 * lab[..., 0])
    return to_rgb(lab)


def _step_tone(lightness: Plane) -> Plane:
    """L in soft steps, as washes of vitreous paint leave it."""
    steps = lightness * np.float32(1 / 13.0)
    whole = np.floor(steps)
    return np.asarray(13.0 * (whole + ramp(steps - whole, 0.25, 0.75)), dtype=np.float32)


def _draw_streaks(canvas: Canvas, panes: Labels) -> Plane:
    """About unit variance: every pane is cut from another place of the sheet."""
    height, width = canvas.shape
    generator = canvas.create_generator("cuts")
    sheet = 0.75 * canvas.make_noise("sheet", cell=70, gain=0.62, stretch=4.0)
    sheet += 0.45 * canvas.make_noise("seeds in glass", cell=7, gain=0.5)
    rows, columns = (generator.integers(0, side, panes.max() + 1).astype(np.int32) for side in (height, width))
    y = (np.arange(height, dtype=np.int32)[:, None] + rows[panes]) % height
    x = (np.arange(width, dtype=np.int32)[None, :] + columns[panes]) % width
    return np.asarray(sheet[y, x], dtype=np.float32)


def _draw_on_glass(canvas: Canvas, lightness: Plane, flow: Flow, cutline: Cutline) -> Picture:
    """Transmission, RGB 0-1, of the lines that are drawn on the glass in vitreous paint."""
    unit = canvas.unit
    lines = find_lines(lightness, flow, width_px=1.3 * unit, sharpness=0.985, reach_px=8 * unit)
    strength = 0.40 * ramp(canvas.subject_mask, 0.2, 0.8) + 0.40 * np.maximum(cutline.skin, canvas.face_mask)
    trace = ramp(lines, 0.006, 0.035) * strength * (cutline.frame == 0)
    return mix(np.ones((*canvas.shape, 3), dtype=np.float32), np.asarray(GRISAILLE, dtype=np.float32), trace)


def _lay_lead(canvas: Canvas, colours: Picture, panes: Labels, width: float) -> Plane:
    """0-1: lead between the panes, broader where their colours (Lab) differ much."""
    unit = canvas.unit
    seams = find_seams(panes)
    step = blur(seams * np.sqrt(find_edges(colours)), 4.0 * unit) / (blur(seams, 4.0 * unit) + 0.02)
    # a seam is two pixels wide in a picture of any size; the wider the blur, the lower it comes out
    sigma = max(1.6 * unit, 0.8)
    peak = 0.5 * (math.erf(1.5 / (sigma * math.sqrt(2.0))) + math.erf(0.5 / (sigma * math.sqrt(2.0))))
    height = np.float32(0.45 / peak) * blur(seams, sigma) * (0.92 + 0.32 * step) + 0.03 * canvas.make_noise(
        "lead", cell=40
    )
    return ramp(height, 0.50 - 0.24 * width, 0.70 - 0.24 * width)


def _shine_through(canvas: Canvas, glass: Picture, lead: Plane, glow: float) -> Picture:
    """The window against the light: round lead with a gleam, and the glow of the glass around it; RGB 0-1."""
    unit = canvas.unit
    relief = light_surface(blur(lead, 1.3 * unit), 1.6, unit)
    came = np.asarray(LEAD, dtype=np.float32) * clamp(relief, 0.4, 2.6)[..., None]
    # light breaks at the edge of a pane, and more of it comes from above
    rim = 1.0 - 0.30 * blur(lead, 3.0 * unit)
    fall = np.linspace(1.06, 0.94, canvas.shape[0], dtype=np.float32)[:, None]
    lit = glass * (rim * fall)[..., None]
    spread = np.float32(0.30 * glow) * blur(lit * lit, 9.0 * unit)
    window = mix(lit, came, lead)
    return np.asarray(1.0 - (1.0 - clamp(window, 0.0, 1.0)) * (1.0 - clamp(spread, 0.0, 0.6)), dtype=np.float32)
