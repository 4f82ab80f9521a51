"""A frame, where frames come from, and the one slot that holds the newest."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.imaging.framing import Image


@dataclass(frozen=True, eq=False)
class Frame:
    """One frame, upright. `taken_at_s` is time.monotonic; `number` rises by one per frame and never repeats."""

    image: Image = field(repr=False)
    taken_at_s: float
    number: int


class FrameSource(Protocol):
    """A device or a stand-in. Used by one thread at a time; `release` always follows, also after an error."""

    def open(self) -> bool:
        """Take hold of the device. False: not there."""

    def read(self) -> Image | None:
        """Wait for the next frame. None: the device gives nothing any more."""

    def release(self) -> None:
        """Let go of the device. Harmless when it was never opened."""


class LatestFrame:
    """One slot: a new frame replaces the old one, so a slow reader skips frames and never sees an old one."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._frame: Frame | None = None
        self._count = 0

    def put(self, image: Image) -> Frame:
        with self._condition:
            self._count += 1
            self._frame = Frame(image, time.monotonic(), self._count)
            self._condition.notify_all()
            return self._frame

    def clear(self) -> None:
        """Forget the newest frame: what the camera last saw is nobody's business afterwards."""
        with self._condition:
            self._frame = None

    def get(self) -> Frame | None:
        """The newest frame, or None while there is none."""
        with self._condition:
            return self._frame

    def wait_newer(self, than: int, *, timeout_s: float) -> Frame | None:
        """The newest frame as soon as its number is above `than`; None after `timeout_s`."""
        with self._condition:
            self._condition.wait_for(lambda: self._frame is not None and self._frame.number > than, timeout_s)
            return self._frame if self._frame is not None and self._frame.number > than else None

    def wait_taken(self, not_before_s: float, *, timeout_s: float) -> Frame | None:
        """The newest frame as soon as one was taken at or after `not_before_s`; None after `timeout_s`."""
        with self._condition:
            self._condition.wait_for(lambda: self._is_taken(not_before_s), timeout_s)
            return self._frame if self._is_taken(not_before_s) else None

    def _is_taken(self, not_before_s: float) -> bool:
        return self._frame is not None and self._frame.taken_at_s >= not_before_s
