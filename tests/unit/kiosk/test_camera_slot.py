"""The latest-frame slot, framing, the still and the preview."""

from __future__ import annotations

import hashlib
import threading
import time

import cv2
import numpy as np
import pytest

from kiosk.camera.frames import LatestFrame
from kiosk.camera.reader import is_usable
from kiosk.camera.stills import encode_still
from kiosk.imaging.framing import crop_to_portrait, turn_upright
from kiosk.imaging.preview import render_preview


def picture(width: int, height: int, level: int = 100) -> np.ndarray:
    return np.full((height, width, 3), level, np.uint8)


def test_the_slot_holds_only_the_newest_frame() -> None:
    slot = LatestFrame()
    for level in (10, 20, 30):
        slot.put(picture(4, 3, level))
    frame = slot.get()
    assert frame is not None
    assert (frame.number, frame.image[0, 0, 0]) == (3, 30)


def test_a_reader_waits_for_a_newer_frame_and_wakes_at_once() -> None:
    slot = LatestFrame()
    first = slot.put(picture(4, 3))
    assert slot.wait_newer(first.number, timeout_s=0.05) is None
    threading.Timer(0.1, slot.put, [picture(4, 3)]).start()
    started_at_s = time.monotonic()
    second = slot.wait_newer(first.number, timeout_s=5)
    assert second is not None
    assert second.number == first.number + 1
    assert time.monotonic() - started_at_s < 2


def test_a_still_is_never_older_than_the_shutter() -> None:
    slot = LatestFrame()
    slot.put(picture(4, 3))
    shutter_s = time.monotonic()
    assert slot.wait_taken(shutter_s, timeout_s=0.05) is None
    frame = slot.put(picture(4, 3))
    assert slot.wait_taken(shutter_s, timeout_s=0.05) is frame


def test_a_cleared_slot_shows_nothing_and_keeps_counting() -> None:
    slot = LatestFrame()
    slot.put(picture(4, 3))
    slot.clear()
    assert slot.get() is None
    assert slot.put(picture(4, 3)).number == 2


@pytest.mark.parametrize(
    ("size", "framed"),
    [((1280, 720), (540, 720)), ((720, 1280), (720, 960)), ((960, 1280), (960, 1280)), ((641, 479), (359, 479))],
)
def test_the_frame_is_cropped_to_the_guide(size: tuple[int, int], framed: tuple[int, int]) -> None:
    height, width = crop_to_portrait(picture(*size)).shape[:2]
    assert (width, height) == framed


def test_the_crop_is_centred() -> None:
    image = picture(1280, 720, 0)
    image[:, 640] = 255
    assert int(crop_to_portrait(image)[0, 270, 0]) == 255


@pytest.mark.parametrize(("degrees", "corner"), [(0, (0, 0)), (90, (0, -1)), (180, (-1, -1)), (270, (-1, 0))])
def test_a_camera_on_its_side_is_turned_clockwise(degrees: int, corner: tuple[int, int]) -> None:
    image = picture(6, 4, 0)
    image[0, 0] = 255
    turned = turn_upright(image, degrees)  # type: ignore[arg-type]
    assert int(turned[corner][0]) == 255


def test_the_preview_is_mirrored_and_the_still_is_not() -> None:
    image = picture(300, 400, 40)
    image[:, :30] = 250
    screen = render_preview(image, width_px=150, height_px=200)
    pixels = np.frombuffer(screen.pixels, np.uint8).reshape(200, 150, 4)
    assert (int(pixels[100, -1, 0]), int(pixels[100, 0, 0]), int(pixels[0, 0, 3])) == (250, 40, 255)
    still = cv2.imdecode(np.frombuffer(encode_still(image, quality=95).image, np.uint8), cv2.IMREAD_COLOR)
    assert int(still[200, 2, 0]) > 240
    assert int(still[200, -3, 0]) < 50


def test_the_still_is_a_full_size_jpeg_with_its_own_hash() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (1280, 960, 3), np.uint8)
    smooth = cv2.GaussianBlur(noise, (0, 0), 3)
    still = encode_still(smooth, quality=95)
    decoded = cv2.imdecode(np.frombuffer(still.image, np.uint8), cv2.IMREAD_COLOR)
    assert (still.width_px, still.height_px) == (960, 1280) == (decoded.shape[1], decoded.shape[0])
    assert still.sha256 == hashlib.sha256(still.image).hexdigest()
    assert cv2.PSNR(smooth, decoded) > 38
    assert "image=" not in repr(still), "a face must not reach a log line"


@pytest.mark.parametrize(
    ("image", "usable"),
    [
        (picture(640, 480), True),
        (picture(640, 480, 0), False),
        (picture(16, 16), False),
        (np.zeros((480, 640), np.uint8), False),
    ],
)
def test_what_broken_devices_send_is_no_picture(image: np.ndarray, usable: bool) -> None:
    assert is_usable(image) is usable


def test_a_dark_room_is_still_a_picture() -> None:
    noise = np.random.default_rng(3).normal(6, 6, (480, 640, 3)).clip(0, 255).astype(np.uint8)
    assert is_usable(noise)
