"""The building blocks against what their sources promise."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from painter.arrays import Plane
from painter.blocks.curves import blur, clamp, mix, ramp
from painter.blocks.density import lay_on_paper, to_density
from painter.blocks.edges import find_rim, lay_border_wash, measure_inset
from painter.blocks.flow import Flow, find_flow, smear
from painter.blocks.hatch import draw_strokes, turn
from painter.blocks.lines import find_lines
from painter.blocks.smooth import smooth_shapes
from painter.blocks.warp import shift_pixels


def _make_stripes(angle_deg: float, period_px: float = 12.0, size: int = 128) -> Plane:
    """Lightness 0-1 of stripes that run along `angle_deg`."""
    y, x = np.mgrid[:size, :size].astype(np.float32)
    across = -x * np.sin(np.deg2rad(angle_deg)) + y * np.cos(np.deg2rad(angle_deg))
    return np.asarray(0.5 + 0.4 * np.sin(2 * np.pi * across / period_px), dtype=np.float32)


def _make_level_flow(shape: tuple[int, int]) -> Flow:
    return Flow(np.ones(shape, np.float32), np.zeros(shape, np.float32), np.zeros(shape, np.float32))


# --- curves


def test_a_ramp_runs_from_zero_to_one_and_back() -> None:
    values = np.linspace(-1, 2, 31, dtype=np.float32)
    rising = ramp(values, 0.0, 1.0)
    assert rising[0] == 0.0
    assert rising[-1] == 1.0
    assert (np.diff(rising) >= 0).all()
    np.testing.assert_allclose(ramp(values, 1.0, 0.0), 1.0 - rising, atol=1e-6)


def test_a_mix_takes_planes_pictures_and_numbers() -> None:
    black, white = np.zeros((4, 5, 3), np.float32), np.ones((4, 5, 3), np.float32)
    share = np.full((4, 5), 0.25, np.float32)
    np.testing.assert_allclose(mix(black, white, share), 0.25)
    np.testing.assert_allclose(mix(black, white, 0.5), 0.5)
    np.testing.assert_allclose(mix(black[..., 0], white[..., 0], share), 0.25)


def test_clamping_gives_float32() -> None:
    result = clamp(np.array([-1.0, 0.5, 2.0]), 0.0, 1.0)
    assert result.dtype == np.float32
    assert result.tolist() == [0.0, 0.5, 1.0]


@pytest.mark.parametrize("sigma", [1.0, 4.0, 9.0, 20.0])
def test_a_blur_has_its_width_also_when_it_runs_on_a_reduced_copy(sigma: float) -> None:
    step = np.zeros((256, 256), np.float32)
    step[:, 128:] = 1.0
    profile = blur(step, sigma)[128]
    exact = cv2.GaussianBlur(step, (0, 0), sigma)[128]
    np.testing.assert_allclose(profile, exact, atol=0.06)


def test_a_blur_keeps_the_mean(generator: np.random.Generator) -> None:
    noise = generator.random((200, 300, 3)).astype(np.float32)
    assert blur(noise, 12.0).mean() == pytest.approx(noise.mean(), abs=2e-3)


# --- flow


@pytest.mark.parametrize("angle_deg", [0.0, 30.0, 75.0, 90.0, 140.0])
def test_the_flow_runs_along_stripes(angle_deg: float) -> None:
    flow = find_flow(_make_stripes(angle_deg), unit=1.0)
    inner = (slice(20, -20), slice(20, -20))
    along = np.abs(flow.x[inner] * np.cos(np.deg2rad(angle_deg)) + flow.y[inner] * np.sin(np.deg2rad(angle_deg)))
    assert np.quantile(along, 0.05) > np.cos(np.deg2rad(4))


def test_the_flow_has_unit_length_everywhere(generator: np.random.Generator) -> None:
    for lightness in (generator.random((90, 70)).astype(np.float32), np.zeros((90, 70), np.float32)):
        flow = find_flow(lightness, unit=1.0)
        np.testing.assert_allclose(np.hypot(flow.x, flow.y), 1.0, atol=1e-5)


@pytest.mark.parametrize("leaning_deg", [-48.0, 0.0, 75.0])
def test_a_flat_zone_leans(leaning_deg: float) -> None:
    flow = find_flow(np.full((80, 80), 0.5, np.float32), unit=1.0, leaning_deg=leaning_deg, leaning=1e-4)
    along = np.abs(flow.x * np.cos(np.deg2rad(leaning_deg)) + flow.y * np.sin(np.deg2rad(leaning_deg)))
    assert along.min() > 0.999


def test_the_leaning_yields_to_shapes() -> None:
    flow = find_flow(_make_stripes(30.0), unit=1.0, leaning_deg=120.0, leaning=1e-5)
    assert np.abs(flow.x[64, 64]) == pytest.approx(np.cos(np.deg2rad(30)), abs=0.05)


def test_energy_is_high_on_edges_only() -> None:
    step = np.zeros((80, 80), np.float32)
    step[:, 40:] = 1.0
    energy = find_flow(step, unit=1.0).energy
    assert energy[40, 40] > 100 * energy[40, 5]


# --- smearing (LIC)


@pytest.mark.parametrize("reach_px", [1.0, 5.0, 17.0])
def test_smearing_a_constant_changes_nothing(reach_px: float, generator: np.random.Generator) -> None:
    flow = find_flow(generator.random((70, 90)).astype(np.float32), unit=1.0)
    np.testing.assert_allclose(smear(np.full((70, 90), 0.37, np.float32), flow, reach_px), 0.37, atol=1e-5)
    np.testing.assert_allclose(smear(np.full((70, 90, 3), 0.37, np.float32), flow, reach_px), 0.37, atol=1e-5)


def test_smearing_keeps_stripes_along_the_flow_and_wipes_out_those_across() -> None:
    level = _make_level_flow((128, 128))
    along, across = _make_stripes(0.0), _make_stripes(90.0)
    assert smear(along, level, 20.0).std() == pytest.approx(along.std(), rel=0.01)
    assert smear(across, level, 20.0)[:, 30:-30].std() < 0.05 * across.std()


def test_the_sign_of_the_flow_carries_no_meaning(generator: np.random.Generator) -> None:
    noise = generator.standard_normal((64, 64)).astype(np.float32)
    flow = find_flow(_make_stripes(30.0, size=64), unit=1.0)
    signs = np.where(generator.random((64, 64)) < 0.5, -1.0, 1.0).astype(np.float32)
    scrambled = Flow(flow.x * signs, flow.y * signs, flow.energy)
    np.testing.assert_allclose(smear(noise, flow, 8.0), smear(noise, scrambled, 8.0), atol=1e-4)


def test_a_picture_is_smeared_like_its_channels(generator: np.random.Generator) -> None:
    picture = generator.random((80, 60, 3)).astype(np.float32)
    flow = find_flow(picture[..., 1], unit=1.0)
    whole = smear(picture, flow, 6.0)
    for channel in range(3):
        np.testing.assert_allclose(whole[..., channel], smear(picture[..., channel], flow, 6.0), atol=1e-5)


# --- smoothing


def test_smoothing_flattens_noise_and_keeps_an_edge(generator: np.random.Generator) -> None:
    picture = np.full((120, 120, 3), 0.2, np.float32)
    picture[:, 60:] = 0.8
    picture += generator.normal(0, 0.03, picture.shape).astype(np.float32)
    smooth = smooth_shapes(picture, radius_px=20.0, contrast=0.5, detail=np.zeros((120, 120), np.float32))
    assert smooth[:, 10:50].std() < 0.4 * picture[:, 10:50].std()
    assert smooth[:, 65:].mean() - smooth[:, :55].mean() > 0.55


def test_detail_survives_where_it_is_wanted(generator: np.random.Generator) -> None:
    picture = 0.5 + generator.normal(0, 0.05, (120, 120, 3)).astype(np.float32)
    detail = np.zeros((120, 120), np.float32)
    detail[:, 60:] = 1.0
    smooth = smooth_shapes(picture, radius_px=20.0, contrast=0.4, detail=detail)
    assert smooth[:, 70:].std() > 1.5 * smooth[:, :50].std()


def test_smoothing_keeps_a_constant() -> None:
    flat = np.full((70, 80, 3), 0.4, np.float32)
    result = smooth_shapes(flat, radius_px=30.0, contrast=0.3, detail=np.zeros((70, 80), np.float32))
    np.testing.assert_allclose(result, 0.4, atol=1e-6)
    np.testing.assert_array_equal(flat, 0.4 * np.ones_like(flat))


# --- lines


def test_a_dark_line_answers_and_a_flat_zone_does_not() -> None:
    lightness = np.full((100, 100), 0.9, np.float32)
    lightness[49:52] = 0.1
    response = find_lines(lightness, find_flow(lightness, unit=1.0), width_px=1.2, sharpness=0.99, reach_px=8.0)
    assert response[50, 20:80].min() > 0.1
    assert response[10:30].max() < 0.0


# --- density


def test_pigment_on_white_gives_the_colour_back(generator: np.random.Generator) -> None:
    picture = generator.uniform(0.05, 0.9, (40, 50, 3)).astype(np.float32)
    hue, density = to_density(picture)
    again = lay_on_paper(np.ones_like(picture), hue * density[..., None])
    np.testing.assert_allclose(again, picture, atol=0.06)
    np.testing.assert_allclose(hue.mean(axis=2), 1.0, atol=1e-5)


def test_white_has_no_density_and_black_a_finite_one() -> None:
    hue, density = to_density(np.stack([np.ones((2, 2, 3)), np.zeros((2, 2, 3))]).reshape(4, 2, 3).astype(np.float32))
    assert density[0, 0] == pytest.approx(0.0, abs=1e-6)
    assert density[3, 1] == pytest.approx(3.91, abs=0.01)
    np.testing.assert_allclose(hue, 1.0, atol=1e-5)


def test_paint_that_runs_into_white_paper_stays_pale() -> None:
    """The faintest tint used to become a glaring colour where a neighbour's wash ran over it."""
    nearly_white = np.array([[[0.99, 1.0, 1.0]]], dtype=np.float32)
    hue, _ = to_density(nearly_white)
    assert hue.max() < 1.4


