"""Faces in a stream of frames: looked for now and then, followed smoothly, faded in and out. Nobody is recognised."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from painter.arrays import Photo, Plane
from painter.blocks.curves import mix
from painter.blocks.faces import find_faces, guess_subject, hint_skin, mask_faces, mask_heads
from painter.boxes import Box
from painter.canvas import SKIN_TRUST

SEARCH_EVERY_FRAMES = 8
SEARCH_LONG_SIDE_PX = 240
"""At 160 px a third of the searches miss a face of a quarter of the picture's height; at 240 px hardly one does."""
EASE = 0.2
"""Share of the way to the newest place that a box goes with each frame."""
FADE = 0.08
"""Change of a face's weight with each frame: towards 0 once two searches in a row have missed it, else towards 1."""


@dataclass(frozen=True)
class FollowedFace:
    """A face on the search picture, pixels; `weight` 0-1 says how far it has faded in, `misses` how many searches in a
    row have not found it."""

    x: float
    y: float
    width: float
    height: float
    weight: float
    target: Box
    misses: int = 0

    def advance(self) -> FollowedFace:
        """One frame nearer to the target, and more or less there."""
        return replace(
            self,
            x=self.x + EASE * (self.target.x - self.x),
            y=self.y + EASE * (self.target.y - self.y),
            width=self.width + EASE * (self.target.width - self.width),
            height=self.height + EASE * (self.target.height - self.height),
            weight=min(1.0, self.weight + FADE) if self.misses < 2 else max(0.0, self.weight - FADE),
        )

    def is_near(self, box: Box) -> bool:
        """True when a box found later is the same face: its middle has moved by less than two thirds of the width."""
        middle_x, middle_y = box.centre
        away = math.hypot(self.x + self.width / 2 - middle_x, self.y + self.height / 2 - middle_y)
        return away < 0.67 * max(self.width, box.width)

    @property
    def box(self) -> Box:
        return Box(round(self.x), round(self.y), max(1, round(self.width)), max(1, round(self.height)))


@dataclass(frozen=True)
class FaceMasks:
    """Soft masks 0-1 on the search picture: faces, heads with their hair, and where the people probably are."""

    face: Plane
    head: Plane
    subject: Plane

    def resize(self, shape: tuple[int, int]) -> FaceMasks:
        """The same masks for (height, width)."""
        size = (shape[1], shape[0])
        face, head, subject = (
            np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR), dtype=np.float32)
            for plane in (self.face, self.head, self.subject)
        )
        return FaceMasks(face, head, subject)


class FaceTracker:
    """Follows the faces of one stream of frames."""

    def __init__(
        self,
        search: Callable[[Photo], list[Box]] = find_faces,
        *,
        every_frames: int = SEARCH_EVERY_FRAMES,
        long_side_px: int = SEARCH_LONG_SIDE_PX,
    ) -> None:
        """`search` is given every so many frames, reduced to `long_side_px`."""
        self._search = search
        self._every_frames = every_frames
        self._long_side_px = long_side_px
        self._frames = 0
        self._faces: list[FollowedFace] = []
        self._skin: Plane | None = None
        self._drawn: tuple[list[tuple[Box, float]], FaceMasks] | None = None

    @property
    def faces(self) -> tuple[FollowedFace, ...]:
        """The faces followed now, also those that fade away."""
        return tuple(self._faces)

    def follow(self, frame: Photo) -> FaceMasks:
        """The masks for a frame, of its size when that is searched; now and then one is searched. Faces of the first
        are there at once."""
        shape = _choose_search_shape(frame, self._long_side_px)
        if self._frames % self._every_frames == 0:
            small = _reduce(frame, shape)
            self._meet(self._search(small), is_first=self._frames == 0)
            self._skin = SKIN_TRUST * hint_skin(small)
        self._frames += 1
        self._faces = [face for face in (face.advance() for face in self._faces) if face.weight > 0.0]
        return self._add_skin(self._draw(shape))

    def _add_skin(self, masks: FaceMasks) -> FaceMasks:
        """Where no face is followed, skin-coloured zones get some of its care, as in the full styles."""
        doubt = 1.0 - max((face.weight for face in self._faces), default=0.0)
        if doubt == 0.0 or self._skin is None:
            return masks
        return replace(masks, face=np.maximum(masks.face, np.float32(doubt) * self._skin))

    def _meet(self, boxes: list[Box], *, is_first: bool) -> None:
        """Match what was found with what is followed."""
        left = list(boxes)
        met = []
        for face in self._faces:
            near = next((box for box in left if face.is_near(box)), None)
            if near is not None:
                left.remove(near)
            met.append(replace(face, misses=0 if near else face.misses + 1, target=near or face.target))
        weight = 1.0 if is_first else FADE
        new = [FollowedFace(box.x, box.y, box.width, box.height, weight, box) for box in left]
        self._faces = met + new

    def _draw(self, shape: tuple[int, int]) -> FaceMasks:
        wanted = [(face.box, round(face.weight, 2)) for face in self._faces]
        if self._drawn is None or self._drawn[0] != wanted:
            self._drawn = (wanted, draw_masks(shape, wanted))
        return self._drawn[1]


def draw_masks(shape: tuple[int, int], faces: list[tuple[Box, float]]) -> FaceMasks:
    """Masks of faces with their weights 0-1; with less weight the subject is the picture's middle instead."""
    face, head = np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=np.float32)
    subject = guess_subject(shape, [])
    for box, weight in faces:
        share = np.float32(weight)
        face = np.maximum(face, share * mask_faces(shape, [box]))
        head = np.maximum(head, share * mask_heads(shape, [box]))
    if faces:
        share = np.float32(max(weight for _, weight in faces))
        # as a whole where it counts as one: a sum of two shares would be rounded
        guessed = guess_subject(shape, [box for box, _ in faces])
        subject = guessed if share == 1.0 else mix(subject, guessed, float(share))
    return FaceMasks(face, head, np.asarray(subject, dtype=np.float32))


def _choose_search_shape(frame: Photo, long_side_px: int) -> tuple[int, int]:
    height, width = frame.shape[:2]
    reduction = max(1.0, max(height, width) / long_side_px)
    return max(1, round(height / reduction)), max(1, round(width / reduction))


def _reduce(frame: Photo, shape: tuple[int, int]) -> Photo:
    return np.asarray(cv2.resize(frame, (shape[1], shape[0]), interpolation=cv2.INTER_AREA), dtype=np.uint8)
