"""How near the matte comes to a truth that is known by construction."""

from __future__ import annotations

import numpy as np
import pytest

import painter
from scripts.matting_scenes import CONDITIONS, Figure, find_band, measure_error, measure_iou
from scripts.matting_scenes import find_hair_band as find_hair
from tests.unit.painter.matting.conftest import cut, learn, take

# condition: lowest IoU, highest mean error in the band around the edge, and around the hair alone
BOUNDS = {
    "grey": (0.993, 0.065, 0.082),
    "grey, noisy": (0.993, 0.068, 0.082),
    "red curtain": (0.993, 0.070, 0.108),
    "green": (0.993, 0.068, 0.100),
    "clothes' colour": (0.993, 0.072, 0.105),
    "black": (0.991, 0.077, 0.110),
    "printed photo": (0.992, 0.074, 0.105),
    "brick wall": (0.988, 0.095, 0.135),
    "lights dimmed": (0.991, 0.073, 0.092),
    "brick, camera moved": (0.988, 0.094, 0.135),
    "print, camera moved": (0.992, 0.075, 0.105),
}


def test_every_condition_has_bounds() -> None:
    assert set(BOUNDS) == set(CONDITIONS)


@pytest.mark.parametrize("name", BOUNDS)
def test_the_matte_is_near_the_truth(name: str, figure: Figure) -> None:
    lowest_iou, highest_band, highest_hair = BOUNDS[name]
    alpha = cut(name).alpha
    assert measure_iou(alpha, figure.alpha) >= lowest_iou
    assert measure_error(alpha, figure.alpha, find_band(figure.alpha)) <= highest_band
    assert measure_error(alpha, figure.alpha, find_hair(figure.alpha)) <= highest_hair


@pytest.mark.parametrize("name", BOUNDS)
def test_away_from_the_edge_the_matte_is_clean(name: str, figure: Figure) -> None:
    """No hole in a black helmet, no lump where the camera moved, no haze on the side of the shadow."""
    alpha, far = cut(name).alpha, ~find_band(figure.alpha, 61)
    assert (alpha[far & (figure.alpha > 0.5)] > 0.99).mean() > 0.9995
    assert (alpha[far & (figure.alpha < 0.5)] < 0.01).mean() > 0.9995


@pytest.mark.parametrize("name", ["grey", "lights dimmed", "green"])
def test_no_haze_stays_in_the_shadow(name: str, figure: Figure) -> None:
    """Right of neck and shoulder, where the figure's shadow falls, just outside its edge."""
    outside = find_band(figure.alpha, 25) & (figure.alpha < 0.01) & ~find_band(figure.alpha, 7)
    outside[:290] = False
    outside[:, :384] = False
    assert cut(name).alpha[outside].mean() < 0.02


@pytest.mark.parametrize("name", ["grey", "red curtain", "green"])
def test_the_colours_are_without_the_backdrop(name: str, figure: Figure) -> None:
    """Half-covered pixels lie nearer to the person's own colour than the photo does."""
    matte, photo = cut(name), take(name)
    mixed = (figure.alpha > 0.3) & (figure.alpha < 0.7) & (matte.alpha > 0.2)
    mine = np.abs(matte.colours.astype(int) - figure.colours)[mixed].mean()
    theirs = np.abs(photo.astype(int) - figure.colours)[mixed].mean()
    assert mine < 0.8 * theirs


def test_inside_the_colours_are_the_photo(figure: Figure) -> None:
    inside = (figure.alpha > 0.99) & ~find_band(figure.alpha, 61)
    np.testing.assert_array_equal(cut("grey").colours[inside], take("grey")[inside])


@pytest.mark.parametrize("name", BOUNDS)
def test_every_value_is_a_coverage(name: str) -> None:
    matte = cut(name)
    assert np.isfinite(matte.alpha).all()
    assert matte.alpha.min() >= 0.0
    assert matte.alpha.max() <= 1.0
    assert (matte.alpha.dtype, matte.colours.dtype) == (np.float32, np.uint8)
    assert matte.colours.shape == (1024, 768, 3)
    assert (matte.method, matte.is_rough) == ("reference", False)


def test_the_same_photo_gives_the_same_matte() -> None:
    again = painter.cut_out(take("brick wall"), learn("brick wall"))
    np.testing.assert_array_equal(again.alpha, cut("brick wall").alpha)
    np.testing.assert_array_equal(again.colours, cut("brick wall").colours)
