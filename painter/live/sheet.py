"""What lies still under the moving picture: paper, noise and border of one preview, fixed to the screen."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from painter.arrays import Plane
from painter.blocks.textures import TextureBank
from painter.canvas import REFERENCE_PX


@dataclass(frozen=True)
class Sheet:
    """The textures of one picture size and seed. They are those of the full styles, at the same relative scale."""

    shape: tuple[int, int]  # (height, width)
    seed: int
    unit: float  # pixels of this picture per pixel of a 768x1024 one
    textures: TextureBank

    def create_generator(self, purpose: str) -> np.random.Generator:
        """Random numbers that depend on the seed and the purpose only."""
        return np.random.default_rng([self.seed, zlib.crc32(purpose.encode())])

    def make_noise(self, purpose: str, *, cell: float, gain: float = 0.5, stretch: float = 1.0) -> Plane:
        """Unit-variance noise with blobs of `cell` reference pixels, another piece for each seed and purpose."""
        plane = self.textures.get_fbm(cell_px=max(1.0, cell * self.unit), gain=gain, stretch=stretch)
        generator = self.create_generator(purpose)
        shift = (int(generator.integers(self.shape[0])), int(generator.integers(self.shape[1])))
        return np.roll(plane, shift, axis=(0, 1))


def create_sheet(shape: tuple[int, int], seed: int) -> Sheet:
    """A sheet for frames of (height, width); its textures belong to it alone and go with it."""
    unit = float(np.sqrt(shape[0] * shape[1] / REFERENCE_PX))
    return Sheet(shape, seed & 0xFFFF_FFFF_FFFF_FFFF, unit, TextureBank(shape))
