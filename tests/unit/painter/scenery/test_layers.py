"""Each layer of a landscape by itself: it lands where it belongs and leaves the rest alone."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from painter import Scene
from painter.arrays import Picture
from painter.scenery import Lanterns, Place, Season, Time, Trees, Weather
from painter.scenery.air import fill_air, let_birds_fly
from painter.scenery.clouds import lay_mist, paint_clouds
from painter.scenery.easel import Easel, set_up_easel
from painter.scenery.finish import finish_painting
from painter.scenery.forest import choose_forest_tree
from painter.scenery.ground import draw_winding, grow_grass, paint_meadow, paint_rows, scatter_flowers
from painter.scenery.lanterns import light_lanterns
from painter.scenery.places import COMPOSERS, HORIZONS, roll_edge, slope_edge
from painter.scenery.ridges import Ridge, draw_crest, has_snow_cover, paint_range, paint_ridge
from painter.scenery.sky import find_disc, paint_sky, shows_sun
from painter.scenery.trees import Spot, plant_tree, reach_in
from painter.scenery.water import lay_light_path, mirror_above, paint_still_water

DAY = Scene(Place.LAKE, Trees.NONE, Season.SUMMER, Time.DAY, Weather.CLEAR)
NIGHT = dataclasses.replace(DAY, time=Time.NIGHT)


def set_up(scene: Scene = DAY, seed: int = 2) -> Easel:
    """144x192, half sky."""
    return set_up_easel(scene, width=144, height=192, seed=seed, horizon=0.5)


def set_up_grey(scene: Scene = DAY, seed: int = 2) -> Easel:
    """The same with an even grey on it."""
    easel = set_up(scene, seed)
    easel.picture[:] = 0.5
    return easel


def find_changes(easel: Easel, before: Picture | float = 0.5) -> np.ndarray:
    """(H, W) bool: where the picture differs."""
    return np.asarray(np.abs(easel.picture - before).max(axis=2) > 0.004)


def measure_luma(picture: Picture) -> np.ndarray:
    return np.asarray(picture @ np.array((0.30, 0.59, 0.11), np.float32))


def test_the_sky_brightens_towards_the_horizon() -> None:
    easel = set_up()
    paint_sky(easel)
    rows = measure_luma(easel.picture).mean(axis=1)
    assert rows[round(easel.horizon) - 2] > rows[5] + 0.1


def test_the_side_of_the_light_is_brighter() -> None:
    easel = set_up(dataclasses.replace(DAY, time=Time.DUSK, place=Place.SEA))
    paint_sky(easel)
    row = measure_luma(easel.picture)[round(find_disc(easel)[1])]
    towards, away = (row[:72], row[72:]) if easel.side > 0 else (row[72:], row[:72])
    assert towards.mean() > away.mean()


@pytest.mark.parametrize(
    ("scene", "expected"),
    [
        (DAY, False),
        (dataclasses.replace(DAY, sun=True), True),
        (dataclasses.replace(DAY, time=Time.DUSK), True),
        (dataclasses.replace(DAY, time=Time.DUSK, moon=True), False),
        (dataclasses.replace(DAY, time=Time.DAWN, weather=Weather.MIST), False),
        (dataclasses.replace(DAY, sun=True, weather=Weather.RAIN), False),
        (dataclasses.replace(NIGHT, sun=True), False),
    ],
)
def test_when_the_sun_shows(scene: Scene, expected: bool) -> None:
    assert shows_sun(set_up(scene)) is expected


def test_clouds_stay_in_the_sky_and_grow_with_the_weather() -> None:
    shares = {}
    for weather in (Weather.CLEAR, Weather.CLOUDS, Weather.RAIN):
        easel = set_up_grey(dataclasses.replace(DAY, weather=weather))
        paint_clouds(easel)
        changed = find_changes(easel)
        assert not changed[round(1.1 * easel.horizon) :].any()
        shares[weather] = changed[: round(easel.horizon)].mean()
    assert shares[Weather.RAIN] > shares[Weather.CLOUDS] > 0.05


def test_mist_lies_around_its_level() -> None:
    easel = set_up_grey()
    lay_mist(easel, level=100.0, reach=10.0, strength=0.8, purpose="test")
    rows = find_changes(easel).mean(axis=1)
    assert rows[95:105].mean() > 0.9
    assert rows[:70].max() == rows[130:].max() == 0.0


def test_no_mist_without_strength() -> None:
    easel = set_up_grey()
    lay_mist(easel, level=100.0, reach=10.0, strength=0.0, purpose="test")
    assert not find_changes(easel).any()


def test_a_ridge_covers_what_lies_below_its_crest() -> None:
    easel = set_up_grey()
    crest = paint_ridge(easel, Ridge(base=120.0, rise=40.0, distance=0.3, peak_x=40.0), "test")
    assert crest.shape == (144,)
    assert crest.min() > 40
    rows = np.arange(192)[:, None]
    changed = find_changes(easel)
    assert not changed[rows < crest[None, :] - 1].any()
    assert changed[(rows > crest[None, :] + 1) & (rows < crest[None, :] + 12)].mean() > 0.8


def test_the_peak_stands_where_it_was_put() -> None:
    easel = set_up()
    left = np.mean([draw_crest(easel, Ridge(120.0, 60.0, 0.5, 0.3, 20.0), f"a{index}").argmin() for index in range(12)])
    right = np.mean(
        [draw_crest(easel, Ridge(120.0, 60.0, 0.5, 0.3, 124.0), f"a{index}").argmin() for index in range(12)]
    )
    assert left < 55
    assert right > 89


def test_far_ranges_are_paler_than_near_ones() -> None:
    easel = set_up()
    paint_sky(easel)
    easel.picture[:] = easel.light.distance
    far = paint_ridge(easel, Ridge(80.0, 20.0, 0.9, 0.4, 70.0), "far")
    far_gap = np.abs(easel.picture[round(far[70]) + 3, 70] - easel.light.distance).max()
    near = paint_ridge(easel, Ridge(140.0, 20.0, 0.2, 0.4, 70.0), "near")
    near_gap = np.abs(easel.picture[round(near[70]) + 3, 70] - easel.light.distance).max()
    assert far_gap < near_gap


def test_a_range_fills_the_land() -> None:
    easel = set_up_grey()
    paint_range(easel, layers=3, top=50.0, foot=110.0)
    assert find_changes(easel)[115:].mean() > 0.9
    assert not find_changes(easel)[:15].any()


@pytest.mark.parametrize(
    ("season", "weather", "expected"),
    [
        (Season.WINTER, Weather.CLEAR, True),
        (Season.SPRING, Weather.SNOW, True),
        (Season.SUMMER, Weather.RAIN, False),
    ],
)
def test_when_snow_lies(season: Season, weather: Weather, expected: bool) -> None:
    assert has_snow_cover(set_up(dataclasses.replace(DAY, season=season, weather=weather))) is expected


def test_water_holds_what_stands_above_it() -> None:
    easel = set_up()
    easel.picture[:96] = 0.2
    easel.picture[60:90] = (0.9, 0.1, 0.1)
    mirrored = mirror_above(easel, 96.0, calm=1.0)
    assert mirrored.shape == (96, 144, 3)
    assert mirrored[10:28, :, 0].mean() > 0.7
    assert mirrored[60:, :, 0].mean() < 0.3


def test_the_moons_disc_is_not_mirrored_as_a_disc() -> None:
    easel = set_up(dataclasses.replace(NIGHT, moon=True))
    paint_sky(easel)
    assert measure_luma(easel.picture).max() > 0.85
    assert measure_luma(mirror_above(easel, easel.horizon, calm=1.0)).max() < 0.75


def test_water_and_its_glints_keep_to_their_bed() -> None:
    easel = set_up_grey(dataclasses.replace(NIGHT, moon=True))
    within = np.zeros((192, 144), np.float32)
    within[100:, 40:100] = 1.0
    paint_still_water(easel, 96.0, calm=0.9, within=within)
    lay_light_path(easel, 96.0, within=within)
    changed = find_changes(easel)
    assert changed[100:, 40:100].mean() > 0.9
    assert not changed[:96].any()
    assert changed[100:, :10].mean() < 0.05


def test_no_path_of_light_without_a_light() -> None:
    easel = set_up_grey(NIGHT)
    lay_light_path(easel, 96.0)
    assert not find_changes(easel).any()


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
