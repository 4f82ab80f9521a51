"""The way of a stroke: where it begins, what it follows, and when it stops."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from painter.arrays import Picture
from painter.blocks.flow import Flow
from painter.blocks.strokes_trace import MIN_POINTS, spread_seeds, trace_strokes
from tests.unit.painter.sheets import SHAPE, make_flow


def _trace(
    seeds: list[tuple[float, float]], flow: Flow, goal: Picture, **changes: object
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    count = len(seeds)
    arguments: dict[str, object] = {
        "steps_px": np.full(count, 5.0, np.float32),
        "wanted": np.full(count, 9, np.int32),
        "heading": np.ones(count, np.float32),
        "bend": 1.0,
        "drift": 0.3,
        "modest": False,
        "picture": np.zeros_like(goal),
    }
    return trace_strokes(np.array(seeds, np.float32), goal=goal, flow=flow, **(arguments | changes))  # type: ignore[arg-type]


def test_a_stroke_follows_the_flow_in_even_steps() -> None:
    goal = np.full((*SHAPE, 3), 0.7, np.float32)
    points, counts = _trace([(40.0, 30.0)], make_flow(30.0), goal)
    assert counts[0] == 9
    steps = np.diff(points[0, :9], axis=0)
    np.testing.assert_allclose(np.hypot(*steps.T), 5.0, rtol=1e-4)
    np.testing.assert_allclose(np.rad2deg(np.arctan2(steps[:, 1], steps[:, 0])), 30.0, atol=0.1)


def test_a_stroke_does_not_turn_back_where_the_flow_changes_its_sign() -> None:
    flow = make_flow(0.0)
    flow.x[:, 60:] *= -1.0
    points, counts = _trace([(40.0, 30.0)], flow, np.full((*SHAPE, 3), 0.7, np.float32))
    assert (np.diff(points[0, : counts[0], 0]) > 0).all()


def test_a_stroke_ends_where_its_colour_is_wrong() -> None:
    goal = np.zeros((*SHAPE, 3), np.float32)
    goal[:, 80:] = 1.0
    points, counts = _trace([(50.0, 30.0)], make_flow(0.0), goal)
    assert points[0, counts[0] - 1, 0] < 90.0
    assert counts[0] < 9


def test_a_modest_stroke_ends_where_the_picture_is_better_and_another_goes_on() -> None:
    goal = np.broadcast_to(np.linspace(0.2, 0.8, SHAPE[1], dtype=np.float32)[None, :, None], (*SHAPE, 3)).copy()
    picture = np.zeros_like(goal)
    picture[:, 80:] = goal[:, 80:]
    counts = [
        _trace([(50.0, 30.0)], make_flow(0.0), goal, modest=modest, picture=picture)[1][0] for modest in (True, False)
    ]
    assert counts[0] < counts[1] == 9


def test_a_stroke_that_leaves_the_picture_ends_there() -> None:
    goal = np.full((*SHAPE, 3), 0.7, np.float32)
    _, counts = _trace([(195.0, 30.0), (5.0, 30.0)], make_flow(0.0), goal)
    assert counts.tolist() == [MIN_POINTS + 1, 9]


def test_seeds_lie_one_to_a_cell_where_the_error_is(generator: np.random.Generator) -> None:
    picture, goal = np.zeros((2, *SHAPE, 3), np.float32)
    goal[:, 100:] = 0.6
    seeds, _, places = spread_seeds(picture, goal, np.full(SHAPE, 0.5, np.float32), cell_px=10.0, generator=generator)
    assert places == 16 * 20
    assert len(seeds) == 16 * 10
    assert seeds[:, 0].min() >= 100.0
    cells = {(int(y // 10), int(x // 10)) for x, y in seeds}
    assert len(cells) == len(seeds)
    assert seeds[:, 0].max() < SHAPE[1]
    assert seeds[:, 1].max() < SHAPE[0]


def test_the_worst_place_of_a_cell_becomes_its_seed(generator: np.random.Generator) -> None:
    picture, goal = np.zeros((2, *SHAPE, 3), np.float32)
    goal += np.linspace(0.1, 1.0, SHAPE[1], dtype=np.float32)[None, :, None]
    seeds, _, _ = spread_seeds(picture, goal, np.zeros(SHAPE, np.float32), cell_px=40.0, generator=generator)
    # the largest of four random places lies at four fifths of the cell
    assert (seeds[:, 0] % 40.0).mean() == pytest.approx(32.0, abs=4.0)
    assert (seeds[:, 1] % 40.0).mean() == pytest.approx(20.0, abs=6.0)
