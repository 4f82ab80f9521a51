"""Chores in the background, each in its own thread, so that a slow network keeps no repair from running."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from boothkit.errors import BoothError
from boothkit.logs import get_logger

_STOP_TIMEOUT_S = 1.0
_log = get_logger(__name__)


@dataclass(frozen=True)
class Chore:
    """Something done over and over. The first time comes after `first_after_s`."""

    name: str
    run: Callable[[], object]
    every_s: float
    first_after_s: float


class Housekeeping:
    """Runs chores until it is stopped. A chore that fails is reported and tried again at its next turn."""

    def __init__(self, chores: list[Chore]) -> None:
        self._chores = chores
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start one thread per chore."""
        for chore in self._chores:
            thread = threading.Thread(target=self._repeat, args=(chore,), name=f"chore-{chore.name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Interrupt every wait; a chore in the middle of a request is left to end with the process."""
        self._stop.set()
        for thread in self._threads:
            thread.join(_STOP_TIMEOUT_S)

    def is_alive(self) -> bool:
        """True while every chore is still being done; an unforeseen error ends one and must be noticed."""
        return all(thread.is_alive() for thread in self._threads)

    def _repeat(self, chore: Chore) -> None:
        wait_s = chore.first_after_s
        while not self._stop.wait(wait_s):
            wait_s = chore.every_s
            try:
                chore.run()
            except BoothError as error:
                _log.error("A chore failed.", action="chore.failed", chore=chore.name, cause=error.code)
