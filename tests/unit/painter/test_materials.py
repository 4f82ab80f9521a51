"""Noise, paper, tone, drops and the seal."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from painter.arrays import Photo, Plane
from painter.blocks.hanji import get_hanji
from painter.blocks.noise import make_fbm
from painter.blocks.paper import get_cold_pressed, light_surface, make_sheet
from painter.blocks.seal import carve_seal, find_place
from painter.blocks.splatter import drop_splatter
from painter.blocks.textures import TextureBank, TextureCache
from painter.blocks.tone import (
    MIN_FACE_GAMMA,
    balance_white,
    correct_tone,
    lift_shadowed_faces,
    stretch_tone,
    to_lab,
    to_rgb,
)
from painter.canvas import prepare_canvas
from painter.progress import Progress

# --- noise


@pytest.mark.parametrize("shape", [(64, 64), (97, 131), (251, 333)])
@pytest.mark.parametrize("gain", [0.4, 0.6])
def test_noise_has_zero_mean_and_unit_variance(
    shape: tuple[int, int], gain: float, generator: np.random.Generator
) -> None:
    noise = make_fbm(shape, cell_px=20, gain=gain, generator=generator)
    assert noise.dtype == np.float32
    assert noise.mean() == pytest.approx(0.0, abs=1e-4)
    assert noise.std() == pytest.approx(1.0, abs=1e-3)


def test_noise_is_periodic(generator: np.random.Generator) -> None:
    noise = make_fbm((120, 160), cell_px=30, gain=0.4, generator=generator)
    inside = np.abs(np.diff(noise, axis=1)).mean()
    assert np.abs(noise[:, 0] - noise[:, -1]).mean() < 2 * inside


def test_larger_cells_and_smaller_gains_are_smoother() -> None:
    def roughness(cell_px: float, gain: float) -> float:
        noise = make_fbm((128, 128), cell_px=cell_px, gain=gain, generator=np.random.default_rng(1))
        return float(np.abs(np.diff(noise)).mean())

    assert roughness(40, 0.4) < roughness(40, 0.6) < roughness(10, 0.6)


def test_stretched_noise_is_long_along_x(generator: np.random.Generator) -> None:
    noise = make_fbm((200, 200), cell_px=12, gain=0.4, generator=generator, stretch=4.0)
    assert np.abs(np.diff(noise, axis=1)).mean() < 0.5 * np.abs(np.diff(noise, axis=0)).mean()


# --- textures


def test_textures_are_made_once_and_cannot_be_written() -> None:
    bank = TextureBank((64, 80))
    first = bank.get_fbm(cell_px=8, gain=0.5)
    assert bank.get_fbm(cell_px=8, gain=0.5) is first
    assert bank.get_fbm(cell_px=9, gain=0.5) is not first
    with pytest.raises(ValueError, match="read-only"):
        first[0, 0] = 1.0


def test_textures_are_the_same_in_another_bank() -> None:
    one, other = TextureBank((64, 80)), TextureBank((64, 80))
    np.testing.assert_array_equal(get_hanji(one, 0.3), get_hanji(other, 0.3))


def test_the_cache_keeps_the_two_sizes_used_last() -> None:
    cache = TextureCache(max_sizes=2)
    first = cache.get_bank((64, 64))
    cache.get_bank((64, 65))
    assert cache.get_bank((64, 64)) is first
    cache.get_bank((64, 66))
    assert len(cache) == 2
    assert cache.get_bank((64, 64)) is first
    assert cache.get_bank((64, 65)).shape == (64, 65)
    assert cache.get_bank((64, 66)).shape == (64, 66)
    assert len(cache) == 2


def test_threads_that_want_the_same_texture_get_one() -> None:
    bank = TextureBank((64, 64))
    built: list[int] = []
    gate = threading.Barrier(4)

    def build(generator: np.random.Generator) -> Plane:
        built.append(1)
        return generator.random((64, 64)).astype(np.float32)

    def fetch(_: int) -> Plane:
        gate.wait(5)
        return bank.get_plane("shared", build)

    with ThreadPoolExecutor(4) as pool:
        planes = list(pool.map(fetch, range(4)))
    assert len(built) == 1
    assert all(plane is planes[0] for plane in planes)


# --- paper


def test_paper_heights_lie_between_zero_and_one_and_use_the_range() -> None:
    paper = get_cold_pressed(TextureBank((256, 256)), 1.0)
    assert paper.min() >= 0.0
    assert paper.max() <= 1.0
    assert paper.std() > 0.15


def test_light_from_the_top_left_darkens_the_far_side_of_a_hill() -> None:
    y, x = np.mgrid[-20:21, -20:21].astype(np.float32)
    hill = np.exp(-(x * x + y * y) / 60).astype(np.float32)
    light = light_surface(hill, 0.5, 1.0)
    assert light[14, 14] > 1.0 > light[26, 26]
    np.testing.assert_allclose(light_surface(np.full((9, 9), 0.3, np.float32), 0.5, 1.0), 1.0)


def test_hanji_is_nearly_even_with_threads_in_it() -> None:
    hanji = get_hanji(TextureBank((300, 240)), 0.35)
    assert hanji.mean() == pytest.approx(1.0, abs=0.02)
    assert 0.005 < hanji.std() < 0.06


def test_a_sheet_has_its_colour() -> None:
    sheet = make_sheet((4, 5), (0.9, 0.8, 0.7), np.ones((4, 5), np.float32))
    np.testing.assert_allclose(sheet[2, 3], (0.9, 0.8, 0.7), atol=1e-6)
    assert make_sheet((2, 2), (0.9, 0.9, 0.9), np.full((2, 2), 2.0, np.float32)).max() == 1.0


# --- tone


def test_lab_and_back(generator: np.random.Generator) -> None:
    picture = generator.random((30, 40, 3)).astype(np.float32)
    np.testing.assert_allclose(to_rgb(to_lab(picture)), picture, atol=0.01)


def test_a_dark_picture_becomes_lighter_and_a_flat_one_stays() -> None:
    dark = np.linspace(2, 30, 10_000, dtype=np.float32).reshape(100, 100)
    stretched = stretch_tone(dark)
    assert np.median(stretched) > 35
    assert stretched.max() <= 100.0
    flat = np.full((50, 50), 20.0, np.float32)
    np.testing.assert_array_equal(stretch_tone(flat), flat)


def test_a_yellow_cast_is_reduced_not_removed() -> None:
    grey = np.linspace(0.1, 0.9, 2500, dtype=np.float32).reshape(50, 50)
    yellow = np.dstack((grey, 0.9 * grey, 0.7 * grey)).astype(np.float32)
    before, after = (to_lab(picture)[..., 2].mean() for picture in (yellow, balance_white(yellow)))
    assert 0.05 * before < after < 0.7 * before


def test_black_has_no_white_balance() -> None:
    black = np.zeros((20, 20, 3), np.float32)
    np.testing.assert_array_equal(balance_white(black), black)


def _place_face(lights: float) -> tuple[Plane, Plane]:
    """Lightness of a bright room with a face whose lights reach `lights`, and the face's mask."""
    lightness = np.full((100, 100), 90.0, np.float32)
    lightness[30:70, 30:70] = np.linspace(0.4 * lights, lights, 40, dtype=np.float32)[:, None]
    mask = np.zeros((100, 100), np.float32)
    mask[30:70, 30:70] = 1.0
    return lightness, mask


