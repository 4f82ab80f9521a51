"""Each layer of a landscape by itself: it lands where it belongs and leaves the rest alone."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from painter import Scene
from painter.scenery import Place, Season, Time, Weather
from painter.scenery.clouds import lay_mist, paint_clouds
from painter.scenery.ridges import Ridge, draw_crest, has_snow_cover, paint_range, paint_ridge
from painter.scenery.sky import find_disc, paint_sky, shows_sun
from painter.scenery.water import lay_light_path, mirror_above, paint_still_water
from tests.unit.painter.scenery.easels import DAY, NIGHT, find_changes, measure_luma, set_up, set_up_grey


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
