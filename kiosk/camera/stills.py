"""A frame as the photograph that is kept."""

from __future__ import annotations

import hashlib

import cv2

from boothkit import clock
from kiosk.flow.visit import Still
from kiosk.imaging.framing import Image, crop_to_portrait


def encode_still(image: Image, *, quality: int) -> Still:
    """The framed 3:4 part as a JPEG of `quality` 0-100, not mirrored, full size. Its hash goes with it to the end."""
    framed = crop_to_portrait(image)
    options = [
        cv2.IMWRITE_JPEG_QUALITY,
        quality,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
    ]
    jpeg = cv2.imencode(".jpg", framed, options)[1].tobytes()
    height, width = framed.shape[:2]
    return Still(jpeg, hashlib.sha256(jpeg).hexdigest(), width, height, clock.now())
