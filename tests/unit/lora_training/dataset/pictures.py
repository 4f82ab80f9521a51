"""Pictures for these tests: made in code, or from the few that scikit-image carries."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage import data

Picture = NDArray[np.uint8]


def make_drawing(seed: int, size: tuple[int, int] = (640, 512)) -> Picture:
    """Lit shapes with grain on a tinted ground; width and height in pixels; each seed is another drawing."""
    draw = np.random.default_rng(seed)
    width, height = size
    y, x = np.mgrid[0:height, 0:width]
    picture = np.broadcast_to(draw.uniform(150, 210, 3), (height, width, 3)).copy()
    for _ in range(12):
        centre, radius = draw.uniform(0, 1, 2) * (width, height), draw.uniform(0.05, 0.25) * min(size)
        inside = (x - centre[0]) ** 2 + (y - centre[1]) ** 2 < radius**2
        picture[inside] = draw.uniform(0, 255, 3)
    return np.clip(picture + draw.normal(0, 6, picture.shape), 0, 255).astype(np.uint8)


def make_portrait() -> Picture:
    """A person who looks into the camera, 512 by 512."""
    return np.asarray(data.astronaut(), dtype=np.uint8)  # type: ignore[no-untyped-call]


def place_portrait(size: tuple[int, int], corner: tuple[int, int]) -> Picture:
    """The portrait, 512 px, on an even wall of `size`; what sticks out is cut off."""
    wall = np.full((size[1], size[0], 3), (190, 180, 160), dtype=np.uint8)
    part = wall[corner[1] : corner[1] + 512, corner[0] : corner[0] + 512]
    part[:] = make_portrait()[: part.shape[0], : part.shape[1]]
    return wall


def save(picture: Picture, file: Path, **options: object) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(file, **options)
    return file


def read(file: Path) -> Picture:
    with Image.open(file) as picture:
        return np.asarray(picture.convert("RGB"))
