"""Layers of strokes bring a picture to its goal, with a steady hand and with care where it is asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from painter.arrays import Picture, Plane
from painter.blocks import bands
from painter.blocks.strokes import Brush, Surface, lay_strokes
from painter.blocks.strokes_care import NOWHERE, find_sure_faces, forbid, quieten, weigh_detail
from painter.blocks.strokes_flow import steer_brush
from tests.unit.painter.sheets import SHAPE, make_flow, make_surface

PLAIN = Brush(6.0, 1.0, 8, tolerance=0.05, drift=0.2, jitter=0.0, dryness=0.0, raggedness=0.0)


def _make_goal() -> Picture:
    goal = np.full((*SHAPE, 3), 0.2, np.float32)
    goal[:, 100:] = (0.9, 0.6, 0.3)
    return goal


def _lay(surface: Surface, brush: Brush = PLAIN, tolerance: Plane | None = None, seed: int = 3) -> int:
    allowed = np.ones(SHAPE, np.float32) if tolerance is None else tolerance
    generator = np.random.default_rng(seed)
    return lay_strokes(surface, _make_goal(), make_flow(90.0), brush, unit=1.0, tolerance=allowed, generator=generator)


def test_a_layer_brings_the_picture_to_its_goal() -> None:
    surface = make_surface()
    assert _lay(surface) > 100
    assert np.abs(surface.picture - _make_goal()).mean() < 0.02


def test_what_changes_in_one_corner_leaves_the_other_strokes_as_they_were() -> None:
    """Else every stroke of a clip would jump when one comes or goes."""
    surfaces = [make_surface(), make_surface()]
    surfaces[1].picture[:20, :20] = _make_goal()[:20, :20]
    for surface in surfaces:
        _lay(surface, replace(PLAIN, jitter=0.1))
    assert np.abs(surfaces[0].picture - surfaces[1].picture)[:30, :30].max() > 0.05
    np.testing.assert_array_equal(surfaces[0].picture[80:], surfaces[1].picture[80:])


def test_a_second_layer_finds_little_to_do() -> None:
    surface = make_surface()
    first = _lay(surface)
    assert _lay(surface) < 0.15 * first


def test_nothing_is_painted_where_it_is_forbidden() -> None:
    surface = make_surface()
    closed = np.zeros(SHAPE, bool)
    closed[:, :100] = True
    _lay(surface, tolerance=forbid(np.ones(SHAPE, np.float32), closed))
    assert (surface.picture[:, :90] == 0.5).all()
    assert np.abs(surface.picture[:, 120:] - _make_goal()[:, 120:]).mean() < 0.02


def test_a_brush_finer_than_the_pixels_is_left_out() -> None:
    surface = make_surface()
    assert _lay(surface, PLAIN.vary(size=0.05)) == 0
    assert (surface.picture == 0.5).all()


def test_a_looser_brush_mixes_more_colours() -> None:
    spreads = []
    for looseness in (0.5, 2.0):
        surface = make_surface()
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
        surface = make_surface(shape)
        lay_strokes(
            surface,
            goal,
            make_flow(40.0, shape),
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
