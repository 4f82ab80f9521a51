"""Waiting for something to become true, with a limit."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_until(is_true: Callable[[], bool], *, timeout_s: float = 10.0) -> float:
    """Seconds until `is_true()`; fails after `timeout_s`."""
    started_at_s = time.monotonic()
    while not is_true():
        assert time.monotonic() - started_at_s < timeout_s, "it did not happen in time"
        time.sleep(0.01)
    return time.monotonic() - started_at_s
