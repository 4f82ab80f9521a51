"""Cameras that OpenCV reads: a webcam by number, a film, or an MJPEG stream."""

from __future__ import annotations

import time
from typing import cast

import cv2

from kiosk.imaging.framing import Image

_NETWORK_TIMEOUT_MS = 1500


class Webcam:
    """A device of this machine. The newest frame is wanted, so the driver keeps as few as it can."""

    def __init__(self, index: int, *, width_px: int, height_px: int, frames_per_s: float) -> None:
        self._index = index
        self._wishes = {
            cv2.CAP_PROP_FRAME_WIDTH: width_px,
            cv2.CAP_PROP_FRAME_HEIGHT: height_px,
            cv2.CAP_PROP_FPS: frames_per_s,
            cv2.CAP_PROP_BUFFERSIZE: 1,
        }
        self._capture = cv2.VideoCapture()

    def open(self) -> bool:
        is_open = bool(self._capture.open(self._index))
        if is_open:
            for wish, value in self._wishes.items():
                self._capture.set(wish, value)
        return is_open

    def read(self) -> Image | None:
        return read_frame(self._capture)

    def release(self) -> None:
        self._capture.release()


class StreamCamera:
    """An MJPEG stream by URL, with time limits: without them a frozen stream blocks for ever."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._capture = cv2.VideoCapture()

    def open(self) -> bool:
        limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, cv2.CAP_PROP_READ_TIMEOUT_MSEC]
        options = [value for limit in limits for value in (limit, _NETWORK_TIMEOUT_MS)]
        return bool(self._capture.open(self._url, cv2.CAP_FFMPEG, options))

    def read(self) -> Image | None:
        return read_frame(self._capture)

    def release(self) -> None:
        self._capture.release()


class FilmCamera:
    """A film file played at its own pace, over and over: files come as fast as they are read."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._capture = cv2.VideoCapture()
        self._pause_s = 0.04
        self._due_at_s = 0.0

    def open(self) -> bool:
        is_open = bool(self._capture.open(self._path, cv2.CAP_FFMPEG))
        frames_per_s = self._capture.get(cv2.CAP_PROP_FPS)
        self._pause_s = 1.0 / frames_per_s if 1.0 <= frames_per_s <= 120.0 else 0.04
        return is_open

    def read(self) -> Image | None:
        image = read_frame(self._capture)
        if image is None:
            self._capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
            image = read_frame(self._capture)
        self._due_at_s = max(self._due_at_s + self._pause_s, time.monotonic())
        time.sleep(max(0.0, self._due_at_s - time.monotonic()))
        return image

    def release(self) -> None:
        self._capture.release()


def read_frame(capture: cv2.VideoCapture) -> Image | None:
    """The next frame, or None. `isOpened()` stays true after a device is gone, so it is not asked."""
    is_read, image = capture.read()
    return cast("Image", image) if is_read else None
