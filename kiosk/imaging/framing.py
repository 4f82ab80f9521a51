"""What of a camera frame becomes the photograph: turned upright and cropped to the guide's 3:4."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""(H, W, 3) BGR, 0-255, as OpenCV has it."""

_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


def turn_upright(image: Image, rotation_degrees: Literal[0, 90, 180, 270]) -> Image:
    """Turn clockwise by a multiple of 90 degrees."""
    if rotation_degrees == 0:
        return image
    turned: Image = np.asarray(cv2.rotate(image, _TURNS[rotation_degrees]), dtype=np.uint8)
    return turned


def crop_to_portrait(image: Image) -> Image:
    """The largest centred part with width to height 3:4 (a view, rounded down to whole pixels).

    Preview and photograph are cropped alike: nobody is on the photograph who was not on the screen.
    """
    height, width = image.shape[:2]
    crop_width = min(width, height * 3 // 4)
    crop_height = min(height, width * 4 // 3)
    left = (width - crop_width) // 2
    top = (height - crop_height) // 2
    return image[top : top + crop_height, left : left + crop_width]
