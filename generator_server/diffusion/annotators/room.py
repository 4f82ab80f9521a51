"""Which networks stay in memory beside the model: those used last, within what the memory plan leaves them."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

from generator_server.diffusion.failures import ModelFileError


class HeldNetwork(Protocol):
    """What comes and goes: an annotator, a captioner, a prompt model."""

    @property
    def name(self) -> str:
        """Like no other one's in the room."""

    @property
    def is_loaded(self) -> bool:
        """True while it is in memory."""

    def find_obstacle(self) -> str | None:
        """Why it cannot be used; None when it can. Cheap."""

    def count_bytes(self) -> int:
        """What it takes in memory, loaded or not. Reads at most headers."""

    def release(self) -> None:
        """Let go of it; its next use loads it again."""


class NetworkRoom:
    """Lets go of networks that were not used for longest. Each one's lock guards it while it works. Any thread."""

    def __init__(self, networks: Iterable[HeldNetwork], most_bytes: int) -> None:
        self._networks = {network.name: network for network in networks}
        self._locks = {name: threading.Lock() for name in self._networks}
        self._most_bytes = most_bytes
        self._order: list[str] = []
        self._leaving: set[str] = set()
        self._lock = threading.Lock()

    @property
    def held_bytes(self) -> int:
        """What the networks in memory take."""
        return sum(each.count_bytes() for each in self._networks.values() if each.is_loaded)

    @property
    def planned_bytes(self) -> int:
        """What all networks that are ready may take together."""
        ready = (_count(each) for each in self._networks.values() if each.find_obstacle() is None)
        return min(sum(ready), self._most_bytes)

    def limit(self, most_bytes: int) -> None:
        """Keep no more than so many bytes from the next use on."""
        self._most_bytes = most_bytes

    def add(self, network: HeldNetwork) -> None:
        """One more that shares the room."""
        with self._lock:
            # Put in place as a whole: other threads may be looking through them.
            self._locks = {**self._locks, network.name: threading.Lock()}
            self._networks = {**self._networks, network.name: network}

    @contextmanager
    def use(self, network: HeldNetwork) -> Iterator[None]:
        """Around a network's work: alone with it, with room made before, and back within the limit after."""
        with self._locks[network.name]:
            self._make_way(network)
            try:
                yield
            finally:
                self._settle(network)

    def _make_way(self, network: HeldNetwork) -> None:
        """Others leave until it has room, if they are idle."""
        needed = 0 if network.is_loaded else network.count_bytes()
        with self._lock:
            self._leaving.discard(network.name)
            if network.name in self._order:
                self._order.remove(network.name)
            self._order.append(network.name)
            for name in self._order[:-1]:
                if self.held_bytes + needed <= self._most_bytes:
                    break
                self._release_idle(name)

    def _settle(self, network: HeldNetwork) -> None:
        """One for which there is no room at all, or that was to leave meanwhile, leaves at once."""
        if network.is_loaded and (network.name in self._leaving or self.held_bytes > self._most_bytes):
            network.release()

    def release_all(self) -> None:
        """Let go of all networks. Nobody waits: one that is at work leaves when it has done it."""
        for name in self._networks:
            self._leaving.add(name)
            self._release_idle(name)
        gc.collect()

    def _release_idle(self, name: str) -> None:
        if self._locks[name].acquire(blocking=False):
            try:
                self._networks[name].release()
            finally:
                self._locks[name].release()


def _count(network: HeldNetwork) -> int:
    """Its bytes; none for a broken file, which is refused in words when it is asked for."""
    try:
        return network.count_bytes()
    except ModelFileError:
        return 0
