"""Waiting for what another thread or process does, where there is no event to wait for."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(
    find: Callable[[], T],
    what: str = "it",
    *,
    within_s: float = 30.0,
    every_s: float = 0.02,
    pause: Callable[[float], object] = time.sleep,
) -> T:
    """Ask `find` until it gives something true, and give that. Raises TimeoutError naming `what`.

    `pause` is called between two questions; a caller with an event loop of its own lets it run there.
    """
    ends_at = time.monotonic() + within_s
    while not (found := find()):
        if time.monotonic() > ends_at:
            raise TimeoutError(f"{what} did not happen within {within_s:g} s")
        pause(every_s)
    return found
