"""Riso print: three spot inks in dots on uncoated paper, never quite in register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from painter.arrays import Picture, Plane
from painter.blocks.curves import blur, clamp, mix, ramp
from painter.blocks.edges import measure_inset
from painter.blocks.halftone import make_screen, print_dots
from painter.blocks.paper import get_cold_pressed, light_surface, make_sheet
from painter.blocks.plain import find_plain
from painter.blocks.skin import trust_skin
from painter.blocks.smooth import smooth_shapes
from painter.blocks.tone import correct_tone, to_lab, to_rgb
from painter.canvas import Canvas, Painting

PAPER_COLOUR = (0.972, 0.955, 0.918)
DOT_PERIOD = 5.6
FACE_PERIOD = 3.2
"""Heads carry finer dots: an eye must not fall between them."""

GREY_RANGE = (-0.1, 0.75)
"""Grey is three inks at once: below this amount they stay off the paper, above it they print in full. Clean lights and
skin without blue specks."""


@dataclass(frozen=True)
class Ink:
    """One drum of the machine."""

    name: str
    colour: tuple[float, float, float]  # RGB of solid ink on white
    angle_deg: float  # of its screen


INKS = (
    Ink("yellow", (1.00, 0.83, 0.10), 0.0),
    Ink("pink", (0.98, 0.33, 0.47), 75.0),
    Ink("blue", (0.06, 0.34, 0.66), 45.0),
)


def paint_style(canvas: Canvas, parameters: Mapping[str, float]) -> Painting:
    """Paint a canvas; see the catalogue for the parameters."""
    canvas = trust_skin(canvas, 0.4)
    picture = _prepare_original(canvas, parameters)
    canvas.progress.reach(0.35)
    plates = _separate(picture) * _leave_margin(canvas, parameters["border"])[..., None]
    fineness = _find_heads(canvas, picture)
    canvas.progress.reach(0.5)
    paper = get_cold_pressed(canvas.textures, 0.4 * canvas.unit)
    sheet = make_sheet(canvas.shape, PAPER_COLOUR, light_surface(paper, 0.025, canvas.unit))
    printed = sheet.copy()
    for index, ink in enumerate(INKS):
        layer = _print_ink(canvas, ink, plates[..., index], fineness, paper, parameters)
        printed *= np.exp(layer[..., None] * np.log(np.asarray(ink.colour, dtype=np.float32)))
        canvas.progress.reach(0.6 + 0.12 * index)
    return Painting(printed, sheet)


def _prepare_original(canvas: Canvas, parameters: Mapping[str, float]) -> Picture:
    """Clear, slightly graphic colours with crisp edges; a paler background; RGB 0-1."""
    unit, faces = canvas.unit, canvas.face_mask
    smooth = smooth_shapes(
        to_rgb(correct_tone(canvas.photo, faces, canvas.decide)), radius_px=12 * unit, contrast=0.22, detail=0.6 * faces
    )
    lab = to_lab(smooth)
    crisp = lab[..., 0] + (0.9 - 0.3 * faces) * (lab[..., 0] - blur(lab[..., 0], 3.0 * unit))
    lightness = clamp(10.0 + 94.0 * clamp(crisp * np.float32(0.01), 0.0, 1.0) ** np.float32(0.80), 0.0, 100.0)
    lab[..., 0] = lightness + 0.22 * (1.0 - canvas.subject_mask) * (100.0 - lightness)
    lab[..., 1:] *= np.float32(1.25 * parameters["colourfulness"])
    return to_rgb(lab)


def _separate(picture: Picture) -> Picture:
    """Coverage 0-1 (H, W, 3) of the inks whose overprint comes nearest to an RGB picture.

    Densities of transparent inks add up; a dot's area follows from the density that it shall have on average.
    Sources: Yule 1967; Murray 1936.
    """
    densities = -np.log(np.array([ink.colour for ink in INKS], dtype=np.float64))
    amounts = clamp(-np.log(np.maximum(picture, 0.03)) @ np.linalg.inv(densities).astype(np.float32), 0.0, 1.0)
    grey = amounts.min(axis=2)
    amounts -= (grey * (1.0 - ramp(grey, *GREY_RANGE)))[..., None]
    strongest = densities.max(axis=1).astype(np.float32)
    area = (1.0 - np.exp(-strongest * amounts)) / (1.0 - np.exp(-strongest))
    return clamp(area, 0.0, 1.0)


def _leave_margin(canvas: Canvas, border: float) -> Plane:
    """0 on the unprinted margin, 1 inside."""
    if border == 0.0:
        return np.ones(canvas.shape, dtype=np.float32)
    inset = measure_inset(canvas.shape) - np.float32(30.0 * canvas.unit * border)
    return ramp(inset, -0.8, 0.8)


def _print_ink(
    canvas: Canvas, ink: Ink, coverage: Plane, fineness: Plane, paper: Plane, parameters: Mapping[str, float]
) -> Plane:
    """How much of an ink lies where, 0 to about 1; dots are fine where `fineness` is 1."""
    unit, size = canvas.unit, parameters["dot_size"]
    moved = _misregister(canvas, ink, coverage, parameters["misregistration"])
    dots = _screen(canvas, ink, moved, DOT_PERIOD * unit * size)
    if canvas.faces:
        # dots are mixed, not screens: between two screens the tone would change
        dots = mix(dots, _screen(canvas, ink, moved, FACE_PERIOD * unit * size), fineness)
    uneven = 0.06 * canvas.make_noise(f"{ink.name} roller", cell=90, gain=0.55)
    grain = 0.10 * canvas.make_noise(f"{ink.name} grain", cell=2.2, gain=0.7) + 0.22 * (0.5 - paper)
    cover = 0.94 + np.float32(parameters["ink_texture"]) * (uneven + grain * (1.0 - 0.5 * canvas.face_mask))
    return clamp(dots * cover, 0.0, 1.1)


def _find_heads(canvas: Canvas, picture: Picture) -> Plane:
    """0-1: where dots are fine: faces, and hair, but not the plain backdrop beside it."""
    plain = find_plain(to_lab(picture)[..., 0] * np.float32(0.01), canvas.unit)
    return ramp(np.maximum(canvas.face_mask, canvas.head_mask * (1.0 - plain)), 0.35, 0.75)


def _screen(canvas: Canvas, ink: Ink, coverage: Plane, period_px: float) -> Plane:
    """0-1: an ink in dots, softer ones on faces."""
    screen = make_screen(canvas.shape, period_px=period_px, angle_deg=ink.angle_deg)
    return print_dots(coverage, screen, 0.20 + 0.16 * canvas.face_mask)


def _misregister(canvas: Canvas, ink: Ink, coverage: Plane, strength: float) -> Plane:
    """The plate as the paper met it: moved and turned by a little, differently for every seed."""
    generator = canvas.create_generator(f"{ink.name} register")
    heading = generator.uniform(0.0, 2.0 * np.pi)
    reach = 1.6 * canvas.unit * strength
    height, width = canvas.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(generator.uniform(-0.06, 0.06)) * strength, 1.0)
    turn[:, 2] += (reach * np.cos(heading), reach * np.sin(heading))
    moved = cv2.warpAffine(coverage, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, dtype=np.float32)
