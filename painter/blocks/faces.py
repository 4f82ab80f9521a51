"""Where the faces are, as a hint: there the styles become softer. No face found is a normal answer."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from painter.arrays import Photo, Plane
from painter.blocks.curves import blur, mix, ramp
from painter.boxes import Box

SEARCH_SIDE_PX = 320
SCALE_STEP = 1.1
MIN_NEIGHBOURS = 5
MIN_FACE_PX = 24
TILTS_DEG = (0.0, 16.0, -16.0, 30.0, -30.0)
"""Tried in this order until a face is found."""
SKIN_LOW = (40, 133, 77)
SKIN_HIGH = (250, 173, 127)
"""Y, Cr, Cb."""


@functools.cache
def _load_cascade_text() -> str:
    """The LBP cascade that scikit-image carries.

    A tag in that file is misspelt, and OpenCV then loads an empty feature list without a word.
    """
    from skimage.data import lbp_frontal_face_cascade_filename

    path = Path(lbp_frontal_face_cascade_filename())  # type: ignore[no-untyped-call]
    return path.read_text(encoding="utf-8").replace("featuhreParams", "featureParams")


def create_classifier() -> cv2.CascadeClassifier:
    """A detector of upright faces; not safe between threads, and a new one costs a millisecond."""
    storage = cv2.FileStorage(_load_cascade_text(), cv2.FILE_STORAGE_READ | cv2.FILE_STORAGE_MEMORY)
    classifier = cv2.CascadeClassifier()
    classifier.read(storage.getFirstTopLevelNode())
    return classifier


def find_faces(photo: Photo) -> list[Box]:
    """Frontal faces in an RGB photo, the largest first; pixels of the photo.

    When none is found, tilted heads are tried too. The photo is reduced first, so that faces below about a 13th of its
    longer side are missed; see `find_all_faces`.
    Sources: Viola and Jones 2001; Liao, Zhu, Lei, Zhang and Li 2007 (multi-block local binary patterns).
    """
    height, width = photo.shape[:2]
    reduction = max(1.0, max(height, width) / SEARCH_SIDE_PX)
    size = (max(1, round(width / reduction)), max(1, round(height / reduction)))
    small = cv2.resize(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY), size, interpolation=cv2.INTER_AREA)
    grey = np.asarray(cv2.equalizeHist(small), dtype=np.uint8)
    classifier = create_classifier()
    for tilt_deg in TILTS_DEG:
        found = search_tilted(classifier, grey, tilt_deg=tilt_deg, min_neighbours=MIN_NEIGHBOURS)
        if found:
            boxes = [Box(*(round(value * reduction) for value in box)) for box in found]
            return sorted(boxes, key=lambda box: (-box.width, box))
    return []


def search_tilted(
    classifier: cv2.CascadeClassifier, grey: NDArray[np.uint8], *, tilt_deg: float, min_neighbours: int
) -> list[tuple[float, float, float, float]]:
    """Boxes (x, y, width, height) of faces that stand upright after turning the picture by `tilt_deg`.

    A face is one that `min_neighbours` similar windows agree on.
    """
    height, width = grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), tilt_deg, 1.0)
    turned = cv2.warpAffine(grey, turn, (width, height), borderMode=cv2.BORDER_REPLICATE) if tilt_deg else grey
    found = classifier.detectMultiScale(turned, SCALE_STEP, min_neighbours, minSize=(MIN_FACE_PX, MIN_FACE_PX))
    back = cv2.invertAffineTransform(turn)
    boxes = []
    for x, y, box_width, box_height in np.asarray(found, dtype=np.float64).reshape(-1, 4):
        centre_x, centre_y = back @ (x + box_width / 2, y + box_height / 2, 1.0)
        boxes.append((centre_x - box_width / 2, centre_y - box_height / 2, box_width, box_height))
    return boxes


def hint_skin(photo: Photo) -> Plane:
    """0-1: where colours could be skin, softly; what is left to go by when a face is turned away or covered.

    Source: Chai and Ngan 1999 (chroma range in YCbCr, much the same for light and dark skin).
    """
    height, width = photo.shape[:2]
    small = cv2.resize(photo, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    luma_chroma = cv2.cvtColor(small, cv2.COLOR_RGB2YCrCb)
    likely = cv2.inRange(luma_chroma, SKIN_LOW, SKIN_HIGH).astype(np.float32) / 255.0
    soft = blur(likely, 0.01 * max(height, width))
    return np.asarray(cv2.resize(ramp(soft, 0.35, 0.85), (width, height)), dtype=np.float32)


def _draw_ellipse(shape: tuple[int, int], centre: tuple[float, float], axes: tuple[float, float]) -> Plane:
    """1 inside, 0 outside."""
    y, x = np.ogrid[: shape[0], : shape[1]]
    inside = ((x - centre[0]) / axes[0]) ** 2 + ((y - centre[1]) / axes[1]) ** 2 <= 1.0
    return inside.astype(np.float32)


def mask_faces(shape: tuple[int, int], faces: Sequence[Box]) -> Plane:
    """0-1, soft-edged ellipses over the faces."""
    mask = np.zeros(shape, dtype=np.float32)
    for face in faces:
        oval = _draw_ellipse(shape, face.centre, (0.60 * face.width, 0.78 * face.height))
        mask = np.maximum(mask, blur(oval, 0.10 * face.width))
    return mask


def mask_heads(shape: tuple[int, int], faces: Sequence[Box]) -> Plane:
    """0-1, soft-edged ellipses over the heads with their hair."""
    mask = np.zeros(shape, dtype=np.float32)
    for face in faces:
        mask = np.maximum(mask, blur(_draw_head(shape, face), 0.18 * face.width))
    return mask


def _draw_head(shape: tuple[int, int], face: Box) -> Plane:
    x, y = face.centre
    return _draw_ellipse(shape, (x, y - 0.05 * face.height), (0.95 * face.width, 1.15 * face.height))


def _draw_bust(shape: tuple[int, int], face: Box) -> Plane:
    """Head and shoulders that usually belong to a face."""
    x, y = face.centre
    width, height = face.width, face.height
    bust = _draw_head(shape, face)
    chin, shoulder, bottom = y + 0.55 * height, y + 1.7 * height, float(shape[0])
    outline = np.array(
        [
            (x - 0.5 * width, chin),
            (x + 0.5 * width, chin),
            (x + 1.9 * width, shoulder),
            (x + 2.1 * width, max(bottom, shoulder)),
            (x - 2.1 * width, max(bottom, shoulder)),
            (x - 1.9 * width, shoulder),
        ]
    )
    cv2.fillPoly(bust, [outline.round().astype(np.int32)], (1.0,))
    return blur(bust, 0.35 * width)


def guess_subject(shape: tuple[int, int], faces: Sequence[Box]) -> Plane:
    """0-1: where people probably are, from their faces; without a face, the picture's middle, fading gently."""
    if faces:
        return np.asarray(np.maximum.reduce([_draw_bust(shape, face) for face in faces]), dtype=np.float32)
    y, x = np.ogrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    distance = np.sqrt(x * x + y * y).astype(np.float32)
    return mix(np.ones(shape, dtype=np.float32), np.full(shape, 0.55, dtype=np.float32), ramp(distance, 0.6, 1.3))


def soften_matte(matte: Plane, unit: float) -> Plane:
    """A given matte 0-1, grown a little and softened, so that no hard cut shows through the paint."""
    reach = max(1, round(4 * unit))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    return blur(np.asarray(cv2.dilate(matte, kernel), dtype=np.float32), 7 * unit)
