"""Pictures that several tests paint."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

import painter
from painter.arrays import Photo

STYLE_IDS = tuple(style.style_id for style in painter.list_styles())


@pytest.fixture(scope="session")
def portrait() -> Photo:
    """768x1024, one face."""
    return painter.sample_portrait()


@pytest.fixture(scope="session")
def small_portrait(portrait: Photo) -> Photo:
    """288x384, one face that is still found."""
    return np.asarray(cv2.resize(portrait, (288, 384), interpolation=cv2.INTER_AREA), dtype=np.uint8)


@pytest.fixture(scope="session")
def paintings(portrait: Photo) -> dict[str, Photo]:
    """The portrait in every style, seed 3."""
    return {style_id: painter.paint(portrait, style=style_id, seed=3) for style_id in STYLE_IDS}


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(20)
