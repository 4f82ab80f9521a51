"""What stands near: ground, trees, lanterns, what is in the air, and the finish."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from painter import Scene
from painter.scenery import Lanterns, Place, Season, Trees, Weather
from painter.scenery.air import fill_air, let_birds_fly
from painter.scenery.finish import finish_painting
from painter.scenery.forest import choose_forest_tree
from painter.scenery.ground import draw_winding, grow_grass, paint_meadow, paint_rows, scatter_flowers
from painter.scenery.lanterns import light_lanterns
from painter.scenery.places import COMPOSERS, HORIZONS, roll_edge, slope_edge
from painter.scenery.sky import paint_sky
from painter.scenery.trees import Spot, plant_tree, reach_in
from tests.unit.painter.scenery.easels import DAY, NIGHT, find_changes, measure_luma, set_up, set_up_grey


def test_ground_begins_at_its_edge() -> None:
    for paint in (
        lambda easel, edge: paint_meadow(easel, edge, 90.0, purpose="test"),
        lambda easel, edge: paint_rows(easel, edge, 98.0),
    ):
        easel = set_up_grey()
        paint(easel, roll_edge(easel, 110.0, 4.0, "edge"))
        changed = find_changes(easel)
        assert changed[120:].mean() > 0.95
        assert not changed[:90].any()


def test_the_bank_rises_towards_the_weight() -> None:
    for seed in range(6):
        easel = set_up(seed=seed)
        edge = slope_edge(easel, 190.0, 150.0, "bank")
        weight, empty = (edge[-10:], edge[:10]) if easel.side > 0 else (edge[:10], edge[-10:])
        assert weight.mean() < empty.mean() - 20


def test_grass_and_flowers_keep_off_the_path() -> None:
    easel = set_up_grey()
    edge = np.full(144, 60.0, np.float32)
    cover = np.zeros((192, 144), np.float32)
    cover[:, :50] = 1.0
    grow_grass(easel, edge, purpose="test", count=900, tall=(3.0, 30.0), cover=cover)
    scatter_flowers(easel, edge, purpose="test flowers", count=300, cover=cover)
    changed = find_changes(easel)
    assert changed[80:, :45].mean() > 0.1
    assert not changed[:, 70:].any()


def test_no_flowers_in_snow() -> None:
    easel = set_up_grey(dataclasses.replace(DAY, season=Season.WINTER))
    scatter_flowers(easel, np.full(144, 60.0, np.float32), purpose="test", count=300)
    assert not find_changes(easel).any()


def test_a_way_widens_towards_the_viewer_and_ends_where_it_should() -> None:
    easel = set_up()
    band = draw_winding(easel, 80.0, start=70.0, end=40.0, width_px=20.0, softness=0.05, purpose="way")
    widths = band.sum(axis=1)
    assert widths[:79].max() == 0.0
    assert widths[85] < widths[130] < widths[190]
    assert widths[190] == pytest.approx(40, rel=0.3)
    assert abs(np.average(np.arange(144), weights=band[191]) - 40) < 12


@pytest.mark.parametrize("kind", [kind for kind in Trees if kind is not Trees.NONE])
def test_a_tree_stands_on_its_spot(kind: Trees) -> None:
    easel = set_up_grey(dataclasses.replace(DAY, trees=kind))
    plant_tree(easel, kind, Spot(72.0, 170.0, 130.0))
    rows, columns = np.nonzero(find_changes(easel))
    assert 165 < rows.max() < 182
    assert rows.min() < 90
    assert abs(np.median(columns) - 72) < 35
    root = columns[rows > 155]
    assert abs(root.mean() - 72) < 12


def test_a_far_tree_fades() -> None:
    gaps = []
    for distance in (0.0, 0.8):
        easel = set_up()
        easel.picture[:] = easel.light.distance
        plant_tree(easel, Trees.BROADLEAF, Spot(72.0, 170.0, 130.0, distance))
        gaps.append(np.abs(easel.picture - easel.light.distance).max(axis=2).sum())
    assert gaps[1] < 0.5 * gaps[0]


def test_a_branch_reaches_in_from_the_side_of_the_weight() -> None:
    for seed in range(4):
        easel = set_up_grey(dataclasses.replace(DAY, trees=Trees.CHERRY, season=Season.SPRING), seed)
        reach_in(easel, Trees.CHERRY)
        changed = find_changes(easel)
        halves = changed[:, :72].sum(), changed[:, 72:].sum()
        assert (halves[1] > halves[0]) == (easel.side > 0)
        assert not changed[120:].any()


def test_lanterns_float_on_the_water_only() -> None:
    easel = set_up_grey(dataclasses.replace(NIGHT, lanterns=Lanterns.FLOATING))
    water = np.zeros((192, 144), np.float32)
    water[110:, 30:110] = 1.0
    light_lanterns(easel, water)
    bright = np.argwhere(easel.picture.min(axis=2) > 0.7)
    assert len(bright) > 10
    assert bright[:, 0].min() > 95
    assert 20 < bright[:, 1].min() < bright[:, 1].max() < 120


def test_without_water_lanterns_hang() -> None:
    easel = set_up_grey(dataclasses.replace(NIGHT, lanterns=Lanterns.FLOATING))
    light_lanterns(easel, None)
    assert np.argwhere(easel.picture.min(axis=2) > 0.7)[:, 0].max() < 96


def test_the_air_is_empty_on_a_clear_day_without_birds() -> None:
    easel = set_up_grey()
    fill_air(easel)
    let_birds_fly(easel)
    assert not find_changes(easel).any()


@pytest.mark.parametrize(
    "scene",
    [
        dataclasses.replace(DAY, weather=Weather.RAIN),
        dataclasses.replace(DAY, weather=Weather.SNOW),
        dataclasses.replace(DAY, trees=Trees.CHERRY, season=Season.SPRING),
        dataclasses.replace(NIGHT, place=Place.HILL),
    ],
    ids=["rain", "snow", "petals", "fireflies"],
)
def test_what_falls_or_flies_can_be_seen(scene: Scene) -> None:
    easel = set_up(scene)
    easel.picture[:] = 0.2
    fill_air(easel)
    assert np.ptp(measure_luma(easel.picture)) > 0.06


def test_the_finish_keeps_tone_and_range() -> None:
    easel = set_up()
    paint_sky(easel)
    before = easel.picture.mean()
    finished = finish_painting(easel)
    assert finished.min() >= 0.0
    assert finished.max() <= 1.0
    assert abs(finished.mean() - before) < 0.04


def test_the_wood_has_trees_even_when_none_are_named() -> None:
    assert choose_forest_tree(set_up()) is Trees.BROADLEAF
    assert choose_forest_tree(set_up(dataclasses.replace(DAY, season=Season.WINTER))) is Trees.BARE
    assert choose_forest_tree(set_up(dataclasses.replace(DAY, trees=Trees.PINE))) is Trees.PINE


def test_every_place_has_a_composer_and_a_horizon() -> None:
    assert set(COMPOSERS) == set(HORIZONS) == set(Place)