# --- edges


def test_the_inset_grows_from_the_sides() -> None:
    inset = measure_inset((5, 7))
    assert inset[0].max() == 0.0
    assert inset[2, 3] == 2.0
    assert inset.shape == (5, 7)


def test_a_rim_lies_inside_its_wash() -> None:
    wash = np.zeros((80, 80), np.float32)
    wash[20:60, 20:60] = 1.0
    rim = find_rim(wash, 2.0)
    assert rim[40, 20] > 0.2
    assert rim[40, 40] < 0.01
    assert rim[40, 10] == 0.0


def test_a_border_wash_ends_at_its_width_and_a_dry_one_on_the_hills() -> None:
    inset = np.broadcast_to(np.linspace(0, 2, 101, dtype=np.float32), (50, 101))
    still = np.zeros((50, 101), np.float32)
    paper = np.tile(np.array([[0.0], [1.0]], np.float32), (25, 101))
    wet = lay_border_wash(inset, offset=0.0, waves=still, dryness=still, paper=paper)
    assert wet[:, :48].max() == 0.0
    assert wet[:, 53:].min() == 1.0
    dry = lay_border_wash(inset, offset=0.0, waves=still, dryness=still + 1.0, paper=paper)
    assert dry[1, 40] > dry[0, 40]


# --- strokes and warps


