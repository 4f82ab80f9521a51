"""A photograph with a mask: the part that the model works on, and the way of its picture back into the photograph.

Masks are (height, width), 0-255, 255 = made anew. The words and numbers are the web UI's: a mask's edge is softened
at the mask's own size; over the whole picture what is at least half masked is replaced entirely.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from generator_server.engines.fitting import CROP, FILL, LATENT, STRETCH, fit_image
from generator_server.engines.protocol import GenerationRequest, MaskUse, Pixels

SIDE_STEP_PX = 8
# From a unit's own image and its resize mode to the part of it that belongs to the part that is made anew.
Crop = Callable[[Pixels, int], Pixels]
# The blur's kernel reaches so many standard deviations to each side.
REACH = 2.5


@dataclass(frozen=True)
class Region:
    """A part of a photograph, in its pixels; `right` and `bottom` are just outside."""

    left: int
    top: int
    right: int
    bottom: int

    def cut(self, picture: Pixels) -> Pixels:
        """What lies inside."""
        return np.ascontiguousarray(picture[self.top : self.bottom, self.left : self.right])

    def paste(self, picture: Pixels, whole: Pixels) -> Pixels:
        """`whole` with `picture`, fitted, in its place."""
        pasted = whole.copy()
        width, height = self.right - self.left, self.bottom - self.top
        pasted[self.top : self.bottom, self.left : self.right] = fit_image(picture, width, height, CROP)
        return pasted


@dataclass(frozen=True)
class Frame:
    """One photograph as the model works on it.

    `photo` is at the asked size, `start` the same with its masked part filled as was asked, or of its own size, whose
    latents shall be resized. `whole` is what the finished picture is put into, at the place of `region` if given, where
    `cover` is set.
    """

    photo: Pixels
    start: Pixels
    mask: Pixels | None = None
    whole: Pixels | None = None
    cover: Pixels | None = None
    region: Region | None = None

    def restore(self, picture: Pixels) -> Pixels:
        """The made picture inside the mask, the photograph outside, mixed where the mask is grey."""
        if self.whole is None or self.cover is None:
            return picture
        made = picture if self.region is None else self.region.paste(picture, self.whole)
        return mix(made, self.whole, self.cover)


def frame_photo(photo: Pixels, request: GenerationRequest) -> Frame:
    """One of the request's photographs, fitted, with its mask if there is one."""
    size = (request.width_px, request.height_px)
    if request.mask is None:
        fitted = fit_image(photo, *size, request.resize_mode)
        return Frame(fitted, _cut_to_step(photo) if request.resize_mode == LATENT else fitted)
    mask = soften_mask(request.mask, request.mask_use)
    if request.mask_use.padding_px is not None:
        cover = _fit_mask(mask, photo.shape[1], photo.shape[0], STRETCH)
        region = find_region(cover, request.mask_use.padding_px, *size)
        if region is not None:
            part = fit_image(region.cut(photo), *size, FILL)
            inner = _fit_mask(region.cut(cover), *size, FILL)
            return Frame(part, _fill(part, inner, request.mask_use), inner, photo, cover, region)
    fitted = fit_image(photo, *size, request.resize_mode)
    inner = _fit_mask(mask, *size, request.resize_mode)
    cover = np.minimum(inner.astype(np.uint16) * 2, 255).astype(np.uint8)
    return Frame(fitted, _fill(fitted, inner, request.mask_use), inner, fitted, cover)


def crop_controls(request: GenerationRequest, frames: Sequence[Frame]) -> tuple[GenerationRequest, Sequence[Crop]]:
    """The request as its ControlNet units see it: where only the masked part is made anew, they look at that part.

    With the ways to cut images of their own, one for each photograph; none where the whole picture is made.
    """
    regions = [frame.region for frame in frames if frame.region is not None]
    if not regions or len(regions) < len(frames):
        return request, ()
    crops = [_build_crop(photo, region) for photo, region in zip(request.init_images, regions, strict=True)]
    return replace(request, init_images=tuple(frame.photo for frame in frames)), crops


def _build_crop(photo: Pixels, region: Region) -> Crop:
    height, width = photo.shape[:2]
    return lambda image, resize_mode: region.cut(fit_image(image, width, height, resize_mode))


