"""What engines with weights promise beyond `Engine`: joint batches, letting go when idle, and saying that they load.

An engine without weights, like the painter, has nothing of this and is served one request at a time.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from generator_server.engines.protocol import Engine


class Preparation:
    """When an engine last got ready for work. Its own thread writes, any thread reads. Monotonic seconds."""

    def __init__(self) -> None:
        self._began_at: float | None = None
        self._ended_at = 0.0

    @property
    def began_at(self) -> float | None:
        """Since when weights are being loaded or compiled; None while they are not."""
        return self._began_at

    @property
    def ended_at(self) -> float:
        """When that was last done; 0 before the first time."""
        return self._ended_at

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Around loading and compiling, of which nobody knows how long they take. The outermost one counts."""
        is_outermost = self._began_at is None
        if is_outermost:
            self._began_at = time.monotonic()
        try:
            yield
        finally:
            if is_outermost:
                self._ended_at = time.monotonic()
                self._began_at = None


@dataclass(frozen=True)
class JoinRules:
    """How requests of several visitors may be made together: pictures in all, and how long to wait for more."""

    most_pictures: int = 1
    window_s: float = 0.0


@runtime_checkable
class HoldingEngine(Engine, Protocol):
    """An engine that holds weights in a device's memory."""

    @property
    def preparation(self) -> Preparation:
        """When it last loaded or compiled something."""

    @property
    def join_rules(self) -> JoinRules:
        """What is worth making together here. Known once it is loaded; any thread, cheap."""

    @property
    def idle_unload_s(self) -> float | None:
        """After so long without work `rest` is called; None: never. Seconds."""

    @property
    def has_weights(self) -> bool:
        """True while any weights are in memory, those that other threads work with included. Any thread; cheap."""

    def rest(self) -> None:
        """Give the memory of all weights back, in the worker thread; the next request loads them again."""
