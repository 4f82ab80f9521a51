"""The hand: brush marks land where they should, trees grow whole, light and perspective behave."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from painter import Scene
from painter.scenery import Place, Season, Time, Trees, Weather
from painter.scenery.brush import lay_blades, lay_dabs, lay_strokes
from painter.scenery.foliage import find_foliage
from painter.scenery.growth import grow_tree
from painter.scenery.light import blend, find_light, measure_luma, read_colour
from painter.scenery.perspective import fetch, look_down

WHITE = np.ones(3, np.float32)


@pytest.fixture
def sheet() -> np.ndarray:
    """60x80, black."""
    return np.zeros((60, 80, 3), np.float32)


def test_a_dab_covers_its_ellipse(sheet: np.ndarray) -> None:
    lay_dabs(sheet, np.array([40.0]), np.array([30.0]), length=12.0, width=6.0, colour=WHITE, softness=0.1)
    assert sheet[..., 0].sum() == pytest.approx(np.pi * 12 * 6, rel=0.03)
    assert sheet[30, 51, 0] > 0.5 > sheet[30, 53, 0]
    assert sheet[35, 40, 0] > 0.5 > sheet[37, 40, 0]


def test_a_turned_dab_stands_upright(sheet: np.ndarray) -> None:
    lay_dabs(sheet, np.array([40.0]), np.array([30.0]), length=12.0, width=3.0, colour=WHITE, angle=np.pi / 2)
    assert sheet[40, 40, 0] > 0.9
    assert sheet[30, 50, 0] == 0.0


def test_thin_marks_grow_pale_instead_of_vanishing(sheet: np.ndarray) -> None:
    start, end = np.array([[10.0, 30.3]]), np.array([[70.0, 30.3]])
    lay_strokes(sheet, start, end, widths=(0.2, 0.2), colour=WHITE)
    column = sheet[:, 40, 0]
    assert 0.1 < column.sum() < 0.8
    assert np.count_nonzero(sheet[:, 12:68, 0].sum(axis=0) == 0) == 0


def test_a_stroke_tapers(sheet: np.ndarray) -> None:
    lay_strokes(sheet, np.array([[10.0, 30.0]]), np.array([[70.0, 30.0]]), widths=(6.0, 1.0), colour=WHITE)
    widths = sheet[..., 0].sum(axis=0)
    assert widths[15] == pytest.approx(11.2, abs=0.4)
    assert widths[65] < 4.0


def test_marks_outside_the_sheet_are_harmless(sheet: np.ndarray) -> None:
    far = np.array([-500.0, 500.0, 79.9])
    lay_dabs(sheet, far, far, length=9.0, width=4.0, colour=WHITE)
    points = np.stack((far, far[::-1]), axis=1)
    lay_strokes(sheet, points, points + 30.0, widths=(3.0, 1.0), colour=WHITE)
    assert np.isfinite(sheet).all()
    assert sheet.max() <= 1.0


def test_a_later_blade_covers_an_earlier_one(sheet: np.ndarray) -> None:
    roots = np.array([[40.0, 58.0], [40.0, 58.0]])
    tips, bends = roots - (0.0, 50.0), roots - (0.0, 25.0)
    colours = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    lay_blades(sheet, roots, tips, bends, width=np.array([3.0, 3.0]), colour=colours)
    np.testing.assert_allclose(sheet[45, 40], (0.0, 1.0, 0.0), atol=1e-6)


def test_a_tree_is_one_family_and_reaches_its_crown() -> None:
    generator = np.random.default_rng(3)
    trunk = np.stack((np.full(10, 50.0), np.linspace(100, 70, 10)), axis=1)
    crown = generator.uniform((20, 10), (80, 60), (300, 2))
    tree = grow_tree(trunk, crown, step_px=2.0, twig_px=0.5, generator=generator)
    assert tree.parents[0] == -1
    assert (tree.parents[1:] < np.arange(1, len(tree.parents))).all()
    assert (tree.parents[1:] >= 0).all()
    gaps = np.linalg.norm(tree.points[1:] - tree.points[tree.parents[1:]], axis=1)
    assert gaps.max() < 6.0
    nearest = np.linalg.norm(crown[:, None] - tree.points[None], axis=2).min(axis=1)
    assert np.mean(nearest < 4.0) > 0.95


def test_branches_are_as_thick_as_what_they_carry() -> None:
    generator = np.random.default_rng(4)
    trunk = np.stack((np.full(10, 50.0), np.linspace(100, 70, 10)), axis=1)
    tree = grow_tree(trunk, generator.uniform(20, 60, (200, 2)), step_px=2.0, twig_px=0.5, generator=generator)
    assert (tree.radii[tree.parents[1:]] >= tree.radii[1:] - 1e-5).all()
    assert tree.radii.min() == pytest.approx(0.5)
    assert tree.radii[0] == tree.radii.max() > 3 * tree.radii.min()
    assert len(tree.find_twigs(1.01)) > 20


def test_every_light_is_a_colour() -> None:
    for season, time, weather in itertools.product(Season, Time, Weather):
        light = find_light(Scene(Place.SEA, Trees.NONE, season, time, weather))
        for colour in (*light.sky, light.key, light.ambient, light.glow, light.haze, light.distance):
            assert colour.shape == (3,)
            assert ((colour >= 0) & (colour <= 1)).all()
        assert measure_luma(light.key) > measure_luma(light.ambient)
        assert measure_luma(light.sky[3]) > measure_luma(light.sky[0])


def test_distance_takes_colour_towards_the_air() -> None:
    light = find_light(Scene(time=Time.DAY, weather=Weather.CLEAR))
    green = read_colour("3C6B3F")
    gaps = [float(np.abs(light.fade(green, distance) - light.distance).sum()) for distance in (0.0, 0.4, 0.8)]
    assert gaps == sorted(gaps, reverse=True)
    np.testing.assert_allclose(light.fade(green, 0.0), green)
    np.testing.assert_allclose(blend(green, WHITE, 1.0), WHITE)


@pytest.mark.parametrize("trees", [Trees.CHERRY, Trees.MAPLE, Trees.GINKGO, Trees.BROADLEAF, Trees.WILLOW])
def test_leaves_fall_in_winter(trees: Trees) -> None:
    assert find_foliage(trees, Season.WINTER) is None
    for season in (Season.SPRING, Season.SUMMER, Season.AUTUMN):
        foliage = find_foliage(trees, season)
        assert foliage is not None
        assert measure_luma(foliage.dark) < measure_luma(foliage.middle) < measure_luma(foliage.light)


def test_a_pine_stays_green_and_a_bare_tree_bare() -> None:
    assert find_foliage(Trees.PINE, Season.WINTER) is not None
    assert find_foliage(Trees.BARE, Season.SUMMER) is None


def test_textures_repeat_without_end() -> None:
    texture = np.arange(12, dtype=np.float32).reshape(3, 4)
    fetched = fetch(texture, np.array([[0.0, 4.0, 9.0]]), np.array([[1.0], [4.0]]))
    np.testing.assert_allclose(fetched, [[4, 4, 5], [4, 4, 5]])


def test_the_far_ground_is_drawn_finer_than_the_near() -> None:
    texture = np.random.default_rng(1).standard_normal((128, 128)).astype(np.float32)
    ground = look_down(texture, 40.0)
    steps = np.abs(np.diff(ground, axis=1)).mean(axis=1)
    assert steps[44] > 1.5 * steps[120]
