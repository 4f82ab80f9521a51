"""The parts of the matte, each alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from painter.arrays import Photo, Picture
from painter.matting.alpha import Outline, Surroundings, measure_contrast, solve_edge
from painter.matting.light import find_shift, fit_gain, move_plane
from painter.matting.segment import find_person, measure_strangeness
from painter.matting.spread import spread


@pytest.fixture
def texture(generator: np.random.Generator) -> Picture:
    """(240, 320) grey blobs, 0-255."""
    blobs = cv2.GaussianBlur(generator.normal(0, 1, (240, 320)).astype(np.float32), (0, 0), 2.5)
    return np.asarray(128 + 300 * blobs, dtype=np.float32)


@pytest.mark.parametrize("shift", [(0.0, 0.0), (0.75, -0.4), (3.3, 2.1), (-9.0, 6.5)])
def test_the_cameras_move_is_found(
    shift: tuple[float, float], texture: Picture, generator: np.random.Generator
) -> None:
    photo = move_plane(texture, shift) * 0.9 + generator.normal(0, 1.5, texture.shape).astype(np.float32)
    photo[80:, 110:230] = 40.0
    assert find_shift(photo, texture) == (pytest.approx(shift[0], abs=0.1), pytest.approx(shift[1], abs=0.1))


def test_a_plain_backdrop_needs_no_aligning(generator: np.random.Generator) -> None:
    photo, empty = (120 + generator.normal(0, 1, (240, 320)).astype(np.float32) for _ in range(2))
    assert find_shift(photo, empty) == (0.0, 0.0)


def test_light_and_colour_drift_are_found_despite_a_person(generator: np.random.Generator) -> None:
    background = np.full((96, 72, 3), (170, 150, 130), np.float32) + generator.normal(0, 2, (96, 72, 3))
    across = np.linspace(1.1, 0.9, 72, dtype=np.float32)[None, :, None] * np.array((0.8, 0.75, 0.7), np.float32)
    photo = (background * across).astype(np.float32)
    photo[30:, 15:60] = (20, 20, 60)
    gain = fit_gain(photo, background.astype(np.float32), np.full_like(photo, 2.0))
    np.testing.assert_allclose(gain[:25], np.broadcast_to(across, gain.shape)[:25], atol=0.02)


def test_a_shadow_is_less_strange_than_a_thing() -> None:
    background = np.full((8, 8, 3), (170, 150, 130), np.float32)
    noise = np.full_like(background, 2.0)
    shadowed, shade = measure_strangeness(background * 0.7, background, noise)
    assert shadowed.max() < 2.0
    assert shade.mean() == pytest.approx(0.7, abs=0.01)
    assert measure_strangeness(background * 1.3, background, noise)[0].min() > 10
    assert measure_strangeness(background[..., ::-1] * 0.7, background, noise)[0].min() > 10


def test_grey_clothes_in_a_grey_shadow_end_at_their_own_edge(generator: np.random.Generator) -> None:
    """Colour cannot tell them apart: the border lies on the ridge between, not at the shadow's end."""
    background = np.full((120, 160, 3), 160.0, np.float32)
    blob = np.zeros((120, 160), np.float32)
    cv2.ellipse(blob, (95, 120), (50, 80), 0, 0, 360, 1.0, -1)
    photo = background * (1.0 - 0.3 * cv2.GaussianBlur(blob, (0, 0), 9))[..., None]
    body = np.zeros((120, 160), np.uint8)
    cv2.ellipse(body, (80, 120), (40, 80), 0, 0, 360, 1, -1)
    photo[body > 0] = 96.0
    cv2.rectangle(photo, (60, 80), (100, 119), (40.0, 60.0, 120.0), -1)
    photo = photo + generator.normal(0, 1.5, photo.shape).astype(np.float32)
    person = find_person(photo, background, np.full_like(photo, 1.6)).person
    both = (person & (body > 0)).sum()
    assert both / (person | (body > 0)).sum() > 0.93


def test_spreading_keeps_what_is_known_and_fills_the_rest() -> None:
    values = np.zeros((64, 80, 3), np.float32)
    values[:, :40] = (10, 20, 30)
    values[:, 40:] = 999
    weight = np.zeros((64, 80), np.float32)
    weight[:, :40] = 1
    filled = spread(values, weight)
    np.testing.assert_allclose(filled, np.broadcast_to(np.array((10, 20, 30)), filled.shape), atol=0.1)


def test_spreading_from_nothing_stays_finite() -> None:
    assert np.isfinite(spread(np.ones((40, 40, 3), np.float32), np.zeros((40, 40), np.float32))).all()


def test_contrast_counts_in_spreads() -> None:
    covariance = np.zeros((1, 1, 6), np.float32)
    covariance[..., (0, 3, 5)] = (100.0, 25.0, 4.0)
    contrast = measure_contrast(np.array([[[10.0, 5.0, 2.0]]], np.float32), covariance)
    assert float(contrast[0, 0]) == pytest.approx(3.0, rel=1e-3)


def _blend_ramp(width_px: int) -> tuple[Photo, np.ndarray]:
    """An edge of a given softness between (190, 60, 50) and (60, 120, 160)."""
    truth = np.clip((np.arange(120, dtype=np.float32) - 60) / width_px + 0.5, 0, 1)
    truth = np.broadcast_to(truth[None, :], (96, 120)).copy()
    mixed = truth[..., None] * (190, 60, 50) + (1 - truth[..., None]) * (60, 120, 160)
    return np.asarray(mixed + 0.5, dtype=np.uint8), truth


@pytest.mark.parametrize("width_px", [2, 5, 8])
def test_a_soft_edge_is_solved(width_px: int) -> None:
    photo, truth = _blend_ramp(width_px)
    mask = (truth > 0.5).astype(np.uint8)
    background = np.broadcast_to(np.array((60, 120, 160), np.float32), photo.shape).copy()
    around = Surroundings(background, np.dstack([np.full(truth.shape, v, np.float32) for v in (2.0, 3.0, 0.0009)]))
    alpha, colours = solve_edge(
        photo, Outline(mask, mask, np.zeros_like(mask), np.ones_like(mask)), around, inner_px=7, outer_px=9
    )
    np.testing.assert_allclose(alpha, truth, atol=0.12)
    half = (truth > 0.3) & (truth < 0.9)
    assert np.abs(colours[half].astype(int) - (190, 60, 50)).mean() < 12


def test_an_outline_without_an_edge_is_left_as_it_is() -> None:
    photo = np.full((64, 64, 3), 100, np.uint8)
    mask = np.ones((64, 64), np.uint8)
    nothing = np.zeros_like(mask)
    around = Surroundings(photo.astype(np.float32), np.ones((64, 64, 3), np.float32))
    alpha, colours = solve_edge(photo, Outline(mask, mask, nothing, nothing), around, inner_px=3, outer_px=3)
    assert (alpha == 1.0).all()
    np.testing.assert_array_equal(colours, photo)