def test_a_face_against_the_light_is_lifted() -> None:
    lightness, mask = _place_face(30.0)
    lifted = lift_shadowed_faces(lightness, mask)
    assert lifted[30:70, 30:70].mean() > 1.8 * lightness[30:70, 30:70].mean()
    assert lifted.max() <= 100.0


def test_light_and_shade_on_a_lifted_face_are_told_apart() -> None:
    """A lift alone turns a face in deep shadow into a pale mask."""
    lightness, mask = _place_face(30.0)
    lightness[48:52, 48:52] += 6.0
    lifted = lift_shadowed_faces(lightness, mask)
    plain = 100.0 * (lightness / 100.0) ** MIN_FACE_GAMMA
    light, plain_light = (plane[50, 50] - plane[50, 44] for plane in (lifted, plain))
    assert light > 1.4 * plain_light
    # outside the face nothing is strengthened
    assert np.ptp(lifted[:25]) < 1e-3


def test_dark_skin_in_good_light_stays_dark_skin() -> None:
    """The lights of a face tell its exposure; its middle tells its skin, which is nobody's business to change."""
    lightness, mask = _place_face(72.0)
    np.testing.assert_array_equal(lift_shadowed_faces(lightness, mask), lightness)


def test_tone_is_corrected_once_for_light_and_colour(small_portrait: Photo) -> None:
    picture = small_portrait.astype(np.float32) / 255 * 0.3
    before = to_lab(picture)
    after = correct_tone(picture, np.zeros(picture.shape[:2], np.float32))
    assert np.median(after[..., 0]) > np.median(before[..., 0]) + 10
    chroma = [np.hypot(lab[..., 1], lab[..., 2]).mean() for lab in (before, after)]
    assert chroma[1] > chroma[0]


