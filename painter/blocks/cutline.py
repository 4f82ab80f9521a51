"""The cutline of a window: the drawing that says where its panes meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from painter.arrays import Picture, Plane
from painter.blocks.curves import blur, clamp, mix, ramp
from painter.blocks.panes import (
    COMPACTNESS,
    Labels,
    Mask,
    average_panes,
    grow_panes,
    lay_quarries,
    number_panes,
    throw_seeds,
)
from painter.boxes import Box

if TYPE_CHECKING:
    from painter.canvas import Canvas

REDUCTION = 2
"""Of the copy on which the cutline of a reference-size picture is drawn; larger pictures are reduced more."""
SPACING = (15.0, 46.0)
"""Between seeds where there is much and where there is little detail; reference pixels."""
QUARRY_WIDTH = 58.0
SMALLEST_PANE = 200.0
"""Square reference pixels."""
FRAME = 30.0
FRAME_PIECE = 92.0
SKIN_SPREAD = 20.0
"""Lab distance within which skin belongs to the middle of its face."""
SKIN_OVAL = (0.24, 0.42, 0.78)
"""Where it is looked for: shift downwards and semi-axes, in face sizes."""


@dataclass(frozen=True)
class Cutline:
    """Where the panes of a window are."""

    panes: Labels
    sheets: NDArray[np.int32]  # for every pane by its number: which sheet it is cut from, much the same in every frame
    skin: Plane  # 0-1: the panes on which faces are painted
    frame: Labels  # 0 inside, 1 and 2 in turn along the frame


def draw_cutline(canvas: Canvas, shapes: Picture, *, pane_size: float, border: float) -> Cutline:
    """Panes along the shapes of a Lab picture, lozenges in its plain backdrop, a frame of short pieces.

    `pane_size` and `border` are factors on the usual sizes. It is drawn on a reduced copy, which rounds the panes.
    """
    reduction = max(1, round(REDUCTION * canvas.unit))
    size = (canvas.shape[1] // reduction, canvas.shape[0] // reduction)
    small = np.asarray(cv2.resize(shapes, size, interpolation=cv2.INTER_AREA), dtype=np.float32)
    subject = np.asarray(cv2.resize(canvas.subject_mask, size), dtype=np.float32)
    unit = canvas.unit / reduction
    edges = find_edges(blur(small, 1.2 * unit))
    spacing = _choose_spacing(edges, unit) * np.float32(pane_size)
    seeds = canvas.decide("panes", lambda: throw_seeds(np.maximum(spacing, 2.0), canvas.create_generator("panes")))
    faces = [_reduce_box(face, reduction) for face in canvas.faces]
    first_skin = int(seeds.max()) + 1
    panes = grow_panes(edges, _seed_faces(faces, seeds, small), COMPACTNESS / max(unit, 0.1))
    skin = panes >= first_skin
    quarries = lay_quarries((size[1], size[0]), max(3.0, QUARRY_WIDTH * unit * pane_size))
    panes = np.where(_find_plain(panes, edges, subject) & ~skin, quarries + panes.max(), panes).astype(np.int32)
    strip, frame = lay_frame((size[1], size[0]), FRAME * unit * border, FRAME_PIECE * unit)
    panes = np.where(frame > 0, strip + panes.max() + 1, panes).astype(np.int32)
    sources = panes
    panes = number_panes(sources, max(4.0, SMALLEST_PANE * unit * unit * pane_size))
    sheets = np.zeros(int(panes.max()) + 1, dtype=np.int32)
    sheets[panes] = sources
    soft_skin = blur(_enlarge(skin, canvas).astype(np.float32), 2.0 * canvas.unit)
    return Cutline(_enlarge(panes, canvas), sheets, soft_skin, _enlarge(frame, canvas))


def _reduce_box(box: Box, reduction: int) -> Box:
    return Box(*(round(value / reduction) for value in (box.x, box.y, box.width, box.height)))


def _enlarge(labels: NDArray[np.generic], canvas: Canvas) -> Labels:
    """Labels at the picture's size."""
    size = (canvas.shape[1], canvas.shape[0])
    return np.asarray(cv2.resize(labels.astype(np.int32), size, interpolation=cv2.INTER_NEAREST), dtype=np.int32)


