"""Sepia: a toned print from a large camera, kept in an album for a lifetime."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

from painter.arrays import Picture, Plane
from painter.blocks.curves import blur, clamp, mix, ramp
from painter.blocks.edges import measure_inset
from painter.blocks.paper import make_sheet
from painter.blocks.tone import correct_tone, to_rgb
from painter.canvas import Canvas, Painting

PAPER_COLOUR = (0.972, 0.948, 0.892)
PLATE_SENSITIVITY = (0.22, 0.55, 0.23)
"""Of an orthochromatic plate: reds come out darker than the eye sees them."""
SKIN_SENSITIVITY = (0.36, 0.49, 0.15)
"""On faces: a plate that darkens reds would darken skin."""
TONES = (
    (0.130, 0.075, 0.050),
    (0.290, 0.190, 0.125),
    (0.610, 0.475, 0.345),
    (0.870, 0.780, 0.640),
    (0.975, 0.935, 0.830),
)
"""RGB of silver that was turned to sulphide, from the deepest shadow to the lights, at equal steps."""
DUST = 26
"""Specks and hairs on a print of any size."""


def paint_style(canvas: Canvas, parameters: Mapping[str, float]) -> Painting:
    """Paint a canvas; see the catalogue for the parameters."""
    picture = to_rgb(correct_tone(canvas.photo, canvas.face_mask, canvas.decide))
    canvas.progress.reach(0.25)
    silver = _expose_plate(canvas, picture)
    silver = _look_through_lens(canvas, silver, parameters["softness"])
    canvas.progress.reach(0.5)
    silver = _fade_outskirts(canvas, _print_tone(silver), parameters["vignette"])
    silver += np.float32(0.018 * parameters["grain"]) * _grow_grain(canvas, silver)
    canvas.progress.reach(0.7)
    silver = _age(canvas, silver, parameters["age"])
    sheet = _choose_card(canvas)
    print_ = _tone_silver(silver)
    picture = mix(sheet, print_, _deckle_edge(canvas, parameters["border"]))
    canvas.progress.reach(0.9)
    return Painting(picture * _shade_edge(canvas, parameters["border"])[..., None], sheet)


def _expose_plate(canvas: Canvas, picture: Picture) -> Plane:
    """Silver 0-1 that an RGB picture 0-1 leaves."""
    plate, skin = (picture @ np.asarray(weights, dtype=np.float32) for weights in (PLATE_SENSITIVITY, SKIN_SENSITIVITY))
    return mix(plate, skin, canvas.face_mask)


def _look_through_lens(canvas: Canvas, silver: Plane, softness: float) -> Plane:
    """An old portrait lens: sharp in the middle and on faces, softer outwards, with a glow around the lights."""
    height, width = canvas.shape
    y, x = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    off_axis = ramp(np.sqrt(x * x + y * y), 0.45, 1.3) * (1.0 - canvas.head_mask) * (1.0 - canvas.face_mask)
    soft = mix(silver, blur(silver, 2.6 * canvas.unit), off_axis * np.float32(min(1.0, softness)))
    glow = blur(np.maximum(soft - 0.55, 0.0), 14 * canvas.unit)
    veil = mix(soft, blur(soft, 5.0 * canvas.unit), 0.18 * softness)
    return np.asarray(veil + np.float32(0.32 * softness) * glow * (1.0 - veil), dtype=np.float32)


def _print_tone(silver: Plane) -> Plane:
    """The curve of the paper: soft toe, long shoulder."""
    tone = clamp(silver, 0.0, 1.0)
    return mix(tone, tone * tone * (3.0 - 2.0 * tone), 0.55)


def _fade_outskirts(canvas: Canvas, silver: Plane, vignette: float) -> Plane:
    """Darker corners, as the lens leaves them; the backdrop pales a little, as the enlarger's mask does it."""
    height, width = canvas.shape
    y, x = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    corner = ramp(np.sqrt(x * x + 0.8 * y * y), 0.55, 1.45)
    pale = silver + 0.16 * (1.0 - canvas.subject_mask) * (1.0 - silver)
    return np.asarray(pale * (1.0 - np.float32(0.40 * vignette) * corner * (0.4 + 0.6 * pale)), dtype=np.float32)


