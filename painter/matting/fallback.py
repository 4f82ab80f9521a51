"""A rough outline of people without having seen the empty booth: their faces are the seed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
from numpy.typing import NDArray

from painter.arrays import Photo
from painter.blocks.curves import blur
from painter.blocks.faces import find_faces, guess_subject
from painter.boxes import Box

WORK_SIDE_PX = 360
ROUNDS = 4


def guess_person(photo: Photo) -> NDArray[np.bool_] | None:
    """Mask (about half a megapixel or less, the photo's proportions) of the people; None when no face is found.

    Source: GrabCut (Rother, Kolmogorov and Blake 2004), seeded with a bust drawn around each face.
    """
    faces = find_faces(photo)
    if not faces:
        return None
    height, width = photo.shape[:2]
    scale = min(1.0, WORK_SIDE_PX / max(height, width))
    size = (max(16, round(width * scale)), max(16, round(height * scale)))
    small = np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    boxes = [Box(*(round(v * scale) for v in (face.x, face.y, face.width, face.height))) for face in faces]
    labels = _draw_seeds((size[1], size[0]), boxes)
    # GrabCut draws from OpenCV's random numbers, which are per thread: a fresh thread leaves the caller's untouched
    with ThreadPoolExecutor(max_workers=1) as thread:
        labels = thread.submit(_cut, small, labels).result()
    return _tidy((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD))


def _draw_seeds(shape: tuple[int, int], faces: list[Box]) -> NDArray[np.uint8]:
    likely = guess_subject(shape, faces)
    labels = np.full(shape, cv2.GC_PR_BGD, dtype=np.uint8)
    labels[likely > 0.5] = cv2.GC_PR_FGD
    labels[likely < 0.02] = cv2.GC_BGD
    for face in faces:
        x, y = (round(value) for value in face.centre)
        # face and chest are never backdrop
        cv2.ellipse(labels, (x, y), (round(0.42 * face.width), round(0.55 * face.height)), 0, 0, 360, cv2.GC_FGD, -1)
        chest = (x - round(0.5 * face.width), y + round(1.6 * face.height))
        cv2.rectangle(labels, chest, (x + round(0.5 * face.width), shape[0]), cv2.GC_FGD, -1)
    return labels


def _cut(photo: Photo, labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    cv2.setRNGSeed(1)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(photo, labels, (0, 0, 1, 1), *models, ROUNDS, cv2.GC_INIT_WITH_MASK)
    return labels


def _tidy(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Large parts only, without gaps, with a calm outline."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    kept = mask if count == 1 else (areas >= 0.1 * areas.max())[labels]
    contours, _ = cv2.findContours(kept.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros(mask.shape, dtype=np.uint8)
    cv2.drawContours(filled, contours, -1, 1, cv2.FILLED)
    return np.asarray(blur(filled.astype(np.float32), 1.5) > 0.5)
