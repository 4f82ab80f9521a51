"""Small sets of style pictures."""

from __future__ import annotations

import numpy as np
import pytest

import painter
from painter.arrays import Photo
from tests.unit.painter.analogy.pictures import make_brushwork


def make_set(count: int) -> list[Photo]:
    """Different pictures, half of them cold, half of them warm."""
    return [make_brushwork(seed, warm=bool(seed % 2)) for seed in range(count)]


@pytest.fixture(scope="session")
def atlas() -> painter.Atlas:
    return painter.learn_atlas(make_set(8))


@pytest.fixture(scope="session")
def noise_picture() -> Photo:
    return np.random.default_rng(4).integers(0, 256, (90, 70, 3), dtype=np.uint8)
