"""Control maps that were drawn lately, so that the same photograph is not looked at twice."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from generator_server.engines.annotating import ControlMap
from generator_server.engines.protocol import Pixels


@dataclass(frozen=True)
class MapKey:
    """A photograph and everything that its map depends on."""

    sha256: str
    module: str
    resolution_px: int
    threshold_a: float
    threshold_b: float


class MapCache:
    """The maps that were used last, at most `most_bytes` of them. Any thread."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._held_bytes = 0
        self._maps: OrderedDict[MapKey, ControlMap] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def held_bytes(self) -> int:
        """Bytes of all maps that are kept."""
        return self._held_bytes

    def find(self, key: MapKey) -> ControlMap | None:
        """The map, which then counts as used last."""
        with self._lock:
            found = self._maps.get(key)
            if found is not None:
                self._maps.move_to_end(key)
            return found

    def keep(self, key: MapKey, drawn: ControlMap) -> None:
        """Keep a map that `find` did not have; those that were not used for longest make room."""
        with self._lock:
            if key in self._maps or drawn.pixels.nbytes > self._most_bytes:
                return
            self._maps[key] = drawn
            self._held_bytes += drawn.pixels.nbytes
            while self._held_bytes > self._most_bytes:
                _, oldest = self._maps.popitem(last=False)
                self._held_bytes -= oldest.pixels.nbytes


def hash_photo(photo: Pixels) -> str:
    """SHA-256 of a photograph's size and pixels."""
    digest = hashlib.sha256(repr(photo.shape).encode())
    digest.update(np.ascontiguousarray(photo).data)
    return digest.hexdigest()
