"""The person before another backdrop: no halo, natural skin, a shadow that belongs."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

import painter
from painter.arrays import Photo
from painter.matting import Matte
from painter.matting.composite import cover_frame
from scripts.matting_scenes import Figure, find_band
from tests.unit.painter.matting.conftest import cut


def plain(colour: tuple[int, int, int], height: int = 1024, width: int = 768) -> Photo:
    return np.full((height, width, 3), colour, np.uint8)


def shrink_matte(matte: Matte) -> Matte:
    """Quarter size, for what needs no detail."""
    size = (192, 256)
    alpha = np.asarray(cv2.resize(matte.alpha, size, interpolation=cv2.INTER_AREA), dtype=np.float32)
    colours = np.asarray(cv2.resize(matte.colours, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return Matte(alpha, colours, matte.method)


@pytest.fixture(scope="module")
def small() -> Matte:
    return shrink_matte(cut("grey"))


@pytest.mark.parametrize("colour", [(60, 120, 170), (20, 22, 30), (240, 240, 236)])
def test_the_edge_carries_no_halo(colour: tuple[int, int, int], figure: Figure) -> None:
    """Against the composite that the true matte and colours give, in the band around body and shoulders."""
    mine = painter.compose(cut("grey"), plain(colour), light_match=0.0, shadow=0.0).astype(np.float32)
    alpha = figure.alpha[..., None]
    true = alpha * figure.colours + (1 - alpha) * np.array(colour, np.float32)
    band = find_band(figure.alpha, 9)
    band[:290] = False
    difference = (mine - true).mean(axis=2)[band]
    assert abs(float(difference.mean())) < 6.0
    assert float(np.abs(difference).mean()) < 14.0


@pytest.mark.parametrize("colour", [(20, 22, 30), (240, 240, 236)])
def test_the_plain_cut_would_have_carried_one(colour: tuple[int, int, int], figure: Figure) -> None:
    """What the cleaned colours are for: with the photo's own colours the edge is further off."""
    from tests.unit.painter.matting.conftest import take

    matte = cut("grey")
    alpha = figure.alpha[..., None]
    true = alpha * figure.colours + (1 - alpha) * np.array(colour, np.float32)
    mixed = (figure.alpha > 0.1) & (figure.alpha < 0.9)
    errors = []
    for colours in (matte.colours, take("grey")):
        composite = matte.alpha[..., None] * colours + (1 - matte.alpha[..., None]) * np.array(colour, np.float32)
        errors.append(float(np.abs(composite - true)[mixed].mean()))
    assert errors[0] < 0.95 * errors[1]


def test_without_match_and_shadow_the_person_is_untouched(small: Matte) -> None:
    picture = painter.compose(small, plain((10, 200, 90), 256, 192), light_match=0.0, shadow=0.0)
    inside, outside = small.alpha == 1.0, small.alpha == 0.0
    assert np.abs(picture.astype(int) - small.colours)[inside].mean() < 1.2
    assert np.abs(picture.astype(int) - (10, 200, 90))[outside].mean() < 1.2


def test_the_light_follows_the_backdrop(small: Matte) -> None:
    inside = small.alpha > 0.99
    dark, bright = (
        painter.compose(small, plain((level,) * 3, 256, 192), light_match=1.0)[inside].mean() for level in (15, 240)
    )
    neutral = small.colours[inside].mean()
    assert dark < neutral - 5 < neutral + 5 < bright


def test_skin_takes_less_of_the_tint_than_clothes(small: Matte) -> None:
    backdrop = plain((30, 90, 200), 256, 192)
    before = painter.compose(small, backdrop, light_match=0.0, shadow=0.0)
    after = painter.compose(small, backdrop, light_match=1.0, shadow=0.0)
    change = cv2.cvtColor(after, cv2.COLOR_RGB2LAB).astype(int) - cv2.cvtColor(before, cv2.COLOR_RGB2LAB)
    tint = np.hypot(change[..., 1], change[..., 2])
    cheek, strap = tint[62:70, 85:95].mean(), tint[205:220, 106:111].mean()
    assert cheek < 0.75 * strap


def test_light_match_never_makes_a_silhouette(small: Matte) -> None:
    face = painter.compose(small, plain((0, 0, 0), 256, 192), light_match=1.0)[45:80, 80:110]
    assert face.mean() > 0.6 * small.colours[45:80, 80:110].mean()


def test_the_shadow_darkens_the_backdrop_beside_the_person(small: Matte) -> None:
    backdrop = plain((180, 180, 180), 256, 192)
    with_shadow = painter.compose(small, backdrop, light_match=0.0, shadow=0.5).astype(int)
    without = painter.compose(small, backdrop, light_match=0.0, shadow=0.0).astype(int)
    assert (without - with_shadow)[110:118, 136:140].mean() > 20
    assert np.abs(without - with_shadow)[:10, :10].mean() < 2


@pytest.mark.parametrize(("height", "width"), [(64, 64), (64, 300), (1000, 100), (257, 193)])
def test_any_backdrop_covers_the_frame(height: int, width: int, small: Matte) -> None:
    assert painter.compose(small, plain((1, 2, 3), height, width)).shape == (256, 192, 3)
    assert cover_frame(plain((1, 2, 3), height, width), 192, 256).shape == (256, 192, 3)


def test_the_middle_of_the_backdrop_is_kept() -> None:
    backdrop = np.zeros((100, 300, 3), np.uint8)
    backdrop[:, 100:200] = 255
    assert (cover_frame(backdrop, 100, 100) == 255).all()


def test_the_seed_moves_the_grain_and_nothing_else(small: Matte) -> None:
    backdrop = plain((90, 120, 150), 256, 192)
    first = painter.compose(small, backdrop, seed=1)
    np.testing.assert_array_equal(first, painter.compose(small, backdrop, seed=1))
    other = painter.compose(small, backdrop, seed=-2)
    assert 0.5 < np.abs(first.astype(int) - other).mean() < 2.5


@pytest.mark.parametrize("wish", [{"light_match": -0.1}, {"light_match": np.nan}, {"shadow": 1.5}, {"shadow": "much"}])
def test_wishes_out_of_range_are_refused(wish: dict[str, float], small: Matte) -> None:
    with pytest.raises(painter.InvalidParameterError, match="must lie between 0 and 1"):
        painter.compose(small, plain((0, 0, 0)), **wish)


def test_an_empty_matte_gives_the_backdrop() -> None:
    nobody = Matte(np.zeros((64, 64), np.float32), np.zeros((64, 64, 3), np.uint8), "reference")
    picture = painter.compose(nobody, plain((80, 90, 100), 64, 64))
    assert np.abs(picture.astype(int) - (80, 90, 100)).mean() < 1.5
