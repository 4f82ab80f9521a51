"""Fitting exemplars of any shape to a photo."""

from __future__ import annotations

import numpy as np
import pytest

from painter.analogy.exemplar import MIN_SIDE_PX, TILE_SHARE, Exemplar


@pytest.mark.parametrize(("height", "width"), [(400, 300), (3000, 2000), (40, 30)])
def test_the_area_follows_the_photo(height: int, width: int) -> None:
    fitted = Exemplar(np.zeros((height, width, 3), dtype=np.uint8)).fit(768 * 1024)
    assert fitted.shape[0] * fitted.shape[1] == pytest.approx(TILE_SHARE**2 * 768 * 1024, rel=0.02)
    assert fitted.shape[0] / fitted.shape[1] == pytest.approx(height / width, rel=0.02)


@pytest.mark.parametrize(("height", "width"), [(16, 8000), (8000, 16), (16, 16)])
def test_every_side_holds_patches_and_no_side_explodes(height: int, width: int) -> None:
    fitted = Exemplar(np.zeros((height, width, 3), dtype=np.uint8)).fit(96 * 64)
    assert min(fitted.shape[:2]) >= MIN_SIDE_PX
    assert fitted.size <= 3 * 96 * 64


def test_values_become_fractions() -> None:
    picture = np.full((60, 60, 3), 255, dtype=np.uint8)
    fitted = Exemplar(picture).fit(200 * 200)
    assert fitted.dtype == np.float32
    np.testing.assert_allclose(fitted, 1.0, atol=1e-6)


def test_a_sheet_of_four_is_twice_as_large_and_knows_its_seams() -> None:
    picture = np.zeros((200, 200, 3), dtype=np.uint8)
    single, sheet = Exemplar(picture), Exemplar(picture, 2)
    assert sheet.fit(10**6).shape[0] == pytest.approx(2 * single.fit(10**6).shape[0], abs=1)
    assert not single.mark_seams((100, 80)).any()
    seams = sheet.mark_seams((100, 80))
    assert seams[49:51].all()
    assert seams[:, 39:41].all()
    assert seams.sum() == 2 * 80 + 2 * 100 - 4
