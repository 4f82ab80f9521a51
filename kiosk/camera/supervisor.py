"""Keeps a camera alive: opens it, notices silence, releases it, opens it again, for ever.

A frame that does not come for `stall_s` and a read that fails are the same thing: the camera is lost. No fault is
permanent, only slower to retry (0.2 s doubling to 2 s), and closing interrupts every wait. `isOpened()` of a driver is
never asked; only frames count.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from boothkit.logs import get_logger
from kiosk.camera.frames import Frame, FrameSource, LatestFrame
from kiosk.camera.reader import Reader
from kiosk.camera.stills import encode_still
from kiosk.errors import CameraError
from kiosk.flow.ports import CameraState
from kiosk.flow.retries import back_off
from kiosk.flow.visit import Still

log = get_logger(__name__)

_RELEASE_PATIENCE_S = 1.0


@dataclass(frozen=True)
class CameraRules:
    """How a camera is watched and what its photographs are."""

    stall_s: float = 1.5
    opening_s: float = 5.0
    rotation_degrees: Literal[0, 90, 180, 270] = 0
    jpeg_quality: int = 95


class CameraSupervisor:
    """The camera of the visit (kiosk.flow.ports.Camera). `make_source` builds a fresh source for each attempt.

    `on_state` is called from the camera's threads with each new state. Frames are read with `wait_newer`.
    """

    def __init__(
        self, make_source: Callable[[], FrameSource], rules: CameraRules, *, on_state: Callable[[CameraState], None]
    ) -> None:
        self._make_source = make_source
        self._rules = rules
        self._on_state = on_state
        self._slot = LatestFrame()
        self._lock = threading.Lock()
        self._watch: _Watch | None = None

    def open(self) -> None:
        """Harmless when it is open. After `close` the new watch waits until the old one has released the device."""
        with self._lock:
            if self._watch is None or self._watch.is_stopped:
                self._watch = _Watch(self._make_source, self._rules, self._slot, self._on_state, after=self._watch)
                self._watch.start()

    def close(self) -> None:
        with self._lock:
            if self._watch is not None:
                self._watch.stop()

    def join(self, *, timeout_s: float) -> bool:
        """Close, and wait for the device to be released; True when it was."""
        self.close()
        return self._watch is None or self._watch.join(timeout_s)

    def wait_newer(self, than: int, *, timeout_s: float) -> Frame | None:
        """The newest frame as soon as its number is above `than`; None after `timeout_s`."""
        return self._slot.wait_newer(than, timeout_s=timeout_s)

    def take_still(self, *, not_before_s: float, timeout_s: float) -> Still:
        frame = self._slot.wait_taken(not_before_s, timeout_s=timeout_s)
        if frame is None:
            raise CameraError(cause="no frame after the shutter")
        return encode_still(frame.image, quality=self._rules.jpeg_quality)


class _Watch:
    """One time of being open, from `start` to `stop`."""

    def __init__(
        self,
        make_source: Callable[[], FrameSource],
        rules: CameraRules,
        slot: LatestFrame,
        on_state: Callable[[CameraState], None],
        *,
        after: _Watch | None,
    ) -> None:
        self._make_source = make_source
        self._rules = rules
        self._slot = slot
        self._after = after
        self._on_state = on_state
        self._stop = threading.Event()
        self._changed = threading.Event()
        self._state: CameraState = "off"
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._changed.set()

    @property
    def is_stopped(self) -> bool:
        return self._stop.is_set()

    def join(self, timeout_s: float) -> bool:
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        if self._after is not None:
            self._after.join(_RELEASE_PATIENCE_S * 2)
            self._after = None
        pauses = back_off(first_s=0.2, longest_s=2.0)
        self._report("starting")
        while not self._stop.is_set():
            if self._attempt():
                pauses = back_off(first_s=0.2, longest_s=2.0)
            if not self._stop.is_set():
                self._stop.wait(next(pauses))
        self._report("off")

    def _attempt(self) -> bool:
        """Open the device once and watch it until it is lost or nobody needs it; True when any frame came.

        A loss is reported before the release is waited for: a stuck driver must not keep the visitor in the dark.
        """
        reader = Reader(self._make_source(), self._slot, self._rules.rotation_degrees)
        reader.start(self._changed.set)
        has_frame = self._follow(reader)
        reader.stop()
        self._slot.clear()
        if not self._stop.is_set():
            self._report("lost")
        if not reader.ended.wait(_RELEASE_PATIENCE_S):
            log.warning("The camera's driver is stuck; it is released when it wakes.", action="camera.stuck")
        return has_frame

    def _follow(self, reader: Reader) -> bool:
        opened_at_s = time.monotonic()
        frame: Frame | None = None
        while not self._stop.is_set() and not reader.ended.is_set():
            self._changed.clear()
            frame = self._slot.get()
            if frame is not None:
                self._report("live")
                due_at_s = frame.taken_at_s + self._rules.stall_s
            else:
                due_at_s = opened_at_s + self._rules.opening_s
            left_s = due_at_s - time.monotonic()
            if left_s <= 0:
                break
            self._changed.wait(left_s)
        return frame is not None

    def _report(self, state: CameraState) -> None:
        if state != self._state:
            self._state = state
            log.info("The camera's state changed.", action="camera.state", state=state)
            self._on_state(state)
