"""Hatching: parallel pencil strokes, as close and as dark as the tone asks for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from painter.arrays import Picture, Plane
from painter.blocks.flow import Flow
from painter.blocks.strokes import Mark, Surface, draw_marks
from painter.blocks.strokes_brush import make_brushes
from painter.blocks.strokes_lots import draw_lots
from painter.blocks.strokes_trace import trace_strokes

POINT_GAP_PX = 2.5
"""Smallest distance between two points of a pencil stroke."""


@dataclass(frozen=True)
class Hatching:
    """One going-over with the pencil. Lengths in reference pixels."""

    angle_deg: float  # in which the strokes are pulled, clockwise from the x axis
    gap: float  # between neighbouring strokes
    length: float
    width: float  # of the point
    bend: float  # how willingly a stroke follows the form, 0-1
    drift: float  # change of tone (0-1) at which a stroke ends


def rule_seeds(
    shape: tuple[int, int], *, angle_deg: float, gap_px: float, length_px: float, generator: np.random.Generator
) -> NDArray[np.float32]:
    """Starting points (N, 2; x, y) of parallel strokes that cover a picture, evenly but by hand.

    Evenness is what makes hatching; strokes strewn at random clump and read as dirt.
    """
    height, width = shape
    angle = np.deg2rad(angle_deg)
    along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    reach = 0.5 * float(np.hypot(height, width))
    rows = np.arange(-reach, reach, gap_px)
    places = np.arange(-reach - length_px, reach, 0.8 * length_px)
    # strokes of a row start together in small groups, as the hand moves on
    start = 0.8 * length_px * np.repeat(generator.random(len(rows) // 7 + 1), 7)[: len(rows), None]
    u = places[None, :] + start + generator.normal(0.0, 0.10 * length_px, (len(rows), len(places)))
    v = rows[:, None] + generator.normal(0.0, 0.16 * gap_px, u.shape)
    spots = u[..., None] * along + v[..., None] * across + 0.5 * np.array([width, height])
    spots = spots.reshape(-1, 2)
    inside = (spots >= 0.0).all(axis=1) & (spots[:, 0] < width) & (spots[:, 1] < height)
    return np.asarray(spots[inside], dtype=np.float32)


def hatch_tone(
    surface: Surface,
    tone: Plane,
    pressure: Plane,
    flow: Flow,
    hatching: Hatching,
    mark: Mark,
    *,
    colour: tuple[float, float, float],
    unit: float,
    generator: np.random.Generator,
) -> int:
    """Draw the strokes that a tone (0 paper - 1 black) asks for; gives their number.

    `pressure` (0-1) is how hard the pencil is pressed at each place; a stroke that is pressed nowhere is left out.
    Sources: Winkenbach and Salesin 1994 (strokes that make a tone); Lu, Xu and Jia 2012 (hatching in few directions).
    """
    length = max(6.0, hatching.length * unit)
    seeds = rule_seeds(
        tone.shape[:2],
        angle_deg=hatching.angle_deg,
        gap_px=max(1.8, hatching.gap * unit),
        length_px=length,
        generator=generator,
    )
    radius = 0.5 * hatching.width * unit
    lots, brushes = draw_lots(len(seeds), generator), make_brushes(radius, fineness=mark.fineness, generator=generator)
    rows, columns = seeds[:, 1].astype(np.int32), seeds[:, 0].astype(np.int32)
    pressed = np.flatnonzero(pressure[rows, columns] > 0.02)
    seeds, lots = np.ascontiguousarray(seeds[pressed]), lots.take(pressed)
    count = len(seeds)
    step = max(POINT_GAP_PX, 0.12 * length)
    lengths = length * (0.6 + 0.65 * lots.length)
    steps = np.full(count, step, dtype=np.float32)
    points, counts = trace_strokes(
        seeds,
        steps_px=steps,
        wanted=np.maximum(3, np.round(lengths / step)).astype(np.int32),
        heading=_find_heading(seeds, flow, hatching.angle_deg),
        bend=hatching.bend,
        drift=hatching.drift * float(np.sqrt(3.0)),
        modest=False,
        picture=surface.picture,
        goal=_repeat(tone),
        flow=flow,
    )
    radii = np.maximum(np.float32(0.6), np.float32(radius) * lots.size)
    graphite = np.asarray(colour, dtype=np.float32) + np.float32(0.035) * lots.shade[:, :1]
    draw_marks(surface, points, counts, radii, graphite, lots, mark, brushes, radius_px=radius)
    return count


def _find_heading(seeds: NDArray[np.float32], flow: Flow, angle_deg: float) -> NDArray[np.float32]:
    """-1 or 1: so that neighbours are pulled in the same direction."""
    rows, columns = seeds[:, 1].astype(np.int32), seeds[:, 0].astype(np.int32)
    agreement = flow.x[rows, columns] * np.cos(np.deg2rad(angle_deg))
    agreement = agreement + flow.y[rows, columns] * np.sin(np.deg2rad(angle_deg))
    return np.where(agreement < 0.0, -1.0, 1.0).astype(np.float32)


def _repeat(tone: Plane) -> Picture:
    return np.ascontiguousarray(np.broadcast_to(tone[..., None], (*tone.shape, 3)))
