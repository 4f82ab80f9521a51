"""Small easels with an hour of the day, and what has changed on them."""

from __future__ import annotations

import dataclasses

import numpy as np

from painter import Scene
from painter.arrays import Picture
from painter.scenery import Place, Season, Time, Trees, Weather
from painter.scenery.easel import Easel, set_up_easel

DAY = Scene(Place.LAKE, Trees.NONE, Season.SUMMER, Time.DAY, Weather.CLEAR)
NIGHT = dataclasses.replace(DAY, time=Time.NIGHT)


def set_up(scene: Scene = DAY, seed: int = 2) -> Easel:
    """144x192, half sky."""
    return set_up_easel(scene, width=144, height=192, seed=seed, horizon=0.5)


def set_up_grey(scene: Scene = DAY, seed: int = 2) -> Easel:
    """The same with an even grey on it."""
    easel = set_up(scene, seed)
    easel.picture[:] = 0.5
    return easel


def find_changes(easel: Easel, before: Picture | float = 0.5) -> np.ndarray:
    """(H, W) bool: where the picture differs."""
    return np.asarray(np.abs(easel.picture - before).max(axis=2) > 0.004)


def measure_luma(picture: Picture) -> np.ndarray:
    return np.asarray(picture @ np.array((0.30, 0.59, 0.11), np.float32))
