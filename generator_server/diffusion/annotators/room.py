"""Which annotators' networks stay in memory: those used last, within what the memory plan leaves them."""

from __future__ import annotations

import gc
import threading
from collections.abc import Mapping

from generator_server.diffusion.annotators.annotator import Annotator
from generator_server.diffusion.failures import ModelFileError


class NetworkRoom:
    """Lets go of networks that were not used for longest. Each annotator's lock guards its network. Any thread."""

    def __init__(self, annotators: Mapping[str, Annotator], locks: Mapping[str, threading.Lock], most_bytes: int):
        self._annotators = annotators
        self._locks = locks
        self._most_bytes = most_bytes
        self._order: list[str] = []
        self._lock = threading.Lock()

    @property
    def held_bytes(self) -> int:
        """What the networks in memory take."""
        return sum(each.count_bytes() for each in self._annotators.values() if each.is_loaded)

    @property
    def planned_bytes(self) -> int:
        """What all networks that are ready may take together."""
        ready = (_count(each) for each in self._annotators.values() if each.find_obstacle() is None)
        return min(sum(ready), self._most_bytes)

    def limit(self, most_bytes: int) -> None:
        """Keep no more than so many bytes from the next use on."""
        self._most_bytes = most_bytes

    def make_way(self, annotator: Annotator) -> None:
        """Before an annotator works, with its lock held: others leave until its network has room, if they are idle."""
        needed = 0 if annotator.is_loaded else annotator.count_bytes()
        with self._lock:
            if annotator.name in self._order:
                self._order.remove(annotator.name)
            self._order.append(annotator.name)
            for name in self._order[:-1]:
                if self.held_bytes + needed <= self._most_bytes:
                    break
                self._release_idle(name)

    def settle(self, annotator: Annotator) -> None:
        """After its work, with its lock held: a network for which there is no room at all leaves at once."""
        if annotator.is_loaded and self.held_bytes > self._most_bytes:
            annotator.release()

    def release_all(self) -> None:
        """Let go of all networks; work that is under way is waited for."""
        for name, annotator in self._annotators.items():
            with self._locks[name]:
                annotator.release()
        gc.collect()

    def _release_idle(self, name: str) -> None:
        if self._locks[name].acquire(blocking=False):
            try:
                self._annotators[name].release()
            finally:
                self._locks[name].release()


def _count(annotator: Annotator) -> int:
    """Its bytes; none for a broken file, which is refused in words when it is asked for."""
    try:
        return annotator.count_bytes()
    except ModelFileError:
        return 0
