"""Booth scenes with a known truth, cut out once for all tests."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import painter
from painter.arrays import Photo
from painter.matting import Matte, Reference
from scripts.matting_scenes import CONDITIONS, Figure, build_figure, shoot, shoot_empty


@cache
def learn(name: str) -> Reference:
    """The empty booth of a condition, from five frames."""
    return painter.learn_reference(shoot_empty(CONDITIONS[name], 5))


@cache
def take(name: str) -> Photo:
    """The photograph of a condition."""
    return shoot(CONDITIONS[name], seed=1, figure=build_figure())


@cache
def cut(name: str) -> Matte:
    """That photograph's matte."""
    return painter.cut_out(take(name), learn(name))


@pytest.fixture(scope="session")
def figure() -> Figure:
    return build_figure()


@pytest.fixture
def empty_frames() -> list[Photo]:
    """Six small frames of a wall with a camera's noise."""
    generator = np.random.default_rng(3)
    wall = np.linspace(90, 160, 200)[None, :, None] * np.array((1.0, 0.95, 0.9))
    frames = [wall + generator.normal(0, 2, (160, 200, 3)) for _ in range(6)]
    return [np.asarray(np.clip(frame + 0.5, 0, 255), dtype=np.uint8) for frame in frames]
