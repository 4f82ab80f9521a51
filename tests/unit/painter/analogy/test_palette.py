"""The main colours of a picture."""

from __future__ import annotations

import numpy as np

from painter.analogy.palette import find_palette, to_hex


def make_colours(generator: np.random.Generator, counts: tuple[int, ...]) -> np.ndarray:
    centres = np.float32([[20, 0, 0], [60, 40, 30], [80, -30, 10], [90, 0, 60]])
    heaps = [centre + generator.normal(0, 1, (count, 3)) for centre, count in zip(centres, counts, strict=True)]
    return np.concatenate(heaps).astype(np.float32)


def test_the_heaps_are_found_in_order_of_size(generator: np.random.Generator) -> None:
    palette, error = find_palette(make_colours(generator, (200, 900, 400, 100)), 6)
    np.testing.assert_allclose(palette, [[60, 40, 30], [80, -30, 10], [20, 0, 0], [90, 0, 60]], atol=0.5)
    assert 1.0 < error < 2.5


def test_what_is_nearly_one_colour_counts_as_one(generator: np.random.Generator) -> None:
    palette, _ = find_palette(generator.normal(50, 0.5, (500, 3)).astype(np.float32), 6)
    assert palette.shape == (1, 3)


def test_a_blend_along_borders_is_no_colour(generator: np.random.Generator) -> None:
    palette, _ = find_palette(make_colours(generator, (600, 600, 600, 15)), 6)
    assert len(palette) == 3


def test_a_soft_border_between_two_colours_is_no_third(generator: np.random.Generator) -> None:
    dark, light = np.float32([20, 0, -20]), np.float32([80, 10, 60])
    shares = np.concatenate([np.zeros(900), np.ones(700), generator.uniform(0.3, 0.7, 90)])
    colours = dark + shares[:, None].astype(np.float32) * (light - dark)
    assert len(find_palette(colours, 6)[0]) == 2
    aside = np.concatenate([colours[:1600], np.tile(np.float32([[50, -60, 20]]), (90, 1))])
    assert len(find_palette(aside, 6)[0]) == 3


def test_no_more_colours_than_asked_for(generator: np.random.Generator) -> None:
    palette, error = find_palette(make_colours(generator, (300, 300, 300, 300)), 2)
    assert len(palette) == 2
    assert error > 10.0


def test_the_palette_needs_no_luck(generator: np.random.Generator) -> None:
    colours = make_colours(generator, (300, 200, 400, 100))
    np.testing.assert_array_equal(find_palette(colours, 4)[0], find_palette(colours.copy(), 4)[0])


def test_hex_colours() -> None:
    assert to_hex(np.float32([[0, 0, 0], [100, 0, 0], [53.24, 80.09, 67.2]])) == ("#000000", "#ffffff", "#ff0000")
