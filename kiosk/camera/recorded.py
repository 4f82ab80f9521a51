"""The recorded camera: paced footage behind the same protocol as a device, so demos and tests run the real path."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from kiosk.camera.footage import Footage
from kiosk.imaging.framing import Image


class FootageShelf:
    """Makes the footage once, when a camera first asks for it, for all cameras opened afterwards."""

    def __init__(self, load_portrait: Callable[[], Image]) -> None:
        self._load_portrait = load_portrait
        self._lock = threading.Lock()
        self._footage: Footage | None = None

    def get(self) -> Footage:
        """The footage; the first call takes a fraction of a second. Raises CameraError for an unreadable portrait."""
        with self._lock:
            if self._footage is None:
                self._footage = Footage(self._load_portrait())
            return self._footage


class RecordedCamera:
    """Plays the footage at `frames_per_s`, from the moment at which it is opened."""

    def __init__(self, shelf: FootageShelf, *, frames_per_s: float) -> None:
        self._shelf = shelf
        self._pause_s = 1.0 / frames_per_s
        self._footage: Footage | None = None
        self._due_at_s = 0.0
        self._released = threading.Event()

    def open(self) -> bool:
        self._footage = self._shelf.get()
        self._due_at_s = time.monotonic()
        return True

    def read(self) -> Image | None:
        if self._footage is None or self._released.wait(max(0.0, self._due_at_s - time.monotonic())):
            return None
        now_s = time.monotonic()
        self._due_at_s = max(self._due_at_s + self._pause_s, now_s)
        return self._footage.frame_at(now_s)

    def release(self) -> None:
        self._released.set()
