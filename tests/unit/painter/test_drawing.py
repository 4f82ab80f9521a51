"""Hatching, the light on paint, the photo's grain, and what only one of the brush styles does."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

import painter
from painter.arrays import Photo, Plane
from painter.blocks.flow import Flow
from painter.blocks.grain import NOISY, measure_noise, melt_grain
from painter.blocks.paper import get_cold_pressed
from painter.blocks.relief import light_relief
from painter.blocks.strokes import Mark, Surface
from painter.blocks.strokes_hatch import Hatching, hatch_tone, rule_seeds
from painter.blocks.textures import TextureBank
from painter.blocks.tone import to_lab
from scripts.contact_sheet import HARD_CASES

SHAPE = (200, 240)
HATCHING = Hatching(-50.0, gap=5.0, length=40.0, width=1.6, bend=0.3, drift=0.2)
GRAPHITE = (0.2, 0.2, 0.2)


def _hatch(
    tone: Plane, pressure: Plane, hatching: Hatching = HATCHING, unit: float = 1.0, tooth: Plane | None = None
) -> tuple[Plane, int]:
    """Darkness (H, W; 0 paper - 1 black) of a hatched tone, and the number of strokes."""
    angle = np.deg2rad(hatching.angle_deg)
    flow = Flow(*(np.full(SHAPE, part, np.float32) for part in (np.cos(angle), np.sin(angle), 0.0)))
    surface = Surface(
        np.ones((*SHAPE, 3), np.float32), np.zeros(SHAPE, np.float32), 1.35 - pressure if tooth is None else tooth
    )
    count = hatch_tone(
        surface,
        tone,
        pressure,
        flow,
        hatching,
        Mark(opacity=0.8, raggedness=0.1, grip=1.5),
        colour=GRAPHITE,
        unit=unit,
        generator=np.random.default_rng(4),
    )
    return 1.0 - surface.picture.mean(axis=2), count


def _fill(value: float) -> Plane:
    return np.full(SHAPE, value, np.float32)


# --- hatching


@pytest.mark.parametrize("angle_deg", [-50.0, 0.0, 90.0, 30.0])
def test_ruled_strokes_are_evenly_spaced_and_everywhere(angle_deg: float, generator: np.random.Generator) -> None:
    seeds = rule_seeds(SHAPE, angle_deg=angle_deg, gap_px=5.0, length_px=40.0, generator=generator)
    expected = SHAPE[0] * SHAPE[1] / (5.0 * 32.0)
    assert len(seeds) == pytest.approx(expected, rel=0.15)
    angle = np.deg2rad(angle_deg)
    rows = (-(seeds[:, 0] - SHAPE[1] / 2) * np.sin(angle) + (seeds[:, 1] - SHAPE[0] / 2) * np.cos(angle)) / 5.0
    reach = 0.5 * float(np.hypot(*SHAPE)) / 5.0
    off = (rows + reach + 0.5) % 1.0 - 0.5
    assert off.std() < 0.22
    quarters = np.histogram2d(seeds[:, 1], seeds[:, 0], bins=4, range=((0, SHAPE[0]), (0, SHAPE[1])))[0]
    assert quarters.min() > 0.6 * quarters.mean()


def test_hatching_is_lines_not_dirt() -> None:
    """Dark and light alternate across the strokes and hold along them."""
    darkness, _ = _hatch(_fill(0.5), _fill(0.7))
    turn = cv2.getRotationMatrix2D((SHAPE[1] / 2, SHAPE[0] / 2), HATCHING.angle_deg, 1.0)
    level = cv2.warpAffine(darkness, turn, (SHAPE[1], SHAPE[0]))[60:140, 60:180]
    along = np.abs(np.diff(level, axis=1)).mean()
    across = np.abs(np.diff(level, axis=0)).mean()
    assert across > 3.0 * along


def test_a_harder_pressed_pencil_is_darker() -> None:
    tones = [_hatch(_fill(0.5), _fill(pressure))[0].mean() for pressure in (0.1, 0.4, 0.7, 1.0)]
    assert tones == sorted(tones)
    assert tones[-1] > 4.0 * tones[0] > 0.0


def test_a_pencil_that_is_not_pressed_draws_nothing() -> None:
    darkness, count = _hatch(_fill(0.0), _fill(0.0))
    assert count == 0
    assert not darkness.any()


def test_strokes_end_where_the_tone_changes() -> None:
    tone = _fill(0.7)
    tone[:, 120:] = 0.0
    pressure = np.where(tone > 0.5, np.float32(1.0), np.float32(0.0))
    reaches = []
    for drift in (0.2, 2.0):
        hatching = Hatching(0.0, gap=5.0, length=60.0, width=1.6, bend=0.3, drift=drift)
        darkness, _ = _hatch(tone, pressure, hatching, tooth=_fill(0.0))
        reaches.append(int(darkness.max(axis=0).nonzero()[0].max()))
    # a stroke has two steps at least, and an end
    assert reaches[0] <= 120 + 22 < reaches[1] - 10


def test_hatching_grows_with_the_picture() -> None:
    counts = [_hatch(_fill(0.5), _fill(0.7), unit=unit)[1] for unit in (1.0, 2.0)]
    assert counts[0] == pytest.approx(4 * counts[1], rel=0.25)


# --- light on paint


def test_what_faces_the_top_left_is_lighter() -> None:
    y, x = np.mgrid[-30:31, -30:31].astype(np.float32)
    hill = 6.0 * np.exp(-(x * x + y * y) / 150)
    picture = np.full((61, 61, 3), 0.5, np.float32)
    lit = light_relief(picture, hill.astype(np.float32), strength=1.0, gloss=0.1)
    assert lit[22, 22, 0] > 0.55
    assert lit[38, 38, 0] < 0.45
    assert lit[2, 58, 0] == pytest.approx(0.5, abs=0.01)


def test_no_ridge_turns_black_or_glares(generator: np.random.Generator) -> None:
    cliffs = (generator.random((80, 80)) * 500).astype(np.float32)
    lit = light_relief(np.full((80, 80, 3), 0.5, np.float32), cliffs, strength=1.0, gloss=0.1)
    assert lit.min() > 0.2
    assert lit.max() < 0.9


def test_flat_paint_and_no_light_leave_the_picture() -> None:
    picture = np.full((20, 20, 3), 0.3, np.float32)
    hill = np.random.default_rng(1).random((20, 20)).astype(np.float32)
    np.testing.assert_allclose(light_relief(picture, np.zeros_like(hill), strength=1.0, gloss=0.2), 0.3, atol=1e-6)
    np.testing.assert_allclose(light_relief(picture, hill, strength=0.0, gloss=0.2), 0.3, atol=1e-6)


# --- grain


@pytest.mark.parametrize("deviation", [0.01, 0.03, 0.08])
def test_noise_is_measured_and_shapes_are_not(deviation: float, generator: np.random.Generator) -> None:
    shapes = np.tile(np.repeat(np.array([0.2, 0.7, 0.4], np.float32), 40), (120, 2))
    assert measure_noise(shapes) < 0.002
    noisy = shapes + generator.normal(0, deviation, shapes.shape).astype(np.float32)
    assert measure_noise(noisy) == pytest.approx(deviation, rel=0.15)


def test_a_noisy_face_loses_its_spots_and_a_clean_one_keeps_its_detail(generator: np.random.Generator) -> None:
    even = np.full((120, 120, 3), 0.5, np.float32)
    clean = even.copy()
    clean[::10] += 0.08
    noisy = np.clip(even + generator.normal(0, 2 * NOISY, even.shape), 0, 1).astype(np.float32)
    faces = np.ones((120, 120), np.float32)
    melted = {}
    for name, picture in (("clean", clean), ("noisy", noisy)):
        before = to_lab(picture)[..., 0]
        after = melt_grain(to_lab(picture), radius_px=12.0, faces=faces)[..., 0]
        melted[name] = float(after.std() / before.std())
    assert melted["clean"] > 0.5
    assert melted["noisy"] < 0.4


def test_two_papers_of_one_size_are_two_textures() -> None:
    """The fine paper of one style used to come out coarse when another style had painted before."""
    alone, shared = TextureBank((128, 128)), TextureBank((128, 128))
    coarse = get_cold_pressed(shared, 1.0)
    fine = get_cold_pressed(shared, 0.4)
    np.testing.assert_array_equal(get_cold_pressed(alone, 0.4), fine)
    assert np.abs(np.diff(fine, axis=1)).mean() > 1.3 * np.abs(np.diff(coarse, axis=1)).mean()


# --- the three styles


def test_a_drawing_in_graphite_has_no_colour(small_portrait: Photo) -> None:
    painted = painter.paint(small_portrait, style="pencil").astype(np.int16)
    assert np.ptp(painted, axis=2).max() < 16


def test_without_hatching_outline_and_smudge_the_sheet_is_white(small_portrait: Photo) -> None:
    nothing = {"hatching": 0.0, "outline": 0.0, "smudge": 0.0}
    assert painter.paint(small_portrait, style="pencil", parameters=nothing).min() > 220


@pytest.mark.parametrize("style_id", ["pastel", "pencil"])
def test_the_margin_stays_paper_unless_it_is_not_wanted(style_id: str) -> None:
    photo = np.full((384, 288, 3), 30, np.uint8)
    everything = np.ones((384, 288), bool)
    bare = painter.paint(photo, style=style_id, subject=everything)
    full = painter.paint(photo, style=style_id, subject=everything, parameters={"border": 0.0})
    assert bare[:4].mean() > full[:4].mean() + 35
    assert full[:4].mean() < 110


def test_oil_has_depth_only_with_impasto(small_portrait: Photo) -> None:
    flat, thick = (
        painter.paint(small_portrait, style="oil", parameters={"impasto": impasto}).astype(np.float32)
        for impasto in (0.0, 2.0)
    )
    relief = cv2.cvtColor(np.abs(thick - flat).astype(np.uint8), cv2.COLOR_RGB2GRAY)
    assert relief.mean() > 2.0
    # the light moves no colour on the whole
    assert abs(thick.mean() - flat.mean()) < 6.0


def test_the_relief_is_low_in_faces(small_portrait: Photo) -> None:
    """At full depth the ridges of the paint look like wrinkles."""
    (face,) = painter.detect_faces(small_portrait)
    flat, lit = (
        painter.paint(small_portrait, style="oil", parameters={"impasto": impasto}).astype(np.float32)
        for impasto in (0.0, 1.0)
    )
    change = np.abs(lit - flat).mean(axis=2)
    inner = (
        slice(face.y + face.height // 4, face.y + 3 * face.height // 4),
        slice(face.x + face.width // 4, face.x + 3 * face.width // 4),
    )
    assert change[inner].mean() < 0.5 * change.mean()


@pytest.mark.parametrize(("style_id", "parameters"), [("oil", {}), ("pastel", {}), ("pencil", {"hatching": 0.0})])
def test_skin_stays_calm_in_a_noisy_photo(style_id: str, parameters: dict[str, float], portrait: Photo) -> None:
    noisy = HARD_CASES["noisy"](np.asarray(cv2.resize(portrait, (384, 512)), dtype=np.uint8))
    (face,) = painter.detect_faces(noisy)
    cheek = (slice(face.y + 45, face.y + 65), slice(face.x + 65, face.x + 80))
    roughness = []
    for picture in (noisy, painter.paint(noisy, style=style_id, parameters=parameters)):
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
        roughness.append(float(np.abs(grey - cv2.GaussianBlur(grey, (0, 0), 2))[cheek].mean()))
    assert roughness[1] < 0.6 * roughness[0]
