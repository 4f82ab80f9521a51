"""Moving footage made from one still portrait: somebody sits quietly before the camera.

Frames are computed when they are asked for, about 6 ms each, so there is no file to build, to cache or to go stale,
and a photograph taken from it is a full-size picture and not a decoded film. The portrait is the one that
scikit-image carries for everybody's tests (Eileen Collins, NASA, public domain); an operator may show another.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.errors import CameraError
from kiosk.imaging.framing import Image, crop_to_portrait

WIDTH_PX = 960
HEIGHT_PX = 1280
LOOP_S = 4.0

_MARGIN = 1.06
_SWAY_PX = 14.0
_BOB_PX = 5.0
_BREATH = 0.012
_FLICKER = 0.015
_NOISE_SIGMA = 3.0
_NOISE_SPARE_PX = 64
_SEED = 20


class Footage:
    """A loop of LOOP_S seconds, WIDTH_PX x HEIGHT_PX: gentle sway, breathing zoom, exposure flicker, sensor noise."""

    def __init__(self, portrait: Image) -> None:
        """`portrait` is BGR of any size; its centred 3:4 part is used."""
        size = (round(WIDTH_PX * _MARGIN), round(HEIGHT_PX * _MARGIN))
        framed = crop_to_portrait(portrait)
        is_larger = framed.shape[1] > size[0]
        self._base = cv2.resize(framed, size, interpolation=cv2.INTER_AREA if is_larger else cv2.INTER_CUBIC)
        self._random = np.random.default_rng(_SEED)
        noise = self._random.normal(0.0, _NOISE_SIGMA, (HEIGHT_PX + _NOISE_SPARE_PX, WIDTH_PX + _NOISE_SPARE_PX, 3))
        self._noise: NDArray[np.int8] = noise.clip(-12, 12).astype(np.int8)

    def frame_at(self, moment_s: float) -> Image:
        """The frame at a moment of the loop, with fresh noise: (HEIGHT_PX, WIDTH_PX, 3) BGR."""
        turn = math.tau * moment_s / LOOP_S
        moved = cv2.warpAffine(
            self._base,
            self._motion(turn),
            (WIDTH_PX, HEIGHT_PX),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        exposed = cv2.convertScaleAbs(moved, alpha=1.0 + _FLICKER * math.sin(3 * turn))
        return cast("Image", cv2.add(exposed, self._fresh_noise(), dtype=cv2.CV_8U))

    def _motion(self, turn: float) -> NDArray[np.float32]:
        """From the base to the frame: everything is periodic in `turn`, so the loop has no seam."""
        zoom = 1.0 + _BREATH * math.sin(turn)
        shift_x = (WIDTH_PX - zoom * WIDTH_PX * _MARGIN) / 2 + _SWAY_PX * math.sin(turn)
        shift_y = (HEIGHT_PX - zoom * HEIGHT_PX * _MARGIN) / 2 + _BOB_PX * math.sin(2 * turn)
        return np.array([[zoom, 0.0, shift_x], [0.0, zoom, shift_y]], dtype=np.float32)

    def _fresh_noise(self) -> NDArray[np.int8]:
        top, left = self._random.integers(0, _NOISE_SPARE_PX, 2)
        return self._noise[top : top + HEIGHT_PX, left : left + WIDTH_PX]


def load_portrait(photo: Path | None) -> Image:
    """The picture to move: `photo`, upright by its EXIF, or the public-domain portrait. Raises CameraError."""
    if photo is None:
        from skimage import data  # a second of imports that only this camera needs

        return cast("Image", data.astronaut()[:, 40:424, ::-1].copy())  # type: ignore[no-untyped-call]
    try:
        image = cv2.imdecode(np.fromfile(photo, dtype=np.uint8), cv2.IMREAD_COLOR)
    except (OSError, cv2.error) as error:
        raise CameraError(cause=f"{photo} cannot be read") from error
    if image is None:
        raise CameraError(cause=f"{photo} is not a picture")
    return cast("Image", image)
