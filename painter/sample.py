"""A portrait to show the styles on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from painter.arrays import Photo

WIDTH_PX, HEIGHT_PX = 768, 1024
CROP = (36, 0, 384, 512)
"""x, y, width, height of head and shoulders in the source picture."""


def sample_portrait() -> Photo:
    """(1024, 768, 3) RGB 0-255: the NASA portrait of Eileen Collins (public domain) that scikit-image carries."""
    import cv2
    import numpy as np
    from skimage.data import astronaut

    x, y, width, height = CROP
    crop = np.ascontiguousarray(astronaut()[y : y + height, x : x + width])  # type: ignore[no-untyped-call]
    return np.asarray(cv2.resize(crop, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_LANCZOS4), dtype=np.uint8)
