"""The table of colours: learnt from two pictures, applied to any."""

from __future__ import annotations

import numpy as np
import pytest

from painter.analogy.colour import (
    GRID,
    LIVE_GRID,
    MAX_SAMPLES,
    ColourMap,
    balance_colours,
    learn_colours,
    sample_colours,
    tabulate_live,
)
from painter.arrays import Photo, Picture
from painter.blocks.tone import to_lab, to_rgb
from tests.unit.painter.analogy.pictures import make_brushwork


@pytest.fixture
def photo_lab(small_portrait: Photo) -> Picture:
    return to_lab(small_portrait.astype(np.float32) / np.float32(255))


@pytest.fixture
def style_lab() -> Picture:
    return to_lab(make_brushwork().astype(np.float32) / np.float32(255))


def test_a_constant_displacement_is_added_everywhere(photo_lab: Picture) -> None:
    table = np.broadcast_to(np.float32([3, -5, 7]), (GRID, GRID, GRID, 3)).copy()
    moved = ColourMap(table).apply(photo_lab, 0.5)
    np.testing.assert_allclose(moved - photo_lab, np.broadcast_to((1.5, -2.5, 3.5), moved.shape), atol=1e-4)


def test_between_grid_points_the_displacement_is_interpolated() -> None:
    table = np.zeros((GRID, GRID, GRID, 3), dtype=np.float32)
    table[4, 10, 10, 0] = 8.0  # L 20, a 0, b 0
    pixels = np.float32([[[20, 0, 0], [22.5, 0, 0], [20, 5, 0], [25, 0, 0]]])
    moved = ColourMap(table).apply(pixels)
    np.testing.assert_allclose(moved[0, :, 0] - pixels[0, :, 0], (8.0, 4.0, 4.0, 0.0), atol=1e-4)


def test_a_photo_takes_the_colours_of_the_style(photo_lab: Picture, style_lab: Picture) -> None:
    colours = learn_colours(sample_colours(photo_lab), sample_colours(style_lab))
    moved = colours.apply(photo_lab)
    before = np.abs(photo_lab.mean(axis=(0, 1)) - style_lab.mean(axis=(0, 1)))
    after = np.abs(moved.mean(axis=(0, 1)) - style_lab.mean(axis=(0, 1)))
    assert after.sum() < 0.2 * before.sum()
    assert np.abs(moved[..., 2].std() - style_lab[..., 2].std()) < 6.0


def test_light_stays_lighter_than_dark(photo_lab: Picture, style_lab: Picture) -> None:
    moved = learn_colours(sample_colours(photo_lab), sample_colours(style_lab)).apply(photo_lab)
    assert np.corrcoef(moved[..., 0].ravel(), photo_lab[..., 0].ravel())[0, 1] > 0.8


def test_colours_that_the_photo_lacks_are_moved_too(style_lab: Picture) -> None:
    grey = np.full((100, 3), (50.0, 0.0, 0.0))
    table = learn_colours(grey, sample_colours(style_lab)).displacement
    assert np.isfinite(table).all()
    assert np.abs(table[0, 0, 0]).sum() > 1.0


def test_samples_are_bounded(generator: np.random.Generator) -> None:
    large = generator.random((700, 500, 3), dtype=np.float32)
    assert 0.8 * MAX_SAMPLES < len(sample_colours(large)) <= MAX_SAMPLES
    assert sample_colours(large[:5, :7]).shape == (35, 3)


def test_balancing_gives_a_rare_colour_more_room() -> None:
    colours = np.repeat([[10.0, 0, 0], [90.0, 0, 0]], (950, 50), axis=0)
    shares = [(balance_colours(colours, power)[:, 0] > 50).mean() for power in (1.0, 0.6, 0.0)]
    assert shares[0] == pytest.approx(0.05, abs=0.005)
    assert shares[0] < shares[1] < shares[2]
    assert shares[2] == pytest.approx(0.5, abs=0.01)


def test_the_live_table_says_what_the_map_does(photo_lab: Picture, style_lab: Picture) -> None:
    colours = learn_colours(sample_colours(photo_lab), sample_colours(style_lab))
    table = tabulate_live(colours, 0.7)
    assert table.shape == (LIVE_GRID, LIVE_GRID, LIVE_GRID, 3)
    assert table.dtype == np.float32
    assert 0.0 <= table.min() <= table.max() <= 1.0
    entry = np.float32([[[12 / 16, 8 / 16, 4 / 16]]])
    np.testing.assert_allclose(table[12, 8, 4], to_rgb(colours.apply(to_lab(entry), 0.7))[0, 0], atol=1e-5)
