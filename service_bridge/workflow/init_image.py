"""The capture as the generators get it: pixels only, 3:4, of a size the models know."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_STEP_PX = 8
_RATIO = (3, 4)


@dataclass(frozen=True)
class InitImage:
    """A PNG in base64 and its size in pixels, each side a multiple of 8."""

    png_base64: str
    width: int
    height: int


def build_init_image(pixels: NDArray[np.uint8], *, max_width_px: int) -> InitImage:
    """Crop (H, W, 3) uint8 RGB to 3:4 around its middle and reduce it to at most `max_width_px` wide; never enlarge."""
    from PIL import Image

    left, top, right, bottom = crop_box(pixels.shape[1], pixels.shape[0])
    width, height = fit_size(right - left, max_width_px)
    image = Image.fromarray(pixels).resize((width, height), Image.Resampling.LANCZOS, box=(left, top, right, bottom))
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return InitImage(base64.b64encode(buffer.getvalue()).decode(), width, height)


def crop_box(width: int, height: int) -> tuple[int, int, int, int]:
    """The largest 3:4 box in the middle of a picture: left, top, right, bottom in pixels."""
    across, down = _RATIO
    box_width = min(width, height * across // down)
    box_height = min(height, width * down // across)
    left, top = (width - box_width) // 2, (height - box_height) // 2
    return left, top, left + box_width, top + box_height


def fit_size(box_width: int, max_width_px: int) -> tuple[int, int]:
    """A 3:4 size no wider than the box and the limit, each side a multiple of 8 px and at least 64 px."""
    unit = _RATIO[0] * _STEP_PX
    width = max(3 * unit, min(box_width, max_width_px) // unit * unit)
    return width, width * _RATIO[1] // _RATIO[0]


def is_blank(pixels: NDArray[np.uint8]) -> bool:
    """True for a picture of one colour, which is what a failed model paints."""
    return int(pixels.max()) - int(pixels.min()) < 4
