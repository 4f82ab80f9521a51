"""People as the coloured skeletons that pose ControlNets were trained on.

A skeleton has 18 joints: nose, neck; right shoulder, elbow, wrist; left ones; right hip, knee, ankle; left ones; right
and left eye; right and left ear. "Right" is the person's own right.
"""

from __future__ import annotations

import colorsys
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from generator_server.engines.annotating import Joint, Skeleton

# Pairs of joints in the order in which they are drawn; limb and joint number i have the hue of i x 20 degrees.
LIMBS = (
    (1, 2),
    (1, 5),
    (2, 3),
    (3, 4),
    (5, 6),
    (6, 7),
    (1, 8),
    (8, 9),
    (9, 10),
    (1, 11),
    (11, 12),
    (12, 13),
    (1, 0),
    (0, 14),
    (14, 16),
    (0, 15),
    (15, 17),
)
JOINTS = 18
NECK = 1
# For each joint but the neck, its number among COCO's 17 keypoints, which name left before right.
FROM_COCO = (0, None, 6, 8, 10, 5, 7, 9, 12, 14, 16, 11, 13, 15, 2, 1, 4, 3)
COCO_SHOULDERS = (5, 6)
LIMB_SHARE = 0.6
WIDTH_PX, REFERENCE_PX = 4, 512


def list_colours() -> list[tuple[int, int, int]]:
    """The 18 full colours, red first, 0-255."""
    wheel = (colorsys.hsv_to_rgb(number / JOINTS, 1.0, 1.0) for number in range(JOINTS))
    return [(round(red * 255), round(green * 255), round(blue * 255)) for red, green, blue in wheel]


def build_skeleton(points: NDArray[np.float32], scores: NDArray[np.float32], least_score: float) -> list[Joint]:
    """From COCO's 17 keypoints, (17, 2) x and y with (17,) scores 0-1. The neck is the middle of the shoulders."""
    seen: list[Joint] = [
        (float(x), float(y)) if score >= least_score else None for (x, y), score in zip(points, scores, strict=True)
    ]
    left, right = (seen[place] for place in COCO_SHOULDERS)
    neck = None if left is None or right is None else ((left[0] + right[0]) / 2, (left[1] + right[1]) / 2)
    return [neck if place is None else seen[place] for place in FROM_COCO]


def draw_skeletons(people: Sequence[Skeleton], width_px: int, height_px: int) -> NDArray[np.uint8]:
    """All people on black, (height, width, 3). Limbs at 60 % of their colour, joints over them in full."""
    import cv2

    canvas = np.zeros((height_px, width_px, 3), np.uint8)
    half_width = max(1, round(WIDTH_PX * min(width_px, height_px) / REFERENCE_PX))
    colours = list_colours()
    for person in people:
        for (start, end), colour in zip(LIMBS, colours, strict=False):
            limb = tuple(int(value * LIMB_SHARE) for value in colour)
            _draw_limb(canvas, person[start], person[end], limb, half_width)
        for joint, colour in zip(person, colours, strict=True):
            if joint is not None:
                cv2.circle(canvas, (int(joint[0]), int(joint[1])), half_width, colour, thickness=-1)
    return canvas


def _draw_limb(canvas: NDArray[np.uint8], start: Joint, end: Joint, colour: tuple[int, ...], half_width: int) -> None:
    """A slim ellipse from joint to joint; nothing when one of them was not seen."""
    import cv2

    if start is None or end is None:
        return
    middle = (int((start[0] + end[0]) / 2), int((start[1] + end[1]) / 2))
    half_length = max(1, int(math.dist(start, end) / 2))
    turn = int(math.degrees(math.atan2(end[1] - start[1], end[0] - start[0])))
    outline = cv2.ellipse2Poly(middle, (half_length, half_width), turn, 0, 360, 1)
    cv2.fillConvexPoly(canvas, np.asarray(outline, np.int32), colour)
