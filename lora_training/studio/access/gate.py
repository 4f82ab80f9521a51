"""Slows down guessing of the password."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from lora_training.studio.errors import SignInLockedError


class SignInGate:
    """After `attempts` wrong passwords in a row nobody may try for `lock_s`; then one more try at a time.

    One count for all callers: behind a front door every caller looks alike, and the staff are few.
    """

    def __init__(self, *, attempts: int, lock_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._attempts = attempts
        self._lock_s = lock_s
        self._clock = clock
        self._wrong = 0
        self._locked_until = 0.0
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raises SignInLockedError while it is closed."""
        with self._lock:
            left_s = self._locked_until - self._clock()
        if left_s > 0:
            raise SignInLockedError(seconds=math.ceil(left_s), retry_after_s=left_s)

    def note(self, *, is_right: bool) -> None:
        """Count a try."""
        with self._lock:
            self._wrong = 0 if is_right else self._wrong + 1
            if self._wrong >= self._attempts:
                self._locked_until = self._clock() + self._lock_s
