"""What a style works on: the photo with everything known about it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from painter.arrays import Photo, Picture, Plane
from painter.blocks.faces import find_faces, guess_subject, hint_skin, mask_faces, mask_heads, soften_matte
from painter.blocks.faces_small import find_all_faces, find_small_faces
from painter.blocks.textures import TextureBank, TextureCache
from painter.boxes import Box
from painter.decisions import Decide, decide_now
from painter.progress import Progress

REFERENCE_PX = 768 * 1024
"""The picture size for which the styles' lengths are given."""

THOROUGH_SIDE_PX = 1280
"""Photos with a longer side from here on are searched for small faces even when a large one is found."""

SKIN_TRUST = np.float32(0.8)
"""How much of a face's protection skin-coloured zones get when no face was found."""

_textures = TextureCache()


@dataclass(frozen=True)
class People:
    """Where people are in a photo."""

    faces: tuple[Box, ...]
    face: Plane  # 0-1
    head: Plane  # 0-1, with the hair
    subject: Plane  # 0-1


class Scene(Protocol):
    """What a photo shares with the frames of a clip that were painted before it."""

    @property
    def decide(self) -> Decide:
        """Gives what an earlier frame decided."""

    def find_people(self, photo: Photo) -> People:
        """Where people are in this photo (H, W, 3; RGB 0-255), followed from the frames before."""


@dataclass(frozen=True)
class Canvas:
    """One photo on its way to being painted. Arrays are read by the styles, never written."""

    photo: Picture  # RGB 0-1
    seed: int
    unit: float  # pixels of this picture per pixel of a 768x1024 one
    faces: tuple[Box, ...]
    face_mask: Plane  # 0-1: where the styles are softer
    head_mask: Plane  # 0-1, with the hair
    subject_mask: Plane  # 0-1
    textures: TextureBank
    progress: Progress
    decide: Decide = decide_now

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width)."""
        return self.face_mask.shape[0], self.face_mask.shape[1]

    def create_generator(self, purpose: str) -> np.random.Generator:
        """Random numbers that depend on the seed and the purpose only."""
        return np.random.default_rng([self.seed, zlib.crc32(purpose.encode())])

    def make_noise(self, purpose: str, *, cell: float, gain: float = 0.5, stretch: float = 1.0) -> Plane:
        """Unit-variance noise with blobs of `cell` reference pixels; another piece of it for each seed and purpose."""
        plane = self.textures.get_fbm(cell_px=max(1.0, cell * self.unit), gain=gain, stretch=stretch)
        generator = self.create_generator(purpose)
        shift = (int(generator.integers(self.shape[0])), int(generator.integers(self.shape[1])))
        return np.roll(plane, shift, axis=(0, 1))


@dataclass(frozen=True)
class Painting:
    """What a style hands back."""

    picture: Picture  # RGB 0-1, may overshoot a little
    sheet: Picture  # RGB 0-1, the bare paper


def prepare_canvas(
    photo: Photo, *, seed: int, subject: Plane | None, progress: Progress, scene: Scene | None = None
) -> Canvas:
    """Find faces and subject in a photo (H, W, 3; RGB 0-255); `subject` is a matte 0-1 when one is known."""
    shape = (photo.shape[0], photo.shape[1])
    unit = float(np.sqrt(shape[0] * shape[1] / REFERENCE_PX))
    people = find_people(photo) if scene is None else scene.find_people(photo)
    return Canvas(
        photo=photo.astype(np.float32) * np.float32(1 / 255),
        seed=seed,
        unit=unit,
        faces=people.faces,
        face_mask=people.face,
        head_mask=people.head,
        subject_mask=people.subject if subject is None else soften_matte(subject, unit),
        textures=_textures.get_bank(shape),
        progress=progress,
        decide=decide_now if scene is None else scene.decide,
    )


def find_people(photo: Photo) -> People:
    """Where people are in a photo that stands alone."""
    shape = (photo.shape[0], photo.shape[1])
    faces = tuple(search_faces(photo))
    return People(
        faces=faces,
        face=mask_faces(shape, faces) if faces else SKIN_TRUST * hint_skin(photo),
        head=mask_heads(shape, faces),
        subject=guess_subject(shape, faces),
    )


def search_faces(photo: Photo) -> list[Box]:
    """Faces, small ones too in a large photo and where no other is found."""
    if max(photo.shape[:2]) >= THOROUGH_SIDE_PX:
        return find_all_faces(photo)
    return find_faces(photo) or find_small_faces(photo)
