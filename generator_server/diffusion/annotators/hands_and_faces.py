"""Hands and faces as OpenPose draws them beside its skeletons: for nets that were trained on them.

A hand has 21 joints: the wrist, then four along each finger from the thumb on. A face has 68 dots, or 70 with pupils.
"""

from __future__ import annotations

import colorsys
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from generator_server.engines.annotating import Joint

HAND_JOINTS = 21
FACE_DOTS = (68, 70)
# From the wrist along each finger.
BONES = tuple(
    (0 if joint == first else joint - 1, joint) for first in (1, 5, 9, 13, 17) for joint in range(first, first + 4)
)
JOINT_COLOUR, FACE_COLOUR = (0, 0, 255), (255, 255, 255)
# On a map whose shorter side has 512 px.
BONE_PX, JOINT_RADIUS_PX, FACE_RADIUS_PX, REFERENCE_PX = 2, 4, 3, 512


def draw_hand(canvas: NDArray[np.uint8], joints: Sequence[Joint]) -> None:
    """Bones in the colours of the rainbow, thumb first, with blue joints over them."""
    import cv2

    thickness = _scale(BONE_PX, canvas)
    for number, (start, end) in enumerate(BONES):
        first, second = joints[start], joints[end]
        if first is not None and second is not None:
            hue = colorsys.hsv_to_rgb(number / len(BONES), 1.0, 1.0)
            colour = tuple(round(share * 255) for share in hue)
            cv2.line(canvas, _round_down(first), _round_down(second), colour, thickness)
    _draw_dots(canvas, joints, JOINT_COLOUR, _scale(JOINT_RADIUS_PX, canvas))


def draw_face(canvas: NDArray[np.uint8], dots: Sequence[Joint]) -> None:
    """White dots."""
    _draw_dots(canvas, dots, FACE_COLOUR, _scale(FACE_RADIUS_PX, canvas))


def _draw_dots(
    canvas: NDArray[np.uint8], places: Sequence[Joint], colour: tuple[int, int, int], radius_px: int
) -> None:
    import cv2

    for place in places:
        if place is not None:
            cv2.circle(canvas, _round_down(place), radius_px, colour, thickness=-1)


def _scale(length_px: int, canvas: NDArray[np.uint8]) -> int:
    shorter_px: int = min(canvas.shape[:2])
    return max(1, round(length_px * shorter_px / REFERENCE_PX))


def _round_down(place: tuple[float, float]) -> tuple[int, int]:
    return int(place[0]), int(place[1])
