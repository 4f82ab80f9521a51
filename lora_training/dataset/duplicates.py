"""Near-duplicates: the same picture saved twice, smaller, recompressed, or mirrored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_REDUCED_PX, _BITS_PER_SIDE, _COLOURS_PER_SIDE = 32, 8, 8
MAX_DIFFERENT_BITS = 8
"""Of 64. Below it pictures have one composition."""
MAX_COLOUR_DIFFERENCE = 20.0
"""Mean over a picture of 8x8 in levels of 0-255: the same drawing in other colours is another picture."""


@dataclass(frozen=True)
class Fingerprint:
    """What pictures are compared by: the perceptual hash of the picture and of its mirror image, and its colours."""

    bits: int
    mirrored_bits: int
    colours: NDArray[np.int16]
    pixels: int


def take_fingerprint(picture: NDArray[np.uint8]) -> Fingerprint:
    """Of a picture (H, W, 3), RGB 0-255."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    small = np.asarray(cv2.resize(grey, (_REDUCED_PX, _REDUCED_PX), interpolation=cv2.INTER_AREA), dtype=np.float32)
    colours = cv2.resize(picture, (_COLOURS_PER_SIDE, _COLOURS_PER_SIDE), interpolation=cv2.INTER_AREA)
    return Fingerprint(
        bits=_hash(small),
        mirrored_bits=_hash(small[:, ::-1]),
        colours=np.asarray(colours, dtype=np.int16),
        pixels=grey.size,
    )


def is_near_duplicate(one: Fingerprint, other: Fingerprint) -> bool:
    """True when both show the same picture, or one the mirror image of the other."""
    is_same = _is_near(one.bits, other.bits) and _is_coloured_alike(one.colours, other.colours)
    return is_same or (
        _is_near(one.mirrored_bits, other.bits) and _is_coloured_alike(one.colours[:, ::-1], other.colours)
    )


def find_duplicates(fingerprints: Sequence[Fingerprint]) -> dict[int, int]:
    """Index of each picture to leave out, with the index of the one that stays: the larger, else the earlier one."""
    kept: list[int] = []
    left_out: dict[int, int] = {}
    for index in sorted(range(len(fingerprints)), key=lambda index: (-fingerprints[index].pixels, index)):
        like = next((other for other in kept if is_near_duplicate(fingerprints[index], fingerprints[other])), None)
        if like is None:
            kept.append(index)
        else:
            left_out[index] = like
    return left_out


def _hash(grey: NDArray[np.float32]) -> int:
    """64 bits: which of the low frequencies are stronger than their median. Source: Zauner 2010 (DCT hash)."""
    waves = cv2.dct(np.ascontiguousarray(grey))
    low = waves[1 : 1 + _BITS_PER_SIDE, 1 : 1 + _BITS_PER_SIDE].ravel()
    return int.from_bytes(np.packbits(low > np.median(low)).tobytes(), "big")


def _is_near(one: int, other: int) -> bool:
    return (one ^ other).bit_count() <= MAX_DIFFERENT_BITS


def _is_coloured_alike(one: NDArray[np.int16], other: NDArray[np.int16]) -> bool:
    return float(np.abs(one - other).mean()) <= MAX_COLOUR_DIFFERENCE