def _grow_grain(canvas: Canvas, silver: Plane) -> Plane:
    """Unit-variance grain, strongest in the middle tones."""
    grain = canvas.make_noise("grain", cell=1.7, gain=0.72)
    return np.asarray(grain * (0.35 + 2.6 * silver * (1.0 - silver)), dtype=np.float32)


def _age(canvas: Canvas, silver: Plane, age: float) -> Plane:
    """Silver that faded in clouds and from the sides, dust and hairs that were printed along."""
    clouds = canvas.make_noise("fading", cell=260, gain=0.5)
    inset = measure_inset(canvas.shape) / np.float32(110.0 * canvas.unit)
    faded = np.float32(0.035 * age) * (1.0 + clouds) + np.float32(0.10 * age) * ramp(inset, 1.0, 0.1)
    aged = silver + clamp(faded, 0.0, 0.4) * (0.85 - silver)
    return np.asarray(aged + np.float32(0.24 * age) * _drop_dust(canvas), dtype=np.float32)


def _drop_dust(canvas: Canvas) -> Plane:
    """-1..1: bright specks and a few hairs, none on faces."""
    generator, unit = canvas.create_generator("dust"), canvas.unit
    dust = np.zeros(canvas.shape, dtype=np.float32)
    height, width = canvas.shape
    for index in range(DUST):
        x, y = generator.uniform((0, 0), (width, height))
        bends = generator.uniform(-1.0, 1.0, 2)
        length = unit * generator.uniform(14, 40) if index % 5 == 0 else unit * generator.uniform(0.3, 1.6)
        steps = np.linspace(0.0, 1.0, 8)
        heading = 2.0 * np.pi * bends[0] + 1.6 * bends[1] * steps
        path = np.column_stack((x + length * steps * np.cos(heading), y + length * steps * np.sin(heading)))
        # cv2 takes fixed-point coordinates: 4 fractional bits
        points = [np.round(path * 16).astype(np.int32)]
        cv2.polylines(dust, points, False, (float(generator.uniform(0.4, 1.0)),), max(1, round(unit)), cv2.LINE_AA, 4)
    return np.asarray(blur(dust, 0.5 * unit) * (1.0 - canvas.head_mask) * (1.0 - canvas.face_mask), dtype=np.float32)


def _tone_silver(silver: Plane) -> Picture:
    """RGB 0-1 of the toned print."""
    levels = np.linspace(0.0, 1.0, len(TONES))
    channels = [np.interp(silver, levels, [tone[channel] for tone in TONES]) for channel in range(3)]
    return np.dstack(channels).astype(np.float32)


def _choose_card(canvas: Canvas) -> Picture:
    """The paper of the print."""
    fibres = canvas.make_noise("card", cell=2.4, gain=0.7)
    foxing = canvas.make_noise("card clouds", cell=180)
    return make_sheet(canvas.shape, PAPER_COLOUR, np.asarray(1.0 + 0.006 * fibres + 0.008 * foxing, np.float32))


def _deckle_edge(canvas: Canvas, border: float) -> Plane:
    """0 on the card, 1 on the print; the emulsion ends a little unevenly."""
    if border == 0.0:
        return np.ones(canvas.shape, dtype=np.float32)
    ragged = 1.8 * canvas.make_noise("deckle", cell=60, gain=0.42) * canvas.unit
    return ramp(measure_inset(canvas.shape) - np.float32(30.0 * canvas.unit * border) + ragged, -1.0, 1.0)


def _shade_edge(canvas: Canvas, border: float) -> Plane:
    """Factor: the card darkens towards its handled sides."""
    if border == 0.0:
        return np.ones(canvas.shape, dtype=np.float32)
    inset = measure_inset(canvas.shape) / np.float32(26.0 * canvas.unit)
    return np.asarray(1.0 - 0.07 * ramp(inset + 0.25 * canvas.make_noise("handled", cell=90), 1.0, 0.0), np.float32)
