"""What an annotator is, and what all of them share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from generator_server.engines.annotating import AnnotatorInfo, Skeleton, Slider
from generator_server.engines.protocol import Pixels

OWN_LICENCE = "part of this program"
MOST_SIDE_PX = 4096
IMAGENET_MEAN = np.array([0.485, 0.456, 0.406])
IMAGENET_SPREAD = np.array([0.229, 0.224, 0.225])


class Annotator(ABC):
    """One way to draw a control image. `annotate` is called by one thread at a time.

    `may_find_nothing`: an empty map is then an answer (nobody is in the picture); with the others it is an error.
    """

    name: ClassVar[str]
    licence: ClassVar[str] = OWN_LICENCE
    sliders: ClassVar[tuple[Slider, ...]] = ()
    may_find_nothing: ClassVar[bool] = False

    def find_obstacle(self) -> str | None:
        """Why it cannot be used, as an English sentence; None when it can. Cheap."""
        return None

    @property
    def is_loaded(self) -> bool:
        """True while a network of it is in memory."""
        return False

    def count_bytes(self) -> int:
        """What its network takes in memory, loaded or not; 0 without one. Reads at most a file's header."""
        return 0

    def release(self) -> None:
        """Let go of the network; the next `annotate` loads it again."""
        return

    @abstractmethod
    def annotate(self, photo: Pixels, threshold_a: float, threshold_b: float) -> NDArray[np.uint8]:
        """The map of `photo`, already at its working size: the same size, (height, width) or (height, width, 3)."""

    def find_people(self, photo: Pixels) -> list[Skeleton] | None:
        """Everybody in `photo`, for annotators that draw skeletons; None for the others, which `annotate` otherwise."""
        return None

    @property
    def info(self) -> AnnotatorInfo:
        """What clients are told."""
        return AnnotatorInfo(self.name, self.licence, self.sliders)


def resize_short_side(photo: Pixels, resolution_px: int) -> Pixels:
    """`photo` with its shorter side at `resolution_px`, in its own shape; a very long one is made smaller still."""
    height, width = photo.shape[:2]
    scale = min(resolution_px / min(height, width), MOST_SIDE_PX / max(height, width))
    return resize(photo, max(1, round(width * scale)), max(1, round(height * scale)))


def resize(picture: NDArray[np.uint8], width_px: int, height_px: int) -> NDArray[np.uint8]:
    """A picture at another size: averaged when it shrinks, interpolated when it grows."""
    import cv2

    height, width = picture.shape[:2]
    if (width, height) == (width_px, height_px):
        return picture
    method = cv2.INTER_AREA if width_px * height_px < width * height else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (width_px, height_px), interpolation=method), dtype=np.uint8)


def standardise(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """RGB pictures (..., 3) as networks trained on ImageNet take them: 0-1, less its mean, by its spread."""
    return np.asarray((pictures / 255.0 - IMAGENET_MEAN) / IMAGENET_SPREAD, dtype=np.float32)


def stretch_to_bytes(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Any numbers as 0-255, the least 0 and the greatest 255; all 0 when they are all alike."""
    low, high = float(values.min()), float(values.max())
    if high - low <= np.finfo(np.float32).eps * max(abs(low), abs(high)):
        return np.zeros(values.shape, np.uint8)
    return np.asarray(np.rint((values - low) * (255.0 / (high - low))), dtype=np.uint8)
