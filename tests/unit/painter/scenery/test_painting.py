"""Every scene paints; what it says can be seen; the same wish gives the same picture."""

from __future__ import annotations

import dataclasses
import itertools
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

import painter
from painter import InvalidParameterError, Scene, UnknownStyleError, paint_scene
from painter.scenery import Lanterns, Place, Season, Time, Trees, Weather
from painter.scenery.easel import set_up_easel
from painter.scenery.places import HORIZONS
from painter.scenery.sky import find_disc
from tests.unit.painter.scenery.conftest import SMALL, measure_luma, paint_small

CALM = Scene(Place.LAKE, Trees.NONE, Season.SUMMER, Time.DAY, Weather.CLEAR)


@pytest.mark.parametrize("place", Place)
def test_every_scene_paints_a_finite_picture_with_something_in_it(place: Place) -> None:
    trees = itertools.cycle(Trees)
    for season, time, weather in itertools.product(Season, Time, Weather):
        scene = Scene(place, next(trees), season, time, weather, moon=time is Time.NIGHT)
        picture = paint_scene(scene, width=64, height=80, seed=3)
        assert picture.shape == (80, 64, 3)
        assert picture.dtype == np.uint8
        # a NaN would turn black when it becomes a byte
        assert picture.max(axis=2).min() > 3, scene
        assert measure_luma(picture).std() > 0.012, scene


@pytest.mark.parametrize("size", [(64, 64), (64, 200), (200, 64), (131, 97), (97, 131), (640, 300)])
@pytest.mark.parametrize("place", [Place.RIVER, Place.FOREST, Place.HILL])
def test_any_format_is_composed(size: tuple[int, int], place: Place) -> None:
    scene = Scene(place, Trees.CHERRY, Season.SPRING, Time.NIGHT, Weather.CLEAR, moon=True, lanterns=Lanterns.FLOATING)
    assert paint_scene(scene, width=size[0], height=size[1]).shape == (size[1], size[0], 3)


@pytest.mark.parametrize("place", Place)
def test_the_same_seed_gives_the_same_picture_and_another_seed_another(place: Place) -> None:
    scene = dataclasses.replace(CALM, place=place, trees=Trees.PINE, birds=True)
    first = paint_small(scene, seed=1)
    np.testing.assert_array_equal(paint_small(scene, seed=1), first)
    others = [paint_small(scene, seed=seed) for seed in (2, 3, 4)]
    for one, other in itertools.combinations([first, *others], 2):
        assert np.abs(one.astype(np.float32) - other).mean() > 4.0


def test_seeds_put_the_weight_on_either_side() -> None:
    easels = [set_up_easel(CALM, width=64, height=64, seed=seed, horizon=0.5) for seed in range(24)]
    assert {easel.side for easel in easels} == {-1, 1}
    for easel in easels:
        towards_empty = (easel.light_x - 32) * easel.side
        assert towards_empty < -4
        assert abs(easel.light_x - 32) < 0.3 * 64


@pytest.mark.parametrize("seed", [0, -1, 2**63, 2**64 + 5])
def test_any_integer_is_a_seed(seed: int) -> None:
    assert paint_scene(CALM, width=64, height=64, seed=seed).shape == (64, 64, 3)


def test_threads_paint_what_one_paints() -> None:
    wishes = [
        (dataclasses.replace(CALM, place=place, trees=Trees.WILLOW), seed)
        for place, seed in itertools.product((Place.SEA, Place.HILL, Place.FOREST), (1, 2))
    ]
    alone = [paint_small(*wish) for wish in wishes]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda wish: paint_small(*wish), wishes))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, other)


def test_global_random_state_is_neither_read_nor_moved() -> None:
    np.random.seed(1)
    before = np.random.get_state()[1].copy()
    first = paint_small(CALM)
    np.testing.assert_array_equal(np.random.get_state()[1], before)
    np.random.seed(2)
    np.testing.assert_array_equal(paint_small(CALM), first)


