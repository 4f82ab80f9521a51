"""Where a picture is cut so that it fills a bucket and no face is cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from lora_training.dataset.buckets import Bucket, list_buckets
from painter import Box

Size = tuple[int, int]
"""Width and height in pixels."""

MAX_ENLARGEMENT = 1.25
_SIDE_MARGIN, _HAIR_MARGIN, _CHIN_MARGIN = 0.4, 0.6, 0.35
"""What belongs to a head around the box of its face, in sides of that box."""


@dataclass(frozen=True)
class Crop:
    """The part of a picture that fills a bucket; with `is_padded` it is the whole picture between plain bars."""

    bucket: Bucket
    box: Box
    is_padded: bool = False


def list_heads(size: Size, faces: Sequence[Box]) -> list[Box]:
    """The faces with their hair, chin and ears, as far as they lie in the picture."""
    return [_grow(size, face) for face in faces]


def plan_crop(size: Size, heads: Sequence[Box], resolution: int) -> Crop:
    """The crop that keeps most of the picture at the largest size, never cuts a head and enlarges at most 1.25 times.

    Where heads are so far apart that no crop holds them all, the picture is padded instead. The shorter side of the
    picture must have 256 px or more.
    """
    planned = [(bucket, fit_crop(size, heads, bucket)) for bucket in list_buckets(resolution)]
    crops = [crop for _, crop in planned if crop is not None]
    if crops:
        return max(crops, key=lambda crop: (_judge_crop(size, crop), crop.bucket))
    whole = Box(0, 0, *size)
    bucket = max((bucket for bucket, _ in planned), key=lambda bucket: (_judge_padding(size, bucket), bucket))
    return Crop(bucket, whole, is_padded=True)


def fit_crop(size: Size, heads: Sequence[Box], bucket: Bucket) -> Crop | None:
    """The largest crop of a bucket's shape that holds all heads, as central as they allow.

    None when they do not fit, or when the crop would have to be enlarged too much.
    """
    width, height = size
    scale = max(bucket.width_px / width, bucket.height_px / height)
    if scale > MAX_ENLARGEMENT:
        return None
    crop_width = min(width, round(bucket.width_px / scale))
    crop_height = min(height, round(bucket.height_px / scale))
    x = _place(width, crop_width, [(head.x, head.x + head.width) for head in heads])
    y = _place(height, crop_height, [(head.y, head.y + head.height) for head in heads])
    return None if x is None or y is None else Crop(bucket, Box(x, y, crop_width, crop_height))


def cut_picture(picture: NDArray[np.uint8], crop: Crop) -> NDArray[np.uint8]:
    """The crop at its bucket's size: shape (height, width, 3), uint8, as the picture."""
    if crop.is_padded:
        return _pad(picture, crop.bucket)
    box = crop.box
    part = picture[box.y : box.y + box.height, box.x : box.x + box.width]
    return _resize(part, crop.bucket.width_px, crop.bucket.height_px)


def _grow(size: Size, face: Box) -> Box:
    left = max(0, round(face.x - _SIDE_MARGIN * face.width))
    top = max(0, round(face.y - _HAIR_MARGIN * face.height))
    right = min(size[0], round(face.x + (1 + _SIDE_MARGIN) * face.width))
    bottom = min(size[1], round(face.y + (1 + _CHIN_MARGIN) * face.height))
    return Box(left, top, right - left, bottom - top)


def _place(length: int, window: int, spans: Sequence[tuple[int, int]]) -> int | None:
    """Start of a window that holds every span, as near to the middle as possible; None when it is too short."""
    first = min((start for start, _ in spans), default=length)
    last = max((end for _, end in spans), default=0)
    if last - first > window:
        return None
    lowest, highest = max(0, last - window), min(length - window, first)
    return min(max((length - window) // 2, lowest), highest)


def _judge_crop(size: Size, crop: Crop) -> float:
    """0-1: share of the picture that is kept, less for a bucket with fewer pixels."""
    kept = crop.box.width * crop.box.height / (size[0] * size[1])
    return kept * float(np.sqrt(crop.bucket.pixels))


def _judge_padding(size: Size, bucket: Bucket) -> float:
    """Pixels of the bucket that the whole picture fills without being enlarged too much."""
    scale = min(bucket.width_px / size[0], bucket.height_px / size[1], MAX_ENLARGEMENT)
    filled = scale**2 * size[0] * size[1]
    return filled * filled / bucket.pixels


def _pad(picture: NDArray[np.uint8], bucket: Bucket) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    scale = min(bucket.width_px / width, bucket.height_px / height, MAX_ENLARGEMENT)
    whole = _resize(picture, max(1, round(width * scale)), max(1, round(height * scale)))
    padded = np.empty((bucket.height_px, bucket.width_px, 3), dtype=np.uint8)
    padded[:] = _find_rim_colour(whole)
    top, left = (bucket.height_px - whole.shape[0]) // 2, (bucket.width_px - whole.shape[1]) // 2
    padded[top : top + whole.shape[0], left : left + whole.shape[1]] = whole
    return padded


def _find_rim_colour(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    rim = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    return np.asarray(np.median(rim, axis=0), dtype=np.uint8)


def _resize(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    is_smaller = width < picture.shape[1]
    method = cv2.INTER_AREA if is_smaller else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (width, height), interpolation=method), dtype=np.uint8)
