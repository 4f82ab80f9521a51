"""Annotators without weights: what they draw, and that they draw it where it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from generator_server.diffusion.annotators import Annotators, open_annotators
from generator_server.diffusion.failures import ControlMapError
from generator_server.engines.annotating import AnnotationOrder
from generator_server.engines.protocol import Pixels

WEIGHTLESS = ("canny", "lineart_standard", "scribble_xdog", "softedge_gradient", "invert")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Annotators:
    return open_annotators(tmp_path_factory.mktemp("none"))


def make_cross(width_px: int = 96, height_px: int = 128) -> Pixels:
    """A thick dark cross on light paper: one bar in row height / 2, one in column width / 4."""
    picture = np.full((height_px, width_px, 3), 230, np.uint8)
    picture[height_px // 2 - 2 : height_px // 2 + 2] = 20
    picture[:, width_px // 4 - 2 : width_px // 4 + 2] = 20
    return picture


def draw(shelf: Annotators, module: str, photo: Pixels, **order: float) -> Pixels:
    return shelf.annotate(photo, AnnotationOrder(module, 96, **order)).pixels


@pytest.mark.parametrize("module", WEIGHTLESS)
def test_maps_have_the_photos_shape_three_channels_and_content(module: str, shelf: Annotators) -> None:
    drawn = shelf.annotate(make_cross(), AnnotationOrder(module, 192))
    assert (drawn.pixels.shape, drawn.pixels.dtype) == ((256, 192, 3), np.uint8)
    assert int(drawn.pixels.max()) - int(drawn.pixels.min()) > 100
    assert drawn.remark == ""


@pytest.mark.parametrize("module", WEIGHTLESS)
def test_lines_are_light_on_dark_and_where_they_are_in_the_photo(module: str, shelf: Annotators) -> None:
    grey = draw(shelf, module, make_cross())[..., 0].astype(int)
    near_the_bar, far_from_it = grey[58:70, 60:].max(), grey[90:, 60:].max()
    assert near_the_bar > far_from_it + 100


@pytest.mark.parametrize("module", ("canny", "lineart_standard", "scribble_xdog", "softedge_gradient"))
def test_a_blank_picture_is_an_error_and_no_black_map(module: str, shelf: Annotators) -> None:
    with pytest.raises(ControlMapError, match=module):
        draw(shelf, module, np.full((96, 96, 3), 200, np.uint8))


def test_canny_draws_less_with_higher_thresholds(shelf: Annotators) -> None:
    rows = np.linspace(0, 255, 96)[:, None, None] * np.ones((1, 96, 3))
    photo = (rows + 40 * np.sin(np.arange(96) / 3)[None, :, None]).clip(0, 255).astype(np.uint8)
    much, little = (draw(shelf, "canny", photo, threshold_a=low, threshold_b=low * 2).mean() for low in (10.0, 40.0))
    assert much > little


def test_scribbles_are_black_and_white_only_and_fewer_with_a_higher_threshold(shelf: Annotators) -> None:
    cross = make_cross()
    much, little = (draw(shelf, "scribble_xdog", cross, threshold_a=level) for level in (1.0, 64.0))
    assert set(np.unique(much)) == {0, 255}
    assert much.mean() > little.mean() > 0


def test_an_inverted_drawing_is_its_negative(shelf: Annotators) -> None:
    drawing = make_cross(96, 96)
    assert np.array_equal(draw(shelf, "invert", drawing), 255 - drawing)


def test_grain_is_no_line(shelf: Annotators) -> None:
    paper = make_cross(96, 96).astype(int)
    grain = np.random.default_rng(1).integers(-1, 2, paper.shape)
    drawn = draw(shelf, "lineart_standard", (paper + grain).clip(0, 255).astype(np.uint8))
    assert drawn[80:, 60:].max() < 32


def test_weightless_ones_are_ready_without_any_folder() -> None:
    ready = [info.name for info in open_annotators(Path("/nowhere")).list_annotators()]
    assert ready == list(WEIGHTLESS)
