"""Trying again, within bounds, what may work by itself in a moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from kiosk.errors import KioskError

T = TypeVar("T")


def back_off(*, first_s: float, longest_s: float) -> Iterator[float]:
    """Pauses that double from `first_s` up to `longest_s`, for ever."""
    pause_s = first_s
    while True:
        yield pause_s
        pause_s = min(2 * pause_s, longest_s)


def call_patiently(call: Callable[[], T], *, patience_s: float, over: threading.Event) -> T:
    """Repeat `call` while it fails in passing, until `patience_s` is used up or `over` is set.

    Raises the last KioskError. A call in progress is not interrupted; its own time-outs end it.
    """
    give_up_at_s = time.monotonic() + patience_s
    for pause_s in back_off(first_s=0.3, longest_s=3.0):
        try:
            return call()
        except KioskError as error:
            pause_s = max(pause_s, error.retry_after_s or 0.0)
            if not error.is_transient or time.monotonic() + pause_s > give_up_at_s or over.wait(pause_s):
                raise
    raise AssertionError("the pauses never end")
