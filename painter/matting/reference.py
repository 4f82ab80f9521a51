"""Learning the empty booth."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from painter.arrays import Photo, Picture
from painter.blocks.curves import blur
from painter.matting.errors import InvalidReferenceError
from painter.matting.records import Reference
from painter.painting import check_photo

MIN_FRAMES, MAX_FRAMES = 5, 60
MIN_NOISE = 1.2
"""Levels; even a noiseless camera rounds and packs."""
CHANGE_LEVELS = 10.0
"""A quarter-size pixel (16 real ones averaged) that is this far from the frames' middle has changed."""
MAX_CHANGED = 0.004
"""Share of a frame that may change: a moth, not a person."""
MAX_GAIN_CHANGE = 0.12
"""Exposure may flicker with the mains; a light switched on or off is another booth."""


def build_reference(frames: Sequence[Photo]) -> Reference:
    """Mean and noise of the frames, after making sure that nothing happened in them."""
    if not MIN_FRAMES <= len(frames) <= MAX_FRAMES:
        raise InvalidReferenceError(
            f"A reference is learnt from {MIN_FRAMES} to {MAX_FRAMES} empty frames, not {len(frames)}."
        )
    for frame in frames:
        check_photo(frame)
    if len({frame.shape for frame in frames}) > 1:
        raise InvalidReferenceError("The empty frames have different sizes.")
    gains = _check_stillness(frames)
    total = np.zeros(frames[0].shape, dtype=np.float32)
    squares = np.zeros(frames[0].shape, dtype=np.float32)
    first = frames[0].astype(np.float32)
    for frame, gain in zip(frames, gains, strict=True):
        # sums of small differences keep their precision in 32 bits
        difference = frame * np.array(gain, dtype=np.float32) - first
        cv2.accumulate(difference, total)
        cv2.accumulateSquare(difference, squares)
    count = np.float32(len(frames))
    variance = np.maximum(squares / count - (total / count) ** 2, 0.0) * count / (count - 1)
    noise = np.sqrt(blur(_shrink(variance), 3.0))
    return Reference(first + total / count, np.maximum(noise, np.float32(MIN_NOISE)))


def _shrink(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    small = cv2.resize(picture, (width // 4, height // 4), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.float32)


def _check_stillness(frames: Sequence[Photo]) -> list[tuple[float, float, float]]:
    """Gains (RGB) that bring every frame to the brightness of the middle one; raises when a frame shows more."""
    small = np.stack([_shrink(frame.astype(np.float32)) for frame in frames])
    middle = np.median(small, axis=0).astype(np.float32)
    gains = []
    for number, frame in enumerate(small, start=1):
        gain = np.median((middle + 4.0) / (frame + 4.0), axis=(0, 1)).astype(np.float32)
        if float(np.abs(gain - 1.0).max()) > MAX_GAIN_CHANGE:
            raise InvalidReferenceError(
                f"The light changed in frame {number} of {len(frames)}; lock exposure and white balance and try again."
            )
        changed = np.abs(frame * gain - middle).max(axis=2) > CHANGE_LEVELS
        if float(changed.mean()) > MAX_CHANGED:
            raise InvalidReferenceError(
                f"Something moved in frame {number} of {len(frames)}: a person, or the camera. "
                "Leave the booth empty and still and try again."
            )
        gains.append((float(gain[0]), float(gain[1]), float(gain[2])))
    return gains