def soften_mask(mask: Pixels, use: MaskUse) -> Pixels:
    """The mask turned around if asked, with a soft edge."""
    import cv2

    turned = 255 - mask if use.is_inverted else mask
    if use.blur_px == 0:
        return turned
    side = 2 * int(REACH * use.blur_px + 0.5) + 1
    return np.asarray(cv2.GaussianBlur(turned, (side, side), use.blur_px), dtype=np.uint8)


def find_region(mask: Pixels, padding_px: int, width_px: int, height_px: int) -> Region | None:
    """What is masked at all, with `padding_px` around it, drawn out to the shape of the asked size where there is room.

    None when nothing is masked.
    """
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    if not len(columns):
        return None
    height, width = mask.shape
    left, right = max(0, int(columns[0]) - padding_px), min(width, int(columns[-1]) + 1 + padding_px)
    top, bottom = max(0, int(rows[0]) - padding_px), min(height, int(rows[-1]) + 1 + padding_px)
    shape = width_px / height_px
    left, right = _draw_out(left, right, int((bottom - top) * shape), width)
    top, bottom = _draw_out(top, bottom, int((right - left) / shape), height)
    return Region(left, top, right, bottom)


def _draw_out(first: int, last: int, length: int, limit: int) -> tuple[int, int]:
    """The interval made as long as `length` if it was shorter, moved inside 0 to `limit`, and no longer than that."""
    length = min(max(length, last - first), limit)
    start = first - (length - (last - first)) // 2
    start = max(0, min(start, limit - length))
    return start, start + length


def _fill(photo: Pixels, mask: Pixels, use: MaskUse) -> Pixels:
    return photo if use.content == "original" else spread_colours(photo, mask)


def spread_colours(photo: Pixels, mask: Pixels) -> Pixels:
    """The masked part filled smoothly with the colours around it: pull and push (Gortler et al. 1996)."""
    known = np.asarray(1 - mask[..., None] / 255, dtype=np.float32)
    if not known.any():
        return np.broadcast_to(photo.mean(axis=(0, 1)).astype(np.uint8), photo.shape).copy()
    filled = _pull_and_push(np.asarray(photo * known, dtype=np.float32), known)
    return np.asarray(filled.round().clip(0, 255), dtype=np.uint8)


def _pull_and_push(colours: NDArray[np.float32], known: NDArray[np.float32]) -> NDArray[np.float32]:
    """`colours` are multiplied by how far they are known, (height, width, 1) 0-1; the rest comes from half the size."""
    height, width = known.shape[:2]
    if max(height, width) == 1:
        return np.asarray(colours / np.maximum(known, 1e-6), dtype=np.float32)
    half = ((width + 1) // 2, (height + 1) // 2)
    mean = _resize(known, half)
    # Four pixels become one, which is known as soon as one of them is.
    gain = np.minimum(4.0, 1 / np.maximum(mean, 1e-6), dtype=np.float32)
    around = _resize(_pull_and_push(_resize(colours, half) * gain, mean * gain), (width, height))
    return np.asarray(colours + (1 - known) * around, dtype=np.float32)


def _resize(values: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    """(height, width, channels) at another size: averaged when it shrinks, interpolated when it grows."""
    import cv2

    method = cv2.INTER_AREA if size[0] <= values.shape[1] else cv2.INTER_LINEAR
    resized = np.asarray(cv2.resize(values, size, interpolation=method), dtype=np.float32)
    return resized.reshape(size[1], size[0], values.shape[2])


def _cut_to_step(photo: Pixels) -> Pixels:
    """The photograph without the last rows and columns that are no whole latents."""
    height, width = (side // SIDE_STEP_PX * SIDE_STEP_PX for side in photo.shape[:2])
    return np.ascontiguousarray(photo[:height, :width])


def _fit_mask(mask: Pixels, width_px: int, height_px: int, resize_mode: int) -> Pixels:
    return fit_image(np.repeat(mask[..., None], 3, axis=2), width_px, height_px, resize_mode)[..., 0]


def mix(made: Pixels, photo: Pixels, cover: Pixels) -> Pixels:
    """`made` where `cover` is 255, `photo` where it is 0."""
    share = np.divide(cover, 255, dtype=np.float32)[..., None]
    mixed = made.astype(np.float32) * share + photo.astype(np.float32) * (1 - share)
    return np.asarray(mixed.round(), dtype=np.uint8)