# --- splatter and seal


def test_drops_avoid_what_is_forbidden(generator: np.random.Generator) -> None:
    forbidden = np.zeros((200, 200), np.float32)
    forbidden[:, :100] = 1.0
    drops = drop_splatter((200, 200), count=80, largest_px=4.0, forbidden=forbidden, generator=generator)
    assert drops.max() > 0.3
    assert drops.max() <= 1.0
    assert not drops[:, :92].any()


def test_a_seal_is_carved_and_worn(generator: np.random.Generator) -> None:
    whole = carve_seal(72, np.zeros((72, 72), np.float32))
    assert whole[36, 10] > 0.85 or whole[36, 6] > 0.85
    assert whole[0, 0] == 0.0
    assert 0.35 < (whole > 0.5).mean() < 0.75
    worn = carve_seal(72, generator.standard_normal((72, 72)).astype(np.float32))
    assert np.abs(worn - whole).mean() > 0.02
    assert worn.min() >= 0.0
    assert worn.max() <= 1.0


def test_the_seal_goes_where_the_paper_is_calm() -> None:
    busy = np.ones((400, 300), np.float32)
    busy[300:, :120] = 0.0
    assert find_place(busy, 40, 20) == (20, 340)
    assert find_place(np.zeros((400, 300), np.float32), 40, 20) == (240, 340)


@pytest.mark.parametrize("shape", [(64, 64), (64, 400), (400, 64)])
def test_the_seal_stays_on_the_sheet(shape: tuple[int, int]) -> None:
    x, y = find_place(np.zeros(shape, np.float32), 20, 14)
    assert 0 <= x <= shape[1] - 20
    assert 0 <= y <= shape[0] - 20


# --- canvas


def test_the_unit_is_one_at_the_reference_size_and_follows_it(portrait: Photo) -> None:
    for scale in (0.25, 0.5, 1.0):
        photo = np.asarray(cv2.resize(portrait, None, fx=scale, fy=scale), dtype=np.uint8)
        canvas = prepare_canvas(photo, seed=0, subject=None, progress=Progress(None))
        assert canvas.unit == pytest.approx(scale)
        assert canvas.shape == photo.shape[:2]


def test_random_numbers_depend_on_seed_and_purpose(small_portrait: Photo) -> None:
    canvases = [prepare_canvas(small_portrait, seed=seed, subject=None, progress=Progress(None)) for seed in (1, 1, 2)]
    draws = [canvas.create_generator("drops").random() for canvas in canvases]
    assert draws[0] == draws[1] != draws[2]
    assert canvases[0].create_generator("rims").random() != draws[0]
    noise = [canvas.make_noise("pool", cell=30) for canvas in canvases]
    np.testing.assert_array_equal(noise[0], noise[1])
    assert not np.array_equal(noise[0], noise[2])


def test_without_a_face_skin_colours_get_some_protection(small_portrait: Photo) -> None:
    upside_down = np.ascontiguousarray(small_portrait[::-1])
    canvas = prepare_canvas(upside_down, seed=0, subject=None, progress=Progress(None))
    assert canvas.faces == ()
    assert 0.5 < canvas.face_mask.max() <= 0.81
    assert not canvas.head_mask.any()


def test_progress_does_not_go_back() -> None:
    heard: list[float] = []
    progress = Progress(heard.append)
    for fraction in (0.1, 0.5, 0.3, 0.5, 1.0):
        progress.reach(fraction)
    assert heard == [0.1, 0.5, 1.0]
    Progress(None).reach(1.0)
