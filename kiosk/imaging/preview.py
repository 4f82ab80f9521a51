"""A camera frame as bytes for the screen."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.imaging.framing import Image, crop_to_portrait


@dataclass(frozen=True)
class ScreenImage:
    """`pixels` in rows of `width_px` x 4 bytes: blue, green, red, 255 (what Qt calls Format_RGB32 on this machine)."""

    pixels: bytes = field(repr=False)
    width_px: int
    height_px: int


def render_preview(frame: Image, *, width_px: int, height_px: int) -> ScreenImage:
    """The framed part of a frame at exactly the given size, mirrored as people know themselves.

    Scales before it converts, because the screen's picture is usually smaller than the camera's.
    """
    framed = crop_to_portrait(frame)
    way = cv2.INTER_AREA if framed.shape[1] > 2 * width_px else cv2.INTER_LINEAR
    mirrored = cv2.flip(cv2.resize(framed, (width_px, height_px), interpolation=way), 1)
    return ScreenImage(cv2.cvtColor(mirrored, cv2.COLOR_BGR2BGRA).tobytes(), width_px, height_px)


def to_screen(picture: NDArray[np.uint8], *, width_px: int, height_px: int) -> ScreenImage:
    """A finished picture (H, W, 3; red, green, blue) at exactly the given size."""
    sized = cv2.resize(picture, (width_px, height_px), interpolation=cv2.INTER_LINEAR)
    return ScreenImage(cv2.cvtColor(sized, cv2.COLOR_RGB2BGRA).tobytes(), width_px, height_px)
