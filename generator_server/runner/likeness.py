"""Does a made picture still show who was photographed? Where the faces are and how the lines run; never who it is.

The directions of lines come from the structure tensor (Bigün and Granlund 1987) in its double-angle form, so that
light on dark and dark on light count as the same line and colour does not count at all. Bounds were set between what
the painter's eleven styles keep (subject 0.48 and more, faces 0.74 and more, hard light included) and what mirrored,
shifted, erased and foreign pictures reach (subject 0.45 and less, faces 0.55 and less).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import painter
from generator_server.engines.protocol import Pixels
from painter import Box
from painter.blocks.faces import guess_subject

Plane = NDArray[np.float32]

WORKING_SIDE_PX = 192
LEAST_STRUCTURE = 0.40
LEAST_FACE_STRUCTURE = 0.62
# Of a face's width: how far its middle may move, and how much wider or narrower it may become.
FARTHEST_MOVE, MOST_GROWTH = 0.35, 1.5
# A face that was not there counts from this share of the widest real one, or of the picture where there is none.
LEAST_NEW_FACE, LEAST_NEW_FACE_IN_VIEW = 0.35, 0.10
_SMOOTHING_PX, _WINDOW_PX, _FLAT_ENERGY = 1.5, 2.5, 1e-3


@dataclass(frozen=True)
class Likeness:
    """How a picture compares with its photograph.

    `structure` is the agreement of the directions of lines where people are, -1 (all across) to 1 (all the same);
    chance gives 0. `lost` counts faces of the photograph that are gone, `added` faces that were never there.
    """

    structure: float
    faces: int
    lost: int
    added: int

    @property
    def is_kept(self) -> bool:
        """True when the picture may be shown beside the photograph."""
        return self.lost == 0 and self.added == 0 and self.structure >= LEAST_STRUCTURE

    def describe(self) -> str:
        """For the infotext: `0.71, faces 1`."""
        return f"{self.structure:.2f}, faces {self.faces - self.lost + self.added}"


def compare_likeness(photo: Pixels, picture: Pixels) -> Likeness:
    """Compare a picture with its photograph, both (H, W, 3), uint8, RGB, of one size. A photo without lines is kept."""
    before, after = painter.detect_faces(photo), painter.detect_faces(picture)
    agreement = _Agreement(photo, picture)
    gone = [
        face for face in before if not _has_match(face, after) and agreement.measure_box(face) < LEAST_FACE_STRUCTURE
    ]
    least_px = _find_least_width(before, photo.shape[1])
    new = [
        face
        for face in after
        if face.width >= least_px
        and not _has_match(face, before)
        and agreement.measure_box(face) < LEAST_FACE_STRUCTURE
    ]
    return Likeness(agreement.measure_people(before), len(before), len(gone), len(new))


class _Agreement:
    """Where the lines of two pictures run alike: cosine of the doubled angle between them, and how much it counts."""

    def __init__(self, photo: Pixels, picture: Pixels) -> None:
        self._scale = WORKING_SIDE_PX / max(photo.shape[:2])
        first, second = (_find_directions(_shrink(pixels, self._scale)) for pixels in (photo, picture))
        strength = np.abs(first)
        both = strength * np.abs(second)
        cosine = np.real(first * np.conj(second)) / (both + _FLAT_ENERGY)
        self._cosine: Plane = cosine.astype(np.float32)
        self._weight: Plane = np.sqrt(strength).astype(np.float32)

    def measure_people(self, faces: Sequence[Box]) -> float:
        """-1 to 1, where people probably are; the middle of the picture counts most when no face is known."""

        shape = self._weight.shape
        return self._measure(guess_subject((shape[0], shape[1]), [self._shrink_box(face) for face in faces]), empty=1.0)

    def measure_box(self, box: Box) -> float:
        """-1 to 1 inside a box of the photograph; 0 where that is flat."""
        small = self._shrink_box(box)
        mask = np.zeros_like(self._weight)
        mask[max(0, small.y) : small.y + small.height, max(0, small.x) : small.x + small.width] = 1.0
        return self._measure(mask, empty=0.0)

    def _shrink_box(self, box: Box) -> Box:
        return Box(*(round(value * self._scale) for value in (box.x, box.y, box.width, box.height)))

    def _measure(self, mask: Plane, *, empty: float) -> float:
        weight = self._weight * mask
        total = float(weight.sum())
        if total < _FLAT_ENERGY * weight.size:
            return empty
        return float((weight * self._cosine).sum()) / total


def _shrink(pixels: Pixels, scale: float) -> Plane:
    import cv2

    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    size = (max(8, round(grey.shape[1] * scale)), max(8, round(grey.shape[0] * scale)))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(small, (0, 0), _SMOOTHING_PX), dtype=np.float32)


def _find_directions(grey: Plane) -> NDArray[np.complex64]:
    """The double-angle structure tensor: its phase is twice the direction of the lines, its size their strength."""
    import cv2

    across, down = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    real = cv2.GaussianBlur(across * across - down * down, (0, 0), _WINDOW_PX)
    imaginary = cv2.GaussianBlur(2.0 * across * down, (0, 0), _WINDOW_PX)
    return np.asarray(real + 1j * imaginary, dtype=np.complex64)


def _has_match(face: Box, others: Sequence[Box]) -> bool:
    return any(_is_same(face, other) for other in others)


def _is_same(first: Box, second: Box) -> bool:
    """True for faces at one place and of one size, seen twice."""
    width = min(first.width, second.width)
    moves = (abs(one - other) for one, other in zip(first.centre, second.centre, strict=True))
    return max(moves) <= FARTHEST_MOVE * width and max(first.width, second.width) <= MOST_GROWTH * width


def _find_least_width(faces: Sequence[Box], picture_width: int) -> float:
    if faces:
        return LEAST_NEW_FACE * max(face.width for face in faces)
    return LEAST_NEW_FACE_IN_VIEW * picture_width