@pytest.mark.parametrize("place", Place)
def test_night_is_darker_than_day_and_dusk_lies_between(place: Place) -> None:
    day, dusk, night = (
        measure_luma(paint_small(dataclasses.replace(CALM, place=place, time=time))).mean()
        for time in (Time.DAY, Time.DUSK, Time.NIGHT)
    )
    assert night < dusk - 0.08
    assert dusk < day - 0.04


def test_dusk_is_warmer_than_day() -> None:
    def warmth(time: Time) -> float:
        picture = paint_small(dataclasses.replace(CALM, time=time)).astype(np.float32)
        return float(picture[..., 0].mean() - picture[..., 2].mean())

    assert warmth(Time.DUSK) > warmth(Time.DAY) + 25


@pytest.mark.parametrize("place", [Place.MOUNTAINS, Place.FIELDS, Place.HILL, Place.FOREST])
def test_snow_lies_white_on_the_ground(place: Place) -> None:
    def look_at_ground(scene: Scene) -> tuple[float, float]:
        ground = paint_small(scene)[150:].astype(np.float32)
        return float(measure_luma(ground).mean()), float(np.ptp(ground.reshape(-1, 3).mean(axis=0)))

    green_luma, green_chroma = look_at_ground(dataclasses.replace(CALM, place=place))
    white_luma, white_chroma = look_at_ground(
        dataclasses.replace(CALM, place=place, season=Season.WINTER, weather=Weather.SNOW)
    )
    assert white_luma > green_luma + 0.15
    assert white_chroma < 0.6 * green_chroma


@pytest.mark.parametrize("place", [Place.LAKE, Place.SEA])
def test_the_moon_stands_in_the_sky_and_lies_on_the_water(place: Place) -> None:
    night = dataclasses.replace(CALM, place=place, time=Time.NIGHT)
    moonlit = dataclasses.replace(night, moon=True)
    easel = set_up_easel(moonlit, **SMALL, seed=5, horizon=HORIZONS[place])
    x, y, radius = find_disc(easel)
    dark, lit = measure_luma(paint_small(night)), measure_luma(paint_small(moonlit))
    assert lit[round(y), round(x)] > 0.8
    assert dark[round(y), round(x)] < 0.5
    path = np.s_[round(easel.horizon) + 3 : 165, round(x - 2 * radius) : round(x + 2 * radius)]
    beside = np.s_[round(easel.horizon) + 3 : 165, :]
    gain = lit - dark
    assert gain[path].mean() > 2.0 * gain[beside].mean()
    assert lit[path].max() > 0.6


def test_still_water_mirrors_the_shore() -> None:
    """The sunset's colours stand upside down in the lake."""
    scene = dataclasses.replace(CALM, time=Time.DUSK)
    picture = paint_small(scene).astype(np.float32)
    level = round(set_up_easel(scene, **SMALL, seed=5, horizon=HORIZONS[Place.LAKE]).horizon)
    above = picture[level - 60 : level - 6].mean(axis=1)[::-1]
    below = picture[level + 6 : level + 60].mean(axis=1)
    assert np.corrcoef(above[:, 0] - above[:, 2], below[:, 0] - below[:, 2])[0, 1] > 0.6


def test_mist_takes_contrast_away() -> None:
    scene = dataclasses.replace(CALM, place=Place.MOUNTAINS)
    clear, misty = (
        measure_luma(paint_small(dataclasses.replace(scene, weather=weather)))[80:150]
        for weather in (Weather.CLEAR, Weather.MIST)
    )
    assert misty.std() < clear.std()


def test_rain_dims_the_day() -> None:
    rain = measure_luma(paint_small(dataclasses.replace(CALM, weather=Weather.RAIN))).mean()
    assert rain < measure_luma(paint_small(CALM)).mean() - 0.08


@pytest.mark.parametrize(
    ("trees", "season", "channel"),
    [(Trees.CHERRY, Season.SPRING, 0), (Trees.MAPLE, Season.AUTUMN, 0), (Trees.BROADLEAF, Season.SUMMER, 1)],
)
def test_a_tree_wears_its_season(trees: Trees, season: Season, channel: int) -> None:
    bare = dataclasses.replace(CALM, place=Place.HILL, season=season)
    without = paint_small(bare).astype(np.float32)
    with_tree = paint_small(dataclasses.replace(bare, trees=trees)).astype(np.float32)
    changed = np.abs(with_tree - without).max(axis=2) > 40
    assert 0.02 < changed.mean() < 0.35
    colour = with_tree[changed].mean(axis=0)
    assert int(colour.argmax()) == channel


