"""The live picture: painted in the chosen style, plain where it has to be."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest

import painter
from boothkit import waiting
from kiosk.flow.visit import Style, Words
from kiosk.imaging.artist import LiveArtist
from kiosk.imaging.framing import Image
from kiosk.imaging.live_style import build_live_painter, learn_from_sample, measure_resemblance, read_live_lut
from kiosk.imaging.pace import WINDOW_FRAMES, Pace
from kiosk.imaging.preview import ScreenImage

NO_WORDS = Words("", "")
WIDTH_PX, HEIGHT_PX = 180, 240


def make_style(style_id: str, sample: bytes = b"") -> Style:
    return Style(style_id, NO_WORDS, NO_WORDS, sample)


def encode(picture: np.ndarray) -> bytes:
    small = cv2.resize(picture, (384, 512), interpolation=cv2.INTER_AREA)
    return cv2.imencode(".webp", cv2.cvtColor(small, cv2.COLOR_RGB2BGR))[1].tobytes()


def read(screen: ScreenImage) -> np.ndarray:
    """(H, W, 3) in red, green, blue."""
    pixels = np.frombuffer(screen.pixels, np.uint8).reshape(screen.height_px, screen.width_px, 4)
    assert (pixels[..., 3] == 255).all()
    return pixels[..., 2::-1].astype(np.int16)


def measure_difference(first: ScreenImage, second: ScreenImage) -> float:
    return float(np.abs(read(first) - read(second)).mean())


@pytest.fixture(scope="module")
def frame() -> Image:
    """360x480, as the camera gives it."""
    portrait = cv2.resize(painter.sample_portrait(), (360, 480), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(portrait, cv2.COLOR_RGB2BGR), dtype=np.uint8)


@pytest.fixture(scope="module")
def plain(frame: Image) -> ScreenImage:
    return draw(LiveArtist(is_enabled=True, budget_ms=1000.0), frame)


def draw(artist: LiveArtist, frame: Image) -> ScreenImage:
    return artist.draw(frame, width_px=WIDTH_PX, height_px=HEIGHT_PX)


def draw_until(artist: LiveArtist, frame: Image, is_right: Callable[[ScreenImage], bool], what: str) -> ScreenImage:
    """Frames come until one is as wanted."""
    shown: list[ScreenImage] = []

    def is_there() -> bool:
        shown[:] = [draw(artist, frame)]
        return is_right(shown[0])

    waiting.wait_until(is_there, what, within_s=60.0, every_s=0.01)
    return shown[0]


def draw_painted(artist: LiveArtist, frame: Image, plain: ScreenImage) -> ScreenImage:
    return draw_until(artist, frame, lambda screen: measure_difference(screen, plain) > 8.0, "a painted frame")


def test_without_a_style_the_picture_is_plain(frame: Image, plain: ScreenImage) -> None:
    artist = LiveArtist(is_enabled=True, budget_ms=1000.0)
    assert not artist.can_paint
    mirrored = cv2.flip(cv2.resize(frame, (WIDTH_PX, HEIGHT_PX)), 1)[..., ::-1]
    assert np.abs(read(plain) - mirrored).mean() < 3.0
    artist.use(make_style("sepia"))
    artist.use(None)
    assert not artist.can_paint
    assert draw(artist, frame) == plain


def test_the_first_frames_are_plain_and_the_next_ones_painted(frame: Image, plain: ScreenImage) -> None:
    artist = LiveArtist(is_enabled=True, budget_ms=1000.0)
    artist.use(make_style("sepia"))
    assert artist.can_paint
    assert draw(artist, frame) == plain
    painted = draw_painted(artist, frame, plain)
    assert (painted.width_px, painted.height_px) == (WIDTH_PX, HEIGHT_PX)
    pixels = read(painted)
    # brown everywhere, and the same side of the face is on the same side of the screen
    assert (pixels[..., 0] >= pixels[..., 2]).mean() > 0.99
    light = [read(screen).mean(axis=2) for screen in (painted, plain)]
    agreement = [np.corrcoef(light[0].ravel(), other.ravel())[0, 1] for other in (light[1], light[1][:, ::-1])]
    assert agreement[0] > 0.6
    assert agreement[0] > agreement[1] + 0.15


def test_the_visitor_may_switch(frame: Image, plain: ScreenImage) -> None:
    artist = LiveArtist(is_enabled=True, budget_ms=1000.0)
    artist.use(make_style("sepia"))
    draw_painted(artist, frame, plain)
    artist.is_painting = False
    assert draw(artist, frame) == plain
    artist.is_painting = True
    assert measure_difference(draw(artist, frame), plain) > 8.0


def test_the_operator_may_turn_it_off(frame: Image, plain: ScreenImage) -> None:
    artist = LiveArtist(is_enabled=False, budget_ms=1000.0)
    artist.use(make_style("sepia"))
    assert not artist.can_paint
    assert draw(artist, frame) == plain


def test_a_machine_that_is_too_slow_shows_the_plain_picture_and_says_so(
    frame: Image, plain: ScreenImage, caplog: pytest.LogCaptureFixture
) -> None:
    artist = LiveArtist(is_enabled=True, budget_ms=0.001)
    artist.use(make_style("sepia"))
    draw_painted(artist, frame, plain)
    with caplog.at_level(logging.WARNING):
        draw_until(artist, frame, lambda screen: screen == plain, "the plain picture again")
    assert not artist.can_paint
    (record,) = [record for record in caplog.records if "takes too long" in str(record.msg)]
    assert "preview.too_slow" in json.dumps(vars(record), default=str)
    artist.use(make_style("sepia"))
    assert artist.can_paint


def test_a_style_that_nobody_knows_stays_plain(frame: Image, plain: ScreenImage) -> None:
    artist = LiveArtist(is_enabled=True, budget_ms=1000.0)
    artist.use(make_style("hall_style"))
    draw(artist, frame)
    waiting.wait_until(lambda: not artist.can_paint, "the end of the search", within_s=30.0, every_s=0.01)
    assert draw(artist, frame) == plain


def test_a_look_is_learnt_from_its_sample() -> None:
    portrait = painter.sample_portrait()
    look = np.clip(portrait * np.array([0.6, 0.8, 1.2]) + 10, 0, 255).astype(np.uint8)
    lut = learn_from_sample(encode(look))
    assert lut is not None
    grey = lut.table[8, 8, 8]
    assert grey[2] > 0.55 > grey[1] > grey[0]
    assert build_live_painter(make_style("hall_style", encode(look))) is not None


def make_lut(gain: tuple[float, float, float]) -> bytes:
    """A table that multiplies red, green and blue."""
    steps = np.linspace(0, 255, 17)
    cube = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1)
    return np.clip(cube * gain, 0, 255).astype(np.uint8).tobytes()


def test_a_styles_own_colours_stand_in_for_a_sample_of_something_else(frame: Image, plain: ScreenImage) -> None:
    landscape = encode(painter.sample_portrait()[::-1])
    style = replace(make_style("hall_style", landscape), live_lut=make_lut((1.0, 0.5, 0.1)))
    artist = LiveArtist(is_enabled=True, budget_ms=1000.0)
    artist.use(style)
    colours = read(draw_painted(artist, frame, plain)).mean(axis=(0, 1)) / read(plain).mean(axis=(0, 1))
    assert colours[0] > 0.8
    assert colours[1] < 0.7
    assert colours[2] < 0.4


def test_a_sample_of_the_portrait_goes_before_the_styles_own_colours(frame: Image) -> None:
    style = replace(make_style("hall_style", encode(painter.sample_portrait())), live_lut=make_lut((1.0, 0.5, 0.1)))
    live = build_live_painter(style)
    assert live is not None
    photo = np.ascontiguousarray(frame[..., ::-1])
    assert np.abs(live.paint(photo).mean(axis=(0, 1)) / photo.mean(axis=(0, 1)) - 1.0).max() < 0.15


def test_a_style_without_colours_of_its_own_has_none() -> None:
    assert read_live_lut(b"") is None
    lut = read_live_lut(make_lut((1.0, 1.0, 0.0)))
    assert lut is not None
    assert lut.table[16, 8, 4] == pytest.approx((1.0, 127 / 255, 0.0))


@pytest.mark.parametrize(
    "sample",
    [
        b"",
        b"no picture at all",
        encode(np.full((512, 384, 3), 90, np.uint8)),
        encode(painter.sample_portrait()[::-1]),
        encode(painter.sample_portrait())[:200],
    ],
)
def test_a_sample_of_something_else_teaches_nothing(sample: bytes) -> None:
    assert learn_from_sample(sample) is None


def test_resemblance_is_about_large_forms() -> None:
    portrait = painter.sample_portrait()
    painting = painter.paint(cv2.resize(portrait, (192, 256)), style="watercolour")
    assert measure_resemblance(portrait, painting) > 0.7
    assert measure_resemblance(portrait, 255 - portrait) < -0.9


def test_a_single_hiccup_is_not_slow() -> None:
    pace = Pace(budget_ms=40.0)
    for _ in range(WINDOW_FRAMES):
        pace.note(20.0)
    pace.note(5000.0)
    assert not pace.is_too_slow
    assert pace.median_ms == 20.0


def test_slowness_is_said_after_a_full_window_only() -> None:
    pace = Pace(budget_ms=40.0)
    for _ in range(WINDOW_FRAMES - 1):
        pace.note(60.0)
        assert not pace.is_too_slow
    pace.note(60.0)
    assert pace.is_too_slow
    for _ in range(WINDOW_FRAMES):
        pace.note(30.0)
    assert not pace.is_too_slow
