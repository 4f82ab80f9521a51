"""A lock that is given in the order in which it was asked for: `threading.Lock` lets a busy thread starve others."""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """Held by one thread at a time, first come, first served. Not to be nested."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_held = False
        self._waiting: deque[threading.Event] = deque()

    def acquire(self, timeout_s: float) -> bool:
        """Wait for one's turn; False when it did not come in time. Each True needs a `release`."""
        with self._lock:
            if not self._is_held:
                self._is_held = True
                return True
            turn = threading.Event()
            self._waiting.append(turn)
        return turn.wait(timeout_s) or not self._step_back(turn)

    def release(self) -> None:
        """Hand it to the one that waited longest. Raises RuntimeError when nobody holds it."""
        with self._lock:
            if not self._is_held:
                raise RuntimeError("released without being held")
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._is_held = False

    def _step_back(self, turn: threading.Event) -> bool:
        """Leave the line; False when the turn came at the very moment."""
        with self._lock:
            if turn.is_set():
                return False
            self._waiting.remove(turn)
            return True