def _choose_spacing(edges: Plane, unit: float) -> Plane:
    """Pixels between seeds: few large panes where little happens."""
    detail = ramp(blur(edges, 8.0 * unit), 0.02, 0.13)
    return mix(np.full_like(edges, SPACING[1] * unit), np.full_like(edges, SPACING[0] * unit), detail)


def find_edges(shapes: Picture) -> Plane:
    """0-1: strength of the colour edges of a Lab picture."""
    total = np.zeros(shapes.shape[:2], dtype=np.float32)
    for axes in ((1, 0), (0, 1)):
        for channel, weight in enumerate((1.0, 0.5, 0.5)):
            slope = cv2.Scharr(shapes[..., channel], cv2.CV_32F, *axes, scale=1 / 32)
            total += np.float32(weight) * slope * slope
    return clamp(np.sqrt(total) * np.float32(1 / 18), 0.0, 1.0)


def _seed_faces(faces: Sequence[Box], seeds: Labels, shapes: Picture) -> Labels:
    """The seeds with one instead of many on the skin of every face, which is painted on a single piece of glass."""
    for face in faces:
        skin = _find_skin(face, shapes)
        seeds = np.where(skin, seeds.max() + np.int32(1), seeds)
    return np.asarray(seeds, dtype=np.int32)


def _find_skin(face: Box, shapes: Picture) -> Mask:
    """Where the skin of a face and throat is in a Lab picture: what is coloured like its middle and joined to it."""
    middle = _draw_oval(shapes, face, 0.05, 0.40, 0.40)
    if not middle.any():
        return middle > 0
    colour = np.median(shapes[middle > 0], axis=0)
    alike = np.square(shapes - colour) @ np.array((0.35, 1.0, 1.0), dtype=np.float32) < SKIN_SPREAD**2
    skin = middle | (alike & (_draw_oval(shapes, face, *SKIN_OVAL) > 0)).astype(np.uint8)
    reach = max(1, round(0.06 * face.width))
    opened = cv2.morphologyEx(skin, cv2.MORPH_OPEN, np.ones((reach, reach), dtype=np.uint8))
    # wrinkles and the rims of spectacles would cut it into splinters
    opened = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, np.ones((2 * reach, 2 * reach), dtype=np.uint8))
    _, parts = cv2.connectedComponents(np.maximum(opened, middle))
    return np.asarray(np.isin(parts, np.unique(parts[middle > 0])), dtype=bool)


def _draw_oval(shapes: Picture, face: Box, drop: float, across: float, down: float) -> NDArray[np.uint8]:
    """1 inside an ellipse in a picture; shift downwards and semi-axes in face sizes."""
    oval = np.zeros(shapes.shape[:2], dtype=np.uint8)
    centre = (round(face.centre[0]), round(face.centre[1] + drop * face.height))
    axes = (round(across * face.width), round(down * face.height))
    cv2.ellipse(oval, centre, axes, 0, 0, 360, (1,), -1)
    return oval


def _find_plain(panes: Labels, edges: Plane, subject: Plane) -> Mask:
    """Where panes of plain backdrop lie."""
    means = average_panes(np.dstack((edges, subject)), panes)
    return np.asarray(((means[:, 0] < 0.06) & (means[:, 1] < 0.75))[panes], dtype=bool)


def lay_frame(shape: tuple[int, int], breadth_px: float, piece_px: float) -> tuple[Labels, Labels]:
    """A strip of short pieces along the sides, square ones in the corners: their numbers, and 1 and 2 in turn.

    Both are 0 inside. A picture too small for a frame has none.
    """
    breadth = round(breadth_px)
    height, width = shape
    nothing = np.zeros(shape, dtype=np.int32)
    if breadth < 2 or min(shape) < 6 * breadth:
        return nothing, nothing
    rows, columns = _divide(height, breadth, piece_px), _divide(width, breadth, piece_px)
    numbers = 1 + rows[:, None] * (columns.max() + 1) + columns[None, :]
    turns = 1 + (rows[:, None] + columns[None, :]) % 2
    for plane in (numbers, turns):
        plane[breadth:-breadth, breadth:-breadth] = 0
    return numbers, turns


def _divide(side: int, breadth: int, piece_px: float) -> NDArray[np.int32]:
    """The number of the frame's piece at every pixel along a side; the corners are pieces of their own."""
    pieces = max(1, round((side - 2 * breadth) / piece_px))
    place = (np.arange(side) - breadth) * pieces // (side - 2 * breadth) + 1
    return np.clip(place, 0, pieces + 1).astype(np.int32)
