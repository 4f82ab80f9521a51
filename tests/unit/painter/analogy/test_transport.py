"""Optimal transport gives one cloud of colours the shape of another."""

from __future__ import annotations

import numpy as np
import pytest

from painter.analogy.transport import MAX_GAIN, transport_by_slices, transport_linearly


@pytest.fixture
def clouds(generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    source = generator.normal((60, 5, 10), (20, 6, 8), (4000, 3))
    mixing = np.array([[15.0, 0, 0], [4, 9, 0], [-6, 3, 8]])
    return source, generator.standard_normal((3000, 3)) @ mixing.T + (40, -10, 25)


def test_linear_transport_reaches_mean_and_covariance(clouds: tuple[np.ndarray, np.ndarray]) -> None:
    source, target = clouds
    moved = transport_linearly(source, target)
    np.testing.assert_allclose(moved.mean(axis=0), target.mean(axis=0), atol=0.01)
    # the floor under the variances keeps it a little short of the target's
    np.testing.assert_allclose(np.cov(moved.T), np.cov(target.T), atol=8.0)


def test_linear_transport_keeps_a_flat_cloud_flat_and_finite() -> None:
    flat = np.full((500, 3), 50.0)
    moved = transport_linearly(flat, np.random.default_rng(1).normal(30, 20, (500, 3)))
    assert np.isfinite(moved).all()
    assert np.ptp(moved, axis=0).max() < 1e-9


def test_a_dull_cloud_is_spread_only_so_far(generator: np.random.Generator) -> None:
    dull = generator.normal(50, 3.0, (4000, 3))
    moved = transport_linearly(dull, generator.normal(50, 60.0, (4000, 3)))
    assert moved.std() == pytest.approx(MAX_GAIN * 3.0, rel=0.05)


def test_sliced_transport_reaches_a_cloud_of_two_heaps(generator: np.random.Generator) -> None:
    """Which no linear map can do."""
    source = generator.normal(50, 10, (4000, 3))
    heaps = np.where(generator.random((4000, 1)) < 0.5, 20.0, 80.0) + generator.normal(0, 2, (4000, 3))
    between = np.abs(transport_by_slices(source, heaps, generator)[:, 0] - 50.0) < 15.0
    assert between.mean() < 0.05
    assert (np.abs(transport_linearly(source, heaps)[:, 0] - 50.0) < 15.0).mean() > 0.3


def test_sliced_transport_accepts_flat_clouds() -> None:
    flat = np.full((300, 3), 40.0)
    moved = transport_by_slices(flat, np.full((200, 3), 70.0), np.random.default_rng(0))
    np.testing.assert_allclose(moved, 70.0, atol=0.01)


def test_transport_to_itself_moves_nothing(clouds: tuple[np.ndarray, np.ndarray]) -> None:
    source, _ = clouds
    np.testing.assert_allclose(transport_linearly(source, source), source, atol=1e-6)
    assert np.abs(transport_by_slices(source, source, np.random.default_rng(2)) - source).mean() < 0.2
