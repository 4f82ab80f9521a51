"""Faces that no crop may cut, small ones in a large picture too."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from painter import Box, detect_faces


def find_faces(picture: NDArray[np.uint8]) -> list[Box]:
    """Faces in a picture (H, W, 3; RGB 0-255), the largest first.

    A face below a 25th of the longer side is too small to be learnt from, and may be missed.
    """
    return detect_faces(picture, is_thorough=True)