def test_strokes_are_long_along_and_short_across_the_flow(generator: np.random.Generator) -> None:
    grain = generator.standard_normal((160, 160)).astype(np.float32)
    strokes = draw_strokes(grain, _make_level_flow((160, 160)), 15.0)

    def correlate(step: tuple[int, int]) -> float:
        shifted = np.roll(strokes, step, axis=(0, 1))
        return float(np.corrcoef(strokes.ravel(), shifted.ravel())[0, 1])

    assert correlate((0, 6)) > 0.6
    assert abs(correlate((6, 0))) < 0.2
    assert strokes.std() == pytest.approx(1.0, abs=0.1)


def test_strokes_of_nothing_are_nothing() -> None:
    assert not draw_strokes(np.zeros((40, 40), np.float32), _make_level_flow((40, 40)), 8.0).any()


def test_turning_a_flow() -> None:
    turned = turn(_make_level_flow((3, 3)), 90.0)
    np.testing.assert_allclose(turned.x, 0.0, atol=1e-6)
    np.testing.assert_allclose(turned.y, 1.0, atol=1e-6)


def test_a_shift_fetches_from_the_right() -> None:
    picture = np.zeros((10, 10, 3), np.float32)
    picture[5, 7] = 1.0
    moved = shift_pixels(picture, np.full((10, 10), 2.0, np.float32), np.zeros((10, 10), np.float32))
    assert moved[5, 5, 0] == pytest.approx(1.0)
    assert moved.sum() == pytest.approx(3.0)
