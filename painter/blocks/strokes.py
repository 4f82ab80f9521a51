"""Painting with brush strokes, from the broad brush to the fine one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from painter.arrays import Picture, Plane
from painter.blocks.bands import run_in_bands
from painter.blocks.curves import blur
from painter.blocks.flow import Flow
from painter.blocks.strokes_brush import make_brushes
from painter.blocks.strokes_lots import Lots, draw_lots
from painter.blocks.strokes_render import draw_band
from painter.blocks.strokes_trace import spread_seeds, trace_strokes

STEP = 0.75
"""Distance between two points of a stroke, in radii."""
MIN_RADIUS_PX = 0.6
"""A finer brush than this draws less than a pixel; its layer is left out."""

MIN_EDGE_PX = 1.2
"""Width of the sharpest edge; a narrower one would show steps."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What one stroke leaves on the surface."""

    opacity: float = 1.0
    softness: float = 0.0  # width of the mark's edge, in radii
    raggedness: float = 0.25  # of ends and sides, in radii
    dryness: float = 0.5  # how far the paint runs out along a stroke
    grip: float = 0.0  # how strongly the paper's tooth breaks the mark; 0 for wet paint
    thickness: float = 0.0  # of the paint, in radii
    ridge: float = 0.35  # paint pushed to the sides
    fineness: float = 0.6  # of the bristles
    streaks: float = 0.0  # of the colour across a stroke


@dataclass(frozen=True)
class Brush(Mark):
    """One layer of marks made with one brush."""

    radius: float  # half the width, reference pixels
    spacing: float  # between marks, in radii
    longest: int  # points of a stroke at most
    tolerance: float  # colour error (RGB 0-1) that is left alone
    drift: float  # colour error at which a stroke ends
    jitter: float  # of the colour from stroke to stroke
    bend: float = 0.8
    is_modest: bool = True  # ends where the picture is already better

    def vary(self, *, size: float = 1.0, looseness: float = 1.0) -> Brush:
        """The same brush `size` times as wide, with colours that differ `looseness` times as much."""
        return replace(
            self, radius=size * self.radius, jitter=looseness * self.jitter, streaks=looseness * self.streaks
        )


@dataclass(frozen=True)
class Surface:
    """What is painted on; the strokes change picture and relief."""

    picture: Picture  # RGB 0-1
    relief: Plane  # height of the paint, pixels
    tooth: Plane  # 0-1, height of the paper


def lay_strokes(
    surface: Surface,
    goal: Picture,
    flow: Flow,
    brush: Brush,
    *,
    unit: float,
    tolerance: Plane,
    generator: np.random.Generator,
) -> int:
    """Paint one layer towards the goal (RGB 0-1) where the surface is too far from it; gives the number of strokes.

    `tolerance` (H, W) multiplies the brush's own: small where detail matters.
    Sources: Hertzmann 1998 (layers, error, curved strokes); Hertzmann 2002 (height of the paint).
    """
    radius = brush.radius * unit
    if radius < MIN_RADIUS_PX:
        return 0
    aim = np.ascontiguousarray(blur(goal, 0.35 * radius))
    seeds, cells, places = spread_seeds(
        surface.picture,
        aim,
        np.float32(brush.tolerance) * tolerance,
        cell_px=max(1.0, brush.spacing * radius),
        generator=generator,
    )
    lots = draw_lots(places, generator).take(cells)
    radii = np.float32(radius) * lots.size
    shortest = max(3, brush.longest // 2)
    points, counts = trace_strokes(
        seeds,
        steps_px=np.float32(STEP) * radii,
        wanted=(shortest + lots.length * (brush.longest + 1 - shortest)).astype(np.int32),
        heading=lots.heading,
        bend=brush.bend,
        drift=brush.drift,
        modest=brush.is_modest,
        picture=surface.picture,
        goal=aim,
        flow=flow,
    )
    colours = _vary(aim[seeds[:, 1].astype(np.int32), seeds[:, 0].astype(np.int32)], brush.jitter * lots.shade)
    brushes = make_brushes(radius, fineness=brush.fineness, generator=generator)
    draw_marks(surface, points, counts, radii, colours, lots, brush, brushes, radius_px=radius)
    return len(counts)


def _vary(colours: Picture, shade: NDArray[np.float32]) -> NDArray[np.float32]:
    """Colours (N, 3) as no two mixes on a palette are the same: lighter or darker, warmer or cooler."""
    light, warm, green = shade.T
    shift = np.stack((0.6 * light + 0.5 * warm, 0.6 * light + 0.25 * green, 0.6 * light - 0.5 * warm), axis=1)
    # in the darks and in the lights there is less room
    room = 0.35 + 2.0 * colours * (1.0 - colours)
    return np.asarray(np.clip(colours + shift * room, 0.0, 1.0), dtype=np.float32)


def draw_marks(
    surface: Surface,
    points: NDArray[np.float32],
    counts: NDArray[np.int32],
    radii: NDArray[np.float32],
    colours: NDArray[np.float32],
    lots: Lots,
    mark: Mark,
    brushes: Picture,
    *,
    radius_px: float,
) -> None:
    """Draw strokes in their order: points (N, P, 2; x, y) of which `counts` count, half widths in pixels, RGB 0-1.

    `radius_px` is the half width that the `brushes` (see `make_brushes`) were made for.
    """
    accents = mark.streaks * (0.35 + 0.65 * colours) * lots.streak[:, None]
    traits = (
        mark.opacity,
        max(MIN_EDGE_PX, mark.softness * radius_px),
        mark.raggedness,
        mark.dryness,
        mark.grip,
        mark.thickness,
        mark.ridge,
    )
    run_in_bands(
        draw_band,
        surface.relief.shape[0],
        points,
        counts,
        radii,
        colours,
        accents.astype(np.float32),
        lots.hairs,
        brushes,
        tuple(np.float32(trait) for trait in traits),
        surface.tooth,
        surface.picture,
        surface.relief,
    )
