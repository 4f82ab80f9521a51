"""What makes each of the graphic styles that style."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray

import painter
from painter.arrays import Photo
from painter.blocks.faces import mask_faces
from painter.canvas import prepare_canvas
from painter.progress import Progress
from painter.styles.riso_print import INKS, Ink, _misregister, _separate
from painter.styles.sepia import _expose_plate


def _to_lab(picture: Photo) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2Lab), dtype=np.float32)


def _measure_flatness(picture: Photo) -> float:
    """Share of places where nothing but grain happens."""
    grey = cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32), (0, 0), 2.0)
    slope = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)) / 8
    return float((slope < 0.7).mean())


@pytest.fixture(scope="module")
def sky() -> Photo:
    """A dark sky that slowly becomes lighter, with the noise of a camera; nobody in it."""
    shade = np.linspace(30, 150, 384)[:, None, None] * np.array((0.5, 0.7, 1.0))
    noise = np.random.default_rng(3).normal(0, 2.0, (384, 288, 1))
    return np.clip(shade + noise, 0, 255).astype(np.uint8)


# --- cel


def test_cel_paint_is_flatter_than_the_photo_and_than_itself_without_flatness(small_portrait: Photo) -> None:
    without_grain = {"grain": 0.0, "outline": 0.0, "glow": 0.0}
    flat, soft = (
        painter.paint(small_portrait, style="cel", seed=1, parameters={**without_grain, "flatness": value})
        for value in (1.0, 0.0)
    )
    assert _measure_flatness(flat) > 1.03 * _measure_flatness(soft)
    assert _measure_flatness(flat) > 1.3 * _measure_flatness(small_portrait)


def test_cel_lines_are_dark_and_only_where_shapes_meet(small_portrait: Photo) -> None:
    plain, drawn = (
        painter.paint(small_portrait, style="cel", seed=1, parameters={"outline": value}).astype(np.int16)
        for value in (0.0, 1.0)
    )
    change = (drawn - plain).mean(axis=2)
    assert change.max() <= 2
    assert 0.01 < (change < -25).mean() < 0.15


def test_film_never_gets_black(small_portrait: Photo) -> None:
    painted = painter.paint(small_portrait, style="cel", seed=1, parameters={"grain": 0.0})
    assert painted.min() >= 8


# --- woodcut


def test_the_knife_leaves_a_plain_sky_alone(sky: Photo) -> None:
    """Noise in a mid-tone backdrop used to be carved into worm marks."""
    carved = painter.paint(sky, style="woodcut", seed=1, parameters={"border": 0.0, "wood_grain": 0.0})
    lightness = _to_lab(carved)[..., 0]
    across = np.abs(lightness - cv2.GaussianBlur(lightness, (0, 0), 4)).mean()
    assert across < 1.5


def test_the_key_block_prints_blacks_and_more_of_them_when_asked(small_portrait: Photo) -> None:
    shares = [
        (
            painter.paint(small_portrait, style="woodcut", seed=1, parameters={"key_block": value}).max(axis=2) < 70
        ).mean()
        for value in (0.7, 1.0, 1.3)
    ]
    assert shares == sorted(shares)
    assert 0.1 < shares[1] < 0.5


def test_carving_marks_stay_out_of_the_face(small_portrait: Photo) -> None:
    (face,) = painter.detect_faces(small_portrait)
    plain, carved = (
        painter.paint(small_portrait, style="woodcut", seed=1, parameters={"carving": value}).astype(np.int16)
        for value in (0.0, 2.0)
    )
    changed = np.abs(carved - plain).max(axis=2) > 30
    x, y = (round(value) for value in face.centre)
    reach = face.width // 3
    assert not changed[y - reach : y + reach, x - reach : x + reach].any()
    assert changed.mean() > 0.005


def test_dark_skin_is_not_carved_black(small_portrait: Photo) -> None:
    """One threshold for all doubled the black in a dark face."""
    (face,) = painter.detect_faces(small_portrait)
    oval = mask_faces(small_portrait.shape[:2], [face])[..., None]
    dark = (small_portrait * (1.0 - oval * np.array((0.72, 0.77, 0.78)))).astype(np.uint8)
    (found,) = painter.detect_faces(dark)
    middle = (slice(found.y + 20, found.y + found.height - 10), slice(found.x + 15, found.x + found.width - 15))
    assert (painter.paint(dark, style="woodcut", seed=1)[middle].max(axis=2) < 70).mean() < 0.07


# --- stained glass


def test_glass_has_lead_between_clear_panes(small_portrait: Photo) -> None:
    bare, leaded = (
        painter.paint(small_portrait, style="stained_glass", seed=1, parameters={"lead": value}).astype(np.int16)
        for value in (0.5, 1.5)
    )
    assert (leaded.max(axis=2) < 60).mean() > (bare.max(axis=2) < 60).mean() + 0.05


def test_a_plain_backdrop_is_cut_into_lozenges_all_alike() -> None:
    """A flat picture has no detail to measure; it becomes a plain window instead of a division by nothing."""
    flat = np.full((384, 288, 3), 150, np.uint8)
    window = painter.paint(flat, style="stained_glass", seed=1, parameters={"border": 0.0})
    dark = _to_lab(window)[..., 0] < 40
    assert 0.02 < dark.mean() < 0.4


def test_the_frame_takes_two_colours_that_differ(small_portrait: Photo) -> None:
    window = _to_lab(painter.paint(small_portrait, style="stained_glass", seed=1))
    strip = window[3:9, 12:-12].reshape(-1, 3)
    glass = strip[strip[:, 0] > 20]
    hue = np.arctan2(glass[:, 2], glass[:, 1])
    assert np.hypot(glass[:, 1], glass[:, 2]).mean() > 15
    assert np.quantile(hue, 0.9) - np.quantile(hue, 0.1) > 0.6


# --- sepia


def test_sepia_has_one_hue(small_portrait: Photo) -> None:
    lab = _to_lab(painter.paint(small_portrait, style="sepia", seed=1))[30:-30, 30:-30]
    assert lab[..., 1].min() > -3
    assert lab[..., 2].mean() > 12
    # one colour per lightness: what remains after a fit is grain
    fit = np.polynomial.Polynomial.fit(lab[..., 0].ravel(), lab[..., 2].ravel(), 5)
    assert np.abs(fit(lab[..., 0]) - lab[..., 2]).mean() < 1.0


def test_the_old_lens_is_sharpest_on_the_face(small_portrait: Photo) -> None:
    (face,) = painter.detect_faces(small_portrait)
    sharp, soft = (
        painter.paint(small_portrait, style="sepia", seed=1, parameters={"softness": value, "grain": 0.0, "age": 0.0})
        for value in (0.0, 1.0)
    )

    def measure_loss(area: tuple[slice, slice]) -> float:
        details = [
            np.abs(cv2.Laplacian(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[area], cv2.CV_32F)).mean()
            for picture in (sharp, soft)
        ]
        return float(details[1] / details[0])

    in_face = (slice(face.y, face.y + face.height), slice(face.x, face.x + face.width))
    corner = (slice(300, 370), slice(20, 90))
    assert measure_loss(in_face) > measure_loss(corner) + 0.1


def test_sepia_darkens_red_cloth_but_not_skin() -> None:
    red, grey = np.full((120, 120, 3), (190, 90, 90), np.uint8), np.full((120, 120, 3), 120, np.uint8)
    plain = prepare_canvas(grey, seed=1, subject=None, progress=Progress(None))
    picture = red.astype(np.float32) / 255
    face = dataclasses.replace(plain, face_mask=np.ones((120, 120), np.float32))
    cloth = dataclasses.replace(plain, face_mask=np.zeros((120, 120), np.float32))
    assert _expose_plate(face, picture).mean() > _expose_plate(cloth, picture).mean() + 0.04


# --- riso


def test_inks_overprint_to_the_colours_they_are_asked_for() -> None:
    asked = np.array([[(1.0, 0.83, 0.10), (0.98, 0.33, 0.47), (0.06, 0.34, 0.66), (1.0, 1.0, 1.0)]], dtype=np.float32)
    plates = _separate(asked)[0]
    np.testing.assert_allclose(plates[:3], np.eye(3), atol=0.05)
    np.testing.assert_allclose(plates[3], 0.0, atol=0.01)


def test_light_greys_stay_off_the_paper_and_black_takes_all_inks() -> None:
    greys = np.array([[(0.85, 0.85, 0.85), (0.02, 0.02, 0.02)]], dtype=np.float32)
    light, black = _separate(greys)[0]
    assert light.max() < 0.10
    assert black.min() > 0.85


def test_the_margin_is_bare_paper() -> None:
    coffee = np.asarray(cv2.resize(skimage.data.coffee(), (384, 256)), dtype=np.uint8)
    printed = painter.paint(coffee, style="riso_print", seed=1)
    assert printed[:6].min() > 200
    assert printed[60:-60, 60:-60].min() < 60


def test_the_inks_miss_each_other_differently_for_every_seed(small_portrait: Photo) -> None:
    plate = np.zeros(small_portrait.shape[:2], dtype=np.float32)
    plate[180:201, 130:151] = 1.0

    def find_centre(ink: Ink, seed: int, strength: float) -> NDArray[np.float64]:
        canvas = prepare_canvas(small_portrait, seed=seed, subject=None, progress=Progress(None))
        moments = cv2.moments(_misregister(canvas, ink, plate, strength))
        return np.array((moments["m10"], moments["m01"])) / moments["m00"]

    exact = find_centre(INKS[0], 1, 0.0)
    np.testing.assert_allclose(exact, (140, 190), atol=0.05)
    # 1.6 reference pixels are 0.6 pixels here
    moved = [find_centre(ink, seed, 1.0) - exact for ink in INKS for seed in (1, 2)]
    assert all(0.4 < np.hypot(*shift) < 0.8 for shift in moved)
    assert all(np.hypot(*(one - other)) > 0.02 for index, one in enumerate(moved) for other in moved[:index])
