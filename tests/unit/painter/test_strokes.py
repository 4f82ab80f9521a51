"""The brush: where it goes, what it leaves, and when it stops."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from painter.arrays import Picture, Plane
from painter.blocks import bands
from painter.blocks.flow import Flow
from painter.blocks.strokes import Brush, Mark, Surface, draw_marks, lay_strokes
from painter.blocks.strokes_brush import make_brushes
from painter.blocks.strokes_care import NOWHERE, find_sure_faces, forbid, quieten, weigh_detail
from painter.blocks.strokes_flow import steer_brush
from painter.blocks.strokes_lots import draw_lots
from painter.blocks.strokes_trace import MIN_POINTS, spread_seeds, trace_strokes

SHAPE = (160, 200)
ROUND = Mark(raggedness=0.0, dryness=0.0, fineness=0.0, ridge=0.0)
PLAIN = Brush(6.0, 1.0, 8, tolerance=0.05, drift=0.2, jitter=0.0, dryness=0.0, raggedness=0.0)


def _make_surface(shape: tuple[int, int] = SHAPE, grey: float = 0.5) -> Surface:
    return Surface(np.full((*shape, 3), grey, np.float32), np.zeros(shape, np.float32), np.full(shape, 0.5, np.float32))


def _make_flow(angle_deg: float, shape: tuple[int, int] = SHAPE) -> Flow:
    angle = np.deg2rad(angle_deg)
    x, y = (np.full(shape, part, np.float32) for part in (np.cos(angle), np.sin(angle)))
    return Flow(x, y, np.zeros(shape, np.float32))


def _draw_line(
    surface: Surface, mark: Mark, start: tuple[float, float], end: tuple[float, float], radius: float
) -> None:
    """One white stroke with a point in its middle."""
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    draw_marks(
        surface,
        np.array([[start, middle, end]], dtype=np.float32),
        np.array([3], dtype=np.int32),
        np.array([radius], dtype=np.float32),
        np.ones((1, 3), dtype=np.float32),
        draw_lots(1, np.random.default_rng(5)),
        mark,
        make_brushes(radius, fineness=mark.fineness, generator=np.random.default_rng(5)),
        radius_px=radius,
    )


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


# --- one mark


@pytest.mark.parametrize("radius", [1.0, 3.0, 9.5])
@pytest.mark.parametrize("angle_deg", [0.0, 27.0, 90.0])
def test_a_mark_covers_its_length_times_its_width(radius: float, angle_deg: float) -> None:
    surface = _make_surface(grey=0.0)
    reach = 50 * np.array([np.cos(np.deg2rad(angle_deg)), np.sin(np.deg2rad(angle_deg))])
    _draw_line(surface, ROUND, tuple(100 - reach), (100 + reach[0], 100 + reach[1]), radius)
    # the blunt caps add a little to both ends
    assert surface.picture[..., 0].sum() == pytest.approx(2 * radius * (100 + radius), rel=0.06)


@pytest.mark.parametrize("angle_deg", [8.0, 33.0, 71.0])
def test_the_edge_of_a_small_mark_has_no_steps(angle_deg: float) -> None:
    """A thin slanted stroke is equally wide everywhere; nearest-pixel brushes change by a whole pixel."""
    surface = _make_surface(grey=0.0)
    direction = np.array([np.cos(np.deg2rad(angle_deg)), np.sin(np.deg2rad(angle_deg))])
    _draw_line(surface, ROUND, tuple(80 - 60 * direction), tuple(80 + 60 * direction), 1.3)
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]].astype(np.float32)
    along = (x - 80) * direction[0] + (y - 80) * direction[1]
    widths = [surface.picture[..., 0][(along >= u) & (along < u + 6)].sum() / 6 for u in range(-42, 42, 6)]
    assert np.std(widths) < 0.06 * np.mean(widths)


def test_a_wide_mark_shows_its_bristles_and_a_dry_one_runs_out() -> None:
    even, hairy, dry = (_make_surface(grey=0.0) for _ in range(3))
    _draw_line(even, Mark(dryness=0.0, raggedness=0.0), (30, 80), (170, 80), 20.0)
    _draw_line(hairy, Mark(dryness=0.0, raggedness=0.4), (30, 80), (170, 80), 20.0)
    _draw_line(dry, Mark(dryness=0.9, raggedness=0.0), (30, 80), (170, 80), 20.0)
    assert np.ptp(even.picture[62:98, 60:140]) < 1e-4
    ends = [(surface.picture[:, :, 0] > 0.5).argmax(axis=1)[66:94] for surface in (even, hairy)]
    assert ends[1].std() > 1.5 * ends[0].std()
    first, second = dry.picture[:, 40:90].mean(), dry.picture[:, 110:160].mean()
    assert second < 0.7 * first


def test_paint_is_thicker_where_it_lies() -> None:
    surface = _make_surface()
    _draw_line(surface, Mark(thickness=0.1, dryness=0.0), (40, 80), (160, 80), 12.0)
    assert surface.relief[80, 100] > 0.2
    assert surface.relief[20, 100] == 0.0


def test_the_tooth_breaks_chalk_but_not_paint() -> None:
    rough = np.tile(np.array([[0.0, 1.0], [1.0, 0.0]], np.float32), (80, 100))
    chalk, paint = (
        Surface(np.zeros((*SHAPE, 3), np.float32), np.zeros(SHAPE, np.float32), rough.copy()) for _ in range(2)
    )
    for surface, grip in ((chalk, 2.5), (paint, 0.0)):
        _draw_line(surface, Mark(grip=grip, opacity=0.5, dryness=0.0), (40, 80), (160, 80), 12.0)
    inside = (slice(74, 86), slice(80, 120))
    assert paint.picture[inside].std() < 0.01
    assert chalk.picture[inside][rough[inside] == 0.0].mean() > 0.4
    assert chalk.picture[inside][rough[inside] == 1.0].mean() < 0.02


def test_strokes_beside_the_picture_do_no_harm() -> None:
    surface = _make_surface((64, 64))
    for start, end in (((-90.0, -90.0), (-40.0, -70.0)), ((60.0, 60.0), (140.0, 160.0)), ((-20.0, 32.0), (90.0, 32.0))):
        _draw_line(surface, Mark(dryness=0.0), start, end, 7.0)
    assert np.isfinite(surface.picture).all()
    assert surface.picture[32, 32, 0] == pytest.approx(1.0, abs=0.05)
    assert surface.picture[5, 40, 0] == 0.5


@pytest.mark.parametrize("radius", [0.6, 2.0, 8.0, 60.0, 400.0])
def test_brushes_hold_paint_between_none_and_full(radius: float) -> None:
    brushes = make_brushes(radius, fineness=0.6, generator=np.random.default_rng(1))
    assert brushes.dtype == np.float32
    assert brushes.min() >= 0.0
    assert brushes.max() <= 1.0
    assert brushes.std() > 0.15
    length = brushes.shape[1]
    assert length & (length - 1) == 0, "the renderer repeats a brush by masking"
    # it repeats along without a seam
    steps = np.abs(np.diff(brushes, axis=1)).max()
    assert np.abs(brushes[:, 0] - brushes[:, -1]).max() <= 1.5 * steps


# --- the way of a stroke


def test_a_stroke_follows_the_flow_in_even_steps() -> None:
    goal = np.full((*SHAPE, 3), 0.7, np.float32)
    points, counts = _trace([(40.0, 30.0)], _make_flow(30.0), goal)
    assert counts[0] == 9
    steps = np.diff(points[0, :9], axis=0)
    np.testing.assert_allclose(np.hypot(*steps.T), 5.0, rtol=1e-4)
    np.testing.assert_allclose(np.rad2deg(np.arctan2(steps[:, 1], steps[:, 0])), 30.0, atol=0.1)


def test_a_stroke_does_not_turn_back_where_the_flow_changes_its_sign() -> None:
    flow = _make_flow(0.0)
    flow.x[:, 60:] *= -1.0
    points, counts = _trace([(40.0, 30.0)], flow, np.full((*SHAPE, 3), 0.7, np.float32))
    assert (np.diff(points[0, : counts[0], 0]) > 0).all()


def test_a_stroke_ends_where_its_colour_is_wrong() -> None:
    goal = np.zeros((*SHAPE, 3), np.float32)
    goal[:, 80:] = 1.0
    points, counts = _trace([(50.0, 30.0)], _make_flow(0.0), goal)
    assert points[0, counts[0] - 1, 0] < 90.0
    assert counts[0] < 9


def test_a_modest_stroke_ends_where_the_picture_is_better_and_another_goes_on() -> None:
    goal = np.broadcast_to(np.linspace(0.2, 0.8, SHAPE[1], dtype=np.float32)[None, :, None], (*SHAPE, 3)).copy()
    picture = np.zeros_like(goal)
    picture[:, 80:] = goal[:, 80:]
    counts = [
        _trace([(50.0, 30.0)], _make_flow(0.0), goal, modest=modest, picture=picture)[1][0] for modest in (True, False)
    ]
    assert counts[0] < counts[1] == 9


def test_a_stroke_that_leaves_the_picture_ends_there() -> None:
    goal = np.full((*SHAPE, 3), 0.7, np.float32)
    _, counts = _trace([(195.0, 30.0), (5.0, 30.0)], _make_flow(0.0), goal)
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


# --- a layer


def _make_goal() -> Picture:
    goal = np.full((*SHAPE, 3), 0.2, np.float32)
    goal[:, 100:] = (0.9, 0.6, 0.3)
    return goal


def _lay(surface: Surface, brush: Brush = PLAIN, tolerance: Plane | None = None, seed: int = 3) -> int:
    allowed = np.ones(SHAPE, np.float32) if tolerance is None else tolerance
    generator = np.random.default_rng(seed)
    return lay_strokes(surface, _make_goal(), _make_flow(90.0), brush, unit=1.0, tolerance=allowed, generator=generator)


def test_a_layer_brings_the_picture_to_its_goal() -> None:
    surface = _make_surface()
    assert _lay(surface) > 100
    assert np.abs(surface.picture - _make_goal()).mean() < 0.02


def test_what_changes_in_one_corner_leaves_the_other_strokes_as_they_were() -> None:
    """Else every stroke of a clip would jump when one comes or goes."""
    surfaces = [_make_surface(), _make_surface()]
    surfaces[1].picture[:20, :20] = _make_goal()[:20, :20]
    for surface in surfaces:
        _lay(surface, replace(PLAIN, jitter=0.1))
    assert np.abs(surfaces[0].picture - surfaces[1].picture)[:30, :30].max() > 0.05
    np.testing.assert_array_equal(surfaces[0].picture[80:], surfaces[1].picture[80:])


def test_a_second_layer_finds_little_to_do() -> None:
    surface = _make_surface()
    first = _lay(surface)
    assert _lay(surface) < 0.15 * first


def test_nothing_is_painted_where_it_is_forbidden() -> None:
    surface = _make_surface()
    closed = np.zeros(SHAPE, bool)
    closed[:, :100] = True
    _lay(surface, tolerance=forbid(np.ones(SHAPE, np.float32), closed))
    assert (surface.picture[:, :90] == 0.5).all()
    assert np.abs(surface.picture[:, 120:] - _make_goal()[:, 120:]).mean() < 0.02


def test_a_brush_finer_than_the_pixels_is_left_out() -> None:
    surface = _make_surface()
    assert _lay(surface, PLAIN.vary(size=0.05)) == 0
    assert (surface.picture == 0.5).all()


def test_a_looser_brush_mixes_more_colours() -> None:
    spreads = []
    for looseness in (0.5, 2.0):
        surface = _make_surface()
        brush = Brush(6.0, 1.0, 8, tolerance=-1.0, drift=0.2, jitter=0.05, streaks=0.05).vary(looseness=looseness)
        _lay(surface, brush)
        spreads.append(surface.picture[20:140, 20:80].std())
    assert spreads[1] > 2.0 * spreads[0]


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_the_number_of_threads_does_not_move_a_stroke(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    shape = (300, 120)
    goal = np.random.default_rng(1).random((*shape, 3)).astype(np.float32)
    brush = Brush(5.0, 1.0, 9, tolerance=0.0, drift=0.9, jitter=0.1, grip=1.5, thickness=0.1)

    def paint() -> Surface:
        surface = _make_surface(shape)
        lay_strokes(
            surface,
            goal,
            _make_flow(40.0, shape),
            brush,
            unit=1.0,
            tolerance=np.ones(shape, np.float32),
            generator=np.random.default_rng(2),
        )
        return surface

    usual = paint()
    monkeypatch.setattr(bands, "count_threads", lambda: threads)
    again = paint()
    np.testing.assert_array_equal(again.picture, usual.picture)
    np.testing.assert_array_equal(again.relief, usual.relief)


# --- hand and care


def test_the_hand_keeps_its_slant_on_an_even_backdrop_with_grain(generator: np.random.Generator) -> None:
    """Strokes that chase the grain of a flat wall curl into whorls."""
    lightness = 0.6 + generator.normal(0.0, 0.004, SHAPE).astype(np.float32)
    slant = np.full(SHAPE, -52.0, np.float32)
    hand = steer_brush(lightness, scale_px=6.0, slant_deg=slant, calm=5e-5)
    along = np.abs(hand.x * np.cos(np.deg2rad(-52)) + hand.y * np.sin(np.deg2rad(-52)))
    assert np.quantile(along, 0.02) > 0.98


def test_the_hand_follows_an_edge() -> None:
    lightness = np.full(SHAPE, 0.2, np.float32)
    lightness[80:] = 0.8
    hand = steer_brush(lightness, scale_px=6.0, slant_deg=np.full(SHAPE, 90.0, np.float32), calm=5e-5)
    assert np.abs(hand.x[80, 20:-20]).min() > 0.99
    assert np.abs(hand.y[20, 20:-20]).min() > 0.99
    np.testing.assert_allclose(np.hypot(hand.x, hand.y), 1.0, atol=1e-5)


def test_found_faces_deserve_most_and_hints_little() -> None:
    hint, face = np.full((4, 4), 0.8, np.float32), np.ones((4, 4), np.float32)
    nothing = np.zeros((4, 4), np.float32)
    assert find_sure_faces(hint).max() == 0.0
    assert find_sure_faces(face).min() == 1.0
    worth = [
        weigh_detail(faces, heads).max() for faces, heads in ((nothing, nothing), (hint, nothing), (nothing, face))
    ]
    assert worth[0] == 0.0 < worth[1] < worth[2] < weigh_detail(face, face).min() == 1.0


def test_what_is_forbidden_no_error_reaches() -> None:
    tolerance = forbid(np.full((2, 2), 0.5, np.float32), np.array([[True, False], [False, False]]))
    assert tolerance.dtype == np.float32
    assert tolerance.ravel().tolist() == [NOWHERE, 0.5, 0.5, 0.5]


def test_a_quiet_background_is_lighter_and_has_lost_its_details(generator: np.random.Generator) -> None:
    picture = (0.4 + 0.2 * generator.random((*SHAPE, 3))).astype(np.float32)
    away = np.zeros(SHAPE, np.float32)
    away[:, 100:] = 1.0
    quiet = quieten(picture, away, unit=0.5, veil=0.25)
    np.testing.assert_array_equal(quiet[:, :100], picture[:, :100])
    assert quiet[:, 110:].std() < 0.3 * picture[:, 110:].std()
    assert quiet[:, 110:].mean() > picture[:, 110:].mean() + 0.05
