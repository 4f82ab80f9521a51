"""Textures that depend on the size only, made once and shared."""

from __future__ import annotations

import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable

import numpy as np

from painter.arrays import Plane
from painter.blocks.noise import make_fbm

MAX_SIZES = 2


class TextureBank:
    """Read-only textures of one picture size; safe to share between threads."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.shape = shape
        self._planes: dict[str, Plane] = {}
        self._lock = threading.Lock()

    def get_plane(self, key: str, build: Callable[[np.random.Generator], Plane]) -> Plane:
        """The plane called `key`; `build` makes it the first time, from a generator that depends on the key alone."""
        with self._lock:
            plane = self._planes.get(key)
            if plane is None:
                plane = build(np.random.default_rng(zlib.crc32(key.encode())))
                plane.flags.writeable = False
                self._planes[key] = plane
            return plane

    def get_fbm(self, *, cell_px: float, gain: float, stretch: float = 1.0) -> Plane:
        """Unit-variance noise (see `make_fbm`), the same for the same arguments."""
        key = f"fbm {cell_px:.2f} {gain:.2f} {stretch:.2f}"
        return self.get_plane(
            key,
            lambda generator: make_fbm(self.shape, cell_px=cell_px, gain=gain, generator=generator, stretch=stretch),
        )


class TextureCache:
    """The banks of the sizes used last."""

    def __init__(self, max_sizes: int = MAX_SIZES) -> None:
        self._banks: OrderedDict[tuple[int, int], TextureBank] = OrderedDict()
        self._max_sizes = max_sizes
        self._lock = threading.Lock()

    def get_bank(self, shape: tuple[int, int]) -> TextureBank:
        """The bank for (height, width); the size unused for longest is dropped when there are too many."""
        with self._lock:
            bank = self._banks.setdefault(shape, TextureBank(shape))
            self._banks.move_to_end(shape)
            while len(self._banks) > self._max_sizes:
                self._banks.popitem(last=False)
            return bank

    def __len__(self) -> int:
        return len(self._banks)
