"""Reads one opened source until it ends, on a thread of its own, and always lets go of the device."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Literal

import cv2
import numpy as np

from boothkit.logs import get_logger
from kiosk.camera.frames import FrameSource, LatestFrame
from kiosk.errors import CameraError
from kiosk.imaging.framing import Image, turn_upright

log = get_logger(__name__)

_MIN_SIDE_PX = 200
_BLANK_LEVEL = 12


class Reader:
    """One attempt at a device. `ended` is set after the device was released."""

    def __init__(self, source: FrameSource, slot: LatestFrame, rotation_degrees: Literal[0, 90, 180, 270]) -> None:
        self._source = source
        self._slot = slot
        self._rotation_degrees = rotation_degrees
        self._stop = threading.Event()
        self.ended = threading.Event()
        self._on_change: Callable[[], None] = lambda: None

    def start(self, on_change: Callable[[], None]) -> None:
        """`on_change` is called from the reader's thread after each frame and at the end."""
        self._on_change = on_change
        threading.Thread(target=self._run, name="camera-reader", daemon=True).start()

    def stop(self) -> None:
        """Ask for the end: no frame comes from now on. A stuck driver releases the device when it wakes."""
        self._stop.set()

    def _run(self) -> None:
        try:
            if self._source.open():
                self._read()
        except (cv2.error, CameraError) as error:
            log.warning("The camera's driver failed.", action="camera.driver_failed", cause=str(error).strip())
        finally:
            self._source.release()
            self.ended.set()
            self._on_change()

    def _read(self) -> None:
        while not self._stop.is_set():
            image = self._source.read()
            if image is None:
                return
            if not self._stop.is_set() and is_usable(image):
                self._slot.put(turn_upright(image, self._rotation_degrees))
                self._on_change()


def is_usable(image: Image) -> bool:
    """False for what broken devices send instead of a picture: blank black frames, and frames of a wrong size.

    A dark room is not blank: a sensor's noise there is above the level of 12 of 255 somewhere.
    """
    if image.ndim != 3 or image.shape[2] != 3 or min(image.shape[:2]) < _MIN_SIDE_PX:
        return False
    return int(np.max(image[::16, ::16])) > _BLANK_LEVEL
