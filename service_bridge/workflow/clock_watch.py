"""Notices when the wall clock jumps, which a booth without a battery-backed clock does after every start."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

_JUMP_S = 30.0


class ClockWatch:
    """Compares the wall clock with the monotonic one. Thread-safe."""

    def __init__(
        self, *, wall: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._offset_s = wall() - monotonic()
        self._straight_since = monotonic()
        self._has_jumped = False

    def look(self) -> float:
        """How far the wall clock has jumped since the last look, in seconds; 0.0 for ordinary drift."""
        with self._lock:
            offset_s = self._wall() - self._monotonic()
            jump_s = offset_s - self._offset_s
            self._offset_s = offset_s
            if abs(jump_s) < _JUMP_S:
                return 0.0
            self._has_jumped = True
            self._straight_since = self._monotonic()
            return jump_s

    def is_trusted(self, span_s: float) -> bool:
        """True when ages up to `span_s` seconds can be believed: no jump was seen, or it is longer ago than that."""
        with self._lock:
            return not self._has_jumped or self._monotonic() - self._straight_since >= span_s
