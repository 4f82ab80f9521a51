"""Brings a picture to the asked size in the three ways that web UIs know."""

from __future__ import annotations

import numpy as np

from generator_server.engines.protocol import Pixels

# LATENT stretches too, where an engine has latents: those, and not the picture.
STRETCH, CROP, FILL, LATENT = 0, 1, 2, 3


def fit_image(image: Pixels, width_px: int, height_px: int, resize_mode: int) -> Pixels:
    """`image` at `width_px` x `height_px`: stretched, or cut to the shape, or with its own edges drawn out."""
    height, width = image.shape[:2]
    if (width, height) == (width_px, height_px):
        return image
    if resize_mode in (STRETCH, LATENT):
        return _resize(image, width_px, height_px)
    scales = (width_px / width, height_px / height)
    scale = max(scales) if resize_mode == CROP else min(scales)
    inner = _resize(image, max(1, round(width * scale)), max(1, round(height * scale)))
    return _cut(inner, width_px, height_px) if resize_mode == CROP else _draw_out(inner, width_px, height_px)


def _resize(image: Pixels, width_px: int, height_px: int) -> Pixels:
    import cv2  # loaded by the worker thread, so that the server answers before it is there

    is_smaller = width_px * height_px < image.shape[0] * image.shape[1]
    method = cv2.INTER_AREA if is_smaller else cv2.INTER_LANCZOS4
    return np.asarray(cv2.resize(image, (width_px, height_px), interpolation=method), dtype=np.uint8)


def _cut(image: Pixels, width_px: int, height_px: int) -> Pixels:
    top, left = (image.shape[0] - height_px) // 2, (image.shape[1] - width_px) // 2
    return np.ascontiguousarray(image[top : top + height_px, left : left + width_px])


def _draw_out(image: Pixels, width_px: int, height_px: int) -> Pixels:
    rows, columns = height_px - image.shape[0], width_px - image.shape[1]
    borders = ((rows // 2, rows - rows // 2), (columns // 2, columns - columns // 2), (0, 0))
    return np.pad(image, borders, mode="edge")
