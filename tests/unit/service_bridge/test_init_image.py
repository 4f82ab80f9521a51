"""The capture as the generators get it."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from service_bridge.workflow.init_image import build_init_image, crop_box, fit_size, is_blank


@given(width=st.integers(64, 9000), height=st.integers(64, 9000))
def test_the_box_is_3_to_4_inside_the_picture_and_as_large_as_it_can_be(width: int, height: int) -> None:
    left, top, right, bottom = crop_box(width, height)
    assert 0 <= left <= right <= width
    assert 0 <= top <= bottom <= height
    box_width, box_height = right - left, bottom - top
    assert abs(box_width * 4 - box_height * 3) <= 4
    assert box_width == width or box_height == height


@given(box=st.integers(48, 9000), limit=st.integers(256, 2048))
def test_the_size_is_3_to_4_in_steps_of_8_and_never_above_the_limit(box: int, limit: int) -> None:
    width, height = fit_size(box, limit)
    assert (width % 8, height % 8, width * 4) == (0, 0, height * 3)
    assert width <= max(box, 72)
    assert width <= limit


@pytest.mark.parametrize(
    ("shape", "size"),
    [((2000, 1500), (768, 1024)), ((1500, 2000), (768, 1024)), ((640, 480), (480, 640)), ((100, 100), (72, 96))],
)
def test_the_picture_has_that_size(shape: tuple[int, int], size: tuple[int, int]) -> None:
    image = build_init_image(np.full((*shape, 3), 90, np.uint8), max_width_px=768)
    decoded = Image.open(io.BytesIO(base64.b64decode(image.png_base64)))
    assert (decoded.format, decoded.size, (image.width, image.height)) == ("PNG", size, size)


def test_the_middle_is_kept() -> None:
    pixels = np.zeros((400, 900, 3), np.uint8)
    pixels[:, 300:600] = (200, 100, 50)
    image = build_init_image(pixels, max_width_px=768)
    decoded = np.asarray(Image.open(io.BytesIO(base64.b64decode(image.png_base64))))
    assert tuple(decoded.mean(axis=(0, 1)).round().astype(int)) == (200, 100, 50)


def test_one_colour_is_blank_and_a_photograph_is_not() -> None:
    assert is_blank(np.zeros((96, 72, 3), np.uint8))
    assert is_blank(np.full((96, 72, 3), 255, np.uint8))
    speckled = np.zeros((96, 72, 3), np.uint8)
    speckled[3, 4] = 40
    assert not is_blank(speckled)