@pytest.mark.parametrize("lanterns", [Lanterns.HANGING, Lanterns.FLOATING])
def test_lanterns_glow_warm_in_the_night(lanterns: Lanterns) -> None:
    night = dataclasses.replace(CALM, time=Time.NIGHT)
    dark = paint_small(night).astype(np.float32)
    lit = paint_small(dataclasses.replace(night, lanterns=lanterns)).astype(np.float32)
    gain = lit - dark
    bright = gain.sum(axis=2) > 150
    assert 0.001 < bright.mean() < 0.2
    assert gain[bright][:, 0].mean() > gain[bright][:, 2].mean() + 20
    rows = np.flatnonzero(bright.any(axis=1))
    assert (rows.min() > 90) if lanterns is Lanterns.FLOATING else (rows.max() < 90)


@pytest.mark.parametrize("field", ["stars", "birds"])
def test_small_things_in_the_sky_can_be_seen(field: str) -> None:
    night = dataclasses.replace(CALM, time=Time.NIGHT, weather=Weather.CLOUDS)
    picture = paint_small(dataclasses.replace(night, **{field: True})).astype(np.float32)
    difference = np.abs(picture - paint_small(night)).max(axis=2)
    assert 3 < np.count_nonzero(difference[:90] > 20) < 2500
    assert np.count_nonzero(difference[190:] > 20) == 0


def test_no_stars_by_day() -> None:
    np.testing.assert_array_equal(paint_small(dataclasses.replace(CALM, stars=True)), paint_small(CALM))


def test_size_does_not_change_the_scene() -> None:
    """Twice the size is the same composition, not a crop of it."""
    scene = dataclasses.replace(CALM, time=Time.DUSK, place=Place.SEA)
    small = paint_scene(scene, width=192, height=256, seed=9).astype(np.float32)
    large = cv2.resize(paint_scene(scene, width=384, height=512, seed=9), (192, 256), interpolation=cv2.INTER_AREA)
    blurred = [cv2.GaussianBlur(picture, (0, 0), 12)[..., 0].ravel() for picture in (small, large.astype(np.float32))]
    assert np.corrcoef(*blurred)[0, 1] > 0.9


def test_a_style_paints_over_the_scene() -> None:
    plain = paint_scene(CALM, width=96, height=128, seed=2)
    styled = paint_scene(CALM, width=96, height=128, seed=2, style="ink_wash")
    np.testing.assert_array_equal(styled, painter.paint(plain, style="ink_wash", seed=2))
    assert np.abs(styled.astype(np.float32) - plain).mean() > 5


@pytest.mark.parametrize("style", [None, "watercolour"])
def test_progress_grows_to_one(style: str | None) -> None:
    heard: list[float] = []
    paint_scene(CALM, width=64, height=64, style=style, on_progress=heard.append)
    assert heard == sorted(set(heard))
    assert heard[-1] == 1.0
    assert len(heard) >= 4


def test_a_listener_can_end_the_painting() -> None:
    class EnoughError(Exception):
        pass

    def stop(done: float) -> None:
        if done > 0.2:
            raise EnoughError

    with pytest.raises(EnoughError):
        paint_scene(CALM, width=64, height=64, on_progress=stop)


@pytest.mark.parametrize("size", [(63, 100), (100, 63), (2049, 100), (100, 2049), (0, 100), (100.0, 100), (True, 100)])
def test_bad_sizes_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(InvalidParameterError, match="whole number of pixels from 64 to 2048"):
        paint_scene(CALM, width=size[0], height=size[1])


def test_an_unknown_style_is_refused_before_any_work() -> None:
    heard: list[float] = []
    with pytest.raises(UnknownStyleError):
        paint_scene(CALM, width=64, height=64, style="crayon", on_progress=heard.append)
    assert heard == []
