"""A bent stroke is one mark: no gap in its bends, nothing beside it, the same in one piece or in bands."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from painter.arrays import Picture, Plane
from painter.blocks.strokes_render import draw_band

SHAPE = (120, 140)
RADIUS = 6.0
TURNS_DEG = (0.0, 20.0, 60.0, 110.0, 165.0)


def make_bend(turn_deg: float, heading_deg: float) -> NDArray[np.float32]:
    """Points (5, 2) of two straight arms that meet in the picture's middle."""
    arms = np.deg2rad((heading_deg, heading_deg + turn_deg))
    steps = np.stack([np.cos(arms), np.sin(arms)], axis=1) * 14.0
    middle = np.array((70.0, 60.0))
    return np.array(
        [middle - 2 * steps[0], middle - steps[0], middle, middle + steps[1], middle + 2 * steps[1]], dtype=np.float32
    )


def measure_distance(points: NDArray[np.float32]) -> Plane:
    """(H, W): how far each pixel lies from the line through the points, computed the plain way."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    distances = []
    for (ax, ay), (bx, by) in itertools.pairwise(points):
        t = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)
        t = np.clip(t, 0.0, 1.0)
        distances.append(np.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)))
    return np.asarray(np.minimum.reduce(distances), dtype=np.float32)


def is_between_ends(points: NDArray[np.float32]) -> NDArray[np.bool_]:
    """(H, W): further than two radii from both ends, whose bristles reach out a little."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    return np.logical_and.reduce([np.hypot(x - end[0], y - end[1]) > 2.0 * RADIUS for end in points[[0, -1]]])


def draw(points: NDArray[np.float32], limits: tuple[int, ...] = (0, SHAPE[0]), raggedness: float = 0.0) -> Picture:
    """One white stroke on black, drawn in bands of rows."""
    picture, relief = np.zeros((*SHAPE, 3), np.float32), np.zeros(SHAPE, np.float32)
    brushes = np.random.default_rng(2).random((2, 64, 12), dtype=np.float32)
    # opacity, softness in pixels, raggedness, dryness, grip, thickness, ridge
    traits = tuple(np.float32(trait) for trait in (1.0, 1.2, raggedness, 0.0, 0.0, 0.1, 0.3))
    for start, stop in itertools.pairwise(limits):
        draw_band(
            points[None],
            np.array([len(points)], np.int32),
            np.array([RADIUS], np.float32),
            np.ones((1, 3), np.float32),
            np.zeros((1, 3), np.float32),
            np.array([5], np.int32),
            brushes,
            traits,
            np.zeros((1, 1), np.float32),
            picture,
            relief,
            start,
            stop,
        )
    return picture


@pytest.mark.parametrize("turn_deg", TURNS_DEG)
@pytest.mark.parametrize("heading_deg", [0.0, 37.0, 90.0, 200.0])
def test_a_bend_has_no_gap_and_no_spur(turn_deg: float, heading_deg: float) -> None:
    points = make_bend(turn_deg, heading_deg)
    picture = draw(points)[..., 0]
    distance = measure_distance(points)
    inside = is_between_ends(points)
    assert picture[(distance < RADIUS - 1.0) & inside].min() > 0.99
    assert not picture[(distance > RADIUS + 1.0) & inside].any()
    # the ends reach out by less than a radius
    assert not picture[distance > 1.7 * RADIUS].any()


@pytest.mark.parametrize("turn_deg", TURNS_DEG)
def test_bands_of_any_height_give_the_same_stroke(turn_deg: float) -> None:
    points = make_bend(turn_deg, 25.0) + np.float32(0.37)
    whole = draw(points, raggedness=0.3)
    np.testing.assert_array_equal(draw(points, (0, 33, 60, 61, SHAPE[0]), raggedness=0.3), whole)


def test_a_stroke_outside_the_picture_leaves_nothing() -> None:
    assert not draw(make_bend(20.0, 0.0) + np.float32(300.0)).any()
    assert not draw(make_bend(20.0, 0.0) - np.float32(300.0)).any()


@pytest.mark.parametrize("corner", [(-70.0, -60.0), (69.0, 59.0), (-70.0, 59.0)])
def test_a_stroke_over_a_corner_is_cut_there(corner: tuple[float, float]) -> None:
    points = make_bend(40.0, 10.0) + np.array(corner, np.float32)
    picture = draw(points)[..., 0]
    assert picture[(measure_distance(points) < RADIUS - 1.0) & is_between_ends(points)].min() > 0.99
