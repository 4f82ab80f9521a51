"""The picture in the making, with all that the painting functions ask about it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from painter.arrays import Picture, Plane
from painter.blocks.textures import TextureBank, TextureCache
from painter.scenery.light import Light, find_light
from painter.scenery.scene import Scene

REFERENCE_PX = 768 * 1024
"""The picture size for which lengths are given."""

_textures = TextureCache()


@dataclass(frozen=True)
class Easel:
    """One landscape being painted: `picture` is changed in place, everything else is read."""

    picture: Picture  # RGB 0-1
    scene: Scene
    light: Light
    seed: int
    textures: TextureBank
    side: int  # -1 or 1: where the weight stands; light and empty air are on the other side
    light_x: float  # px, where sun, moon or the brightest air stands
    horizon: float  # px from the top

    @property
    def height(self) -> int:
        """Pixels."""
        return int(self.picture.shape[0])

    @property
    def width(self) -> int:
        """Pixels."""
        return int(self.picture.shape[1])

    @property
    def unit(self) -> float:
        """Pixels of this picture per pixel of a 768x1024 one."""
        return float(np.sqrt(self.height * self.width / REFERENCE_PX))

    @property
    def is_upright(self) -> bool:
        """Portrait format."""
        return self.height > self.width

    def create_generator(self, purpose: str) -> np.random.Generator:
        """Random numbers that depend on the seed and the purpose only."""
        return np.random.default_rng([self.seed, zlib.crc32(purpose.encode())])

    def make_noise(self, purpose: str, *, cell: float, gain: float = 0.5, stretch: float = 1.0) -> Plane:
        """Unit-variance noise with blobs of `cell` reference pixels; another piece of it for each seed and purpose."""
        plane = self.textures.get_fbm(cell_px=max(1.0, cell * self.unit), gain=gain, stretch=stretch)
        generator = self.create_generator(purpose)
        shift = (int(generator.integers(self.height)), int(generator.integers(self.width)))
        return np.roll(plane, shift, axis=(0, 1))

    def place_x(self, share: float) -> float:
        """Pixels from the left; `share` runs from 0 at the empty side to 1 at the side of the weight."""
        return self.width * (share if self.side > 0 else 1.0 - share)


def set_up_easel(scene: Scene, *, width: int, height: int, seed: int, horizon: float) -> Easel:
    """An empty sheet for a scene; `horizon` is the share of the height above the far ground."""
    generator = np.random.default_rng([seed, zlib.crc32(b"composition")])
    side = 1 if generator.random() < 0.5 else -1
    light_share = float(generator.uniform(0.26, 0.40))
    return Easel(
        picture=np.zeros((height, width, 3), dtype=np.float32),
        scene=scene,
        light=find_light(scene),
        seed=seed,
        textures=_textures.get_bank((height, width)),
        side=side,
        light_x=width * (light_share if side > 0 else 1.0 - light_share),
        horizon=height * (horizon + float(generator.uniform(-0.03, 0.03))),
    )
