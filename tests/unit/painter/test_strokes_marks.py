"""One mark of the brush: what it covers, its edge, its bristles, its relief."""

from __future__ import annotations

import numpy as np
import pytest

from painter.blocks.strokes import Mark, Surface, draw_marks
from painter.blocks.strokes_brush import make_brushes
from painter.blocks.strokes_lots import draw_lots
from tests.unit.painter.sheets import SHAPE, make_surface

ROUND = Mark(raggedness=0.0, dryness=0.0, fineness=0.0, ridge=0.0)


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


@pytest.mark.parametrize("radius", [1.0, 3.0, 9.5])
@pytest.mark.parametrize("angle_deg", [0.0, 27.0, 90.0])
def test_a_mark_covers_its_length_times_its_width(radius: float, angle_deg: float) -> None:
    surface = make_surface(grey=0.0)
    reach = 50 * np.array([np.cos(np.deg2rad(angle_deg)), np.sin(np.deg2rad(angle_deg))])
    _draw_line(surface, ROUND, tuple(100 - reach), (100 + reach[0], 100 + reach[1]), radius)
    # the blunt caps add a little to both ends
    assert surface.picture[..., 0].sum() == pytest.approx(2 * radius * (100 + radius), rel=0.06)


@pytest.mark.parametrize("angle_deg", [8.0, 33.0, 71.0])
def test_the_edge_of_a_small_mark_has_no_steps(angle_deg: float) -> None:
    """A thin slanted stroke is equally wide everywhere; nearest-pixel brushes change by a whole pixel."""
    surface = make_surface(grey=0.0)
    direction = np.array([np.cos(np.deg2rad(angle_deg)), np.sin(np.deg2rad(angle_deg))])
    _draw_line(surface, ROUND, tuple(80 - 60 * direction), tuple(80 + 60 * direction), 1.3)
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]].astype(np.float32)
    along = (x - 80) * direction[0] + (y - 80) * direction[1]
    widths = [surface.picture[..., 0][(along >= u) & (along < u + 6)].sum() / 6 for u in range(-42, 42, 6)]
    assert np.std(widths) < 0.06 * np.mean(widths)


def test_a_wide_mark_shows_its_bristles_and_a_dry_one_runs_out() -> None:
    even, hairy, dry = (make_surface(grey=0.0) for _ in range(3))
    _draw_line(even, Mark(dryness=0.0, raggedness=0.0), (30, 80), (170, 80), 20.0)
    _draw_line(hairy, Mark(dryness=0.0, raggedness=0.4), (30, 80), (170, 80), 20.0)
    _draw_line(dry, Mark(dryness=0.9, raggedness=0.0), (30, 80), (170, 80), 20.0)
    assert np.ptp(even.picture[62:98, 60:140]) < 1e-4
    ends = [(surface.picture[:, :, 0] > 0.5).argmax(axis=1)[66:94] for surface in (even, hairy)]
    assert ends[1].std() > 1.5 * ends[0].std()
    first, second = dry.picture[:, 40:90].mean(), dry.picture[:, 110:160].mean()
    assert second < 0.7 * first


def test_paint_is_thicker_where_it_lies() -> None:
    surface = make_surface()
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
    surface = make_surface((64, 64))
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
