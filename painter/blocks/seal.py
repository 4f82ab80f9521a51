"""A carved seal, drawn from plain shapes so that no font is needed and every machine makes the same."""

from __future__ import annotations

import cv2
import numpy as np

from painter.arrays import Plane
from painter.blocks.curves import blur, clamp

OVERSAMPLING = 4
UPPER_RELUCTANCE = 0.25


def carve_seal(side_px: int, wear: Plane) -> Plane:
    """Opacity 0-1 of a square red seal with a five-petalled blossom left uninked.

    `wear` (side, side; about unit variance) rubs the stone's edges and face.
    """
    size = side_px * OVERSAMPLING
    stone = np.zeros((size, size), dtype=np.float32)
    cv2.rectangle(stone, _point(size, 0.06, 0.06), _point(size, 0.94, 0.94), (1.0,), -1)
    cv2.rectangle(stone, _point(size, 0.13, 0.13), _point(size, 0.87, 0.87), (0.0,), max(1, round(0.022 * size)))
    _carve_blossom(stone)
    plate = cv2.resize(blur(stone, 0.35 * OVERSAMPLING), (side_px, side_px), interpolation=cv2.INTER_AREA)
    return clamp((plate - 0.5 + 0.10 * wear) * 5.0 + 0.5, 0.0, 1.0) * clamp(0.93 - 0.08 * wear, 0.0, 1.0)


def _point(size: int, x: float, y: float) -> tuple[int, int]:
    return round(x * size), round(y * size)


def _carve_blossom(stone: Plane) -> None:
    """Petals, heart and stamens of a plum blossom."""
    size = stone.shape[0]
    for petal in range(5):
        angle = 2 * np.pi * petal / 5 - np.pi / 2
        direction = np.array((np.cos(angle), np.sin(angle)))
        x, y = 0.5 + 0.185 * direction
        cv2.circle(stone, _point(size, x, y), round(0.118 * size), (0.0,), -1, cv2.LINE_AA)
    cv2.circle(stone, _point(size, 0.5, 0.5), round(0.075 * size), (1.0,), -1, cv2.LINE_AA)
    cv2.circle(stone, _point(size, 0.5, 0.5), round(0.035 * size), (0.0,), -1, cv2.LINE_AA)
    for stamen in range(5):
        angle = 2 * np.pi * stamen / 5 - np.pi / 2
        direction = np.array((np.cos(angle), np.sin(angle)))
        inner, outer = 0.5 + 0.09 * direction, 0.5 + 0.185 * direction
        width = max(1, round(0.016 * size))
        cv2.line(stone, _point(size, *inner), _point(size, *outer), (1.0,), width, cv2.LINE_AA)
        cv2.circle(stone, _point(size, *outer), round(0.022 * size), (1.0,), -1, cv2.LINE_AA)


def find_place(busy: Plane, side_px: int, margin_px: int) -> tuple[int, int]:
    """Top left corner (x, y) for a seal: the calmest of the lower corners and the places above them.

    `busy` (H, W) is high where a seal would be lost or would disturb. The upper corners are taken only where they are
    calmer by `UPPER_RELUCTANCE`: a seal belongs below.
    """
    height, width = busy.shape
    left, right = margin_px, width - margin_px - side_px
    bottom = height - margin_px - side_px
    places = [
        (max(0, x), max(0, y)) for y in (bottom, bottom - 2 * side_px, bottom - 4 * side_px) for x in (right, left)
    ]
    upper = [(right, margin_px), (left, margin_px)]
    return min(
        (*places, *upper), key=lambda place: _measure(busy, place, side_px) + UPPER_RELUCTANCE * (place in upper)
    )


def _measure(busy: Plane, place: tuple[int, int], side_px: int) -> float:
    x, y = place
    return float(busy[y : y + side_px, x : x + side_px].mean())
