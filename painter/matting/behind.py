"""What is behind the person: the empty booth as it is lit now, or a guess from what is seen beside them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from painter.arrays import Photo, Picture, Plane
from painter.matting.alpha import Surroundings
from painter.matting.light import find_shift, fit_gain, move_plane
from painter.matting.records import Reference
from painter.matting.segment import Found
from painter.matting.sizes import enlarge, shrink
from painter.matting.spread import spread

ALIGN_DOUBT = 0.25
"""Pixels that the backdrop may still be off after aligning; its edges are trusted that much less."""
AVERAGED_NOISE = 0.65
"""Of the camera's noise, this share is left at half size: averaging four pixels halves it, packing keeps more."""
SHADE_DOUBT = 0.03
"""Share of the backdrop's light that its shading may still differ by."""
CAMERA_VARIANCE = 3.0
"""Levels squared: JPEG and rounding."""
UNSEEN_VARIANCE = 16.0
"""Levels squared that are added when the backdrop was never seen alone."""
LIGHT_FLOOR = 2.0
"""Levels added to both sides of a ratio, so that blacks do not decide it."""


@dataclass(frozen=True)
class Booth:
    """The empty booth brought under the photo; pictures at half size, 0-255."""

    photo: Picture
    background: Picture  # aligned, in the reference's light
    lit: Picture  # aligned, in the photo's light
    noise: Picture  # standard deviation of photo - lit where nobody is
    shift: tuple[float, float]  # x, y at half size


def align_booth(photo: Photo, reference: Reference) -> Booth:
    """Move the reference's background under the photo and bring it into the photo's light."""
    small, background = shrink(photo.astype(np.float32), 2), shrink(reference.background, 2)
    shift = find_shift(_weigh_luma(small), _weigh_luma(background))
    background = move_plane(background, shift)
    noise = _expect_noise(reference, background)
    gain = fit_gain(shrink(small, 4), shrink(background, 4), shrink(noise, 4))
    lit = background * enlarge(gain, small.shape)
    return Booth(small, background, lit, _match_noise(small, lit, noise), shift)


def _weigh_luma(picture: Picture) -> Plane:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.float32)


def _expect_noise(reference: Reference, background: Picture) -> Picture:
    """Standard deviation at half size: the camera's noise, and edges that do not lie quite upon each other."""
    camera = enlarge(reference.noise, background.shape) * np.float32(AVERAGED_NOISE)
    slope_x = cv2.Sobel(background, cv2.CV_32F, 1, 0, scale=0.125)
    slope_y = cv2.Sobel(background, cv2.CV_32F, 0, 1, scale=0.125)
    edges = np.float32(ALIGN_DOUBT**2) * (slope_x * slope_x + slope_y * slope_y)
    return np.asarray(np.sqrt(camera * camera + edges), dtype=np.float32)


def _match_noise(small: Picture, lit: Picture, noise: Picture) -> Picture:
    """The expected noise, raised to what the photo itself shows where it agrees with the background."""
    difference = np.abs(small - lit).max(axis=2)
    unit = noise.mean(axis=2)
    near = difference < 6.0 * unit + 0.03 * lit.mean(axis=2)
    if int(near.sum()) < 100:
        return noise
    # the largest of three normal deviations has its median near 1.1
    seen = float(np.median((difference / unit)[near])) / 1.1
    return noise * np.float32(np.clip(seen, 1.0, 3.0))


def look_behind(photo: Photo, reference: Reference, booth: Booth, found: Found) -> Surroundings:
    """The backdrop behind the edge as it is lit just beside it: exposure, white balance and the person's own shadow."""
    away = cv2.dilate((found.person & ~found.fringe).astype(np.uint8), np.ones((3, 3), np.uint8)) == 0
    beside = (away & found.calm).astype(np.float32)
    floor = np.float32(LIGHT_FLOOR)
    light = shrink((booth.photo + floor) / (booth.background + floor) * beside[..., None], 2)
    trust = shrink(beside, 2)
    light = spread(np.asarray(light / np.maximum(trust, np.float32(1e-6))[..., None], dtype=np.float32), trust)
    light = np.asarray(cv2.GaussianBlur(light, (0, 0), 2.0), dtype=np.float32)
    whole = move_plane(reference.background, (2 * booth.shift[0], 2 * booth.shift[1]))
    lit = np.maximum((whole + floor) * enlarge(light, photo.shape) - floor, np.float32(0.0))
    doubt = enlarge(np.square(booth.noise).mean(axis=2), photo.shape)
    camera = np.square(enlarge(reference.noise, photo.shape)).mean(axis=2) + np.float32(CAMERA_VARIANCE)
    return Surroundings(lit, _stack_variances(doubt, camera))


def guess_behind(photo: Photo, outline: NDArray[np.uint8], reach_px: int) -> Surroundings:
    """The backdrop continued from further than `reach_px` outside an outline (0 or 1) in to behind the person."""
    kernel = np.ones((2 * reach_px + 1, 2 * reach_px + 1), dtype=np.uint8)
    outside = shrink(1.0 - cv2.dilate(outline, kernel).astype(np.float32), 4)
    seen = shrink(photo.astype(np.float32), 4)
    mean, square = spread(seen, outside), spread(seen * seen, outside)
    variance = np.maximum(square - mean * mean, 0.0).mean(axis=2) + np.float32(UNSEEN_VARIANCE)
    camera = np.full(photo.shape[:2], 2.0 * CAMERA_VARIANCE, dtype=np.float32)
    return Surroundings(enlarge(mean, photo.shape), _stack_variances(enlarge(variance, photo.shape), camera))


def _stack_variances(doubt: Plane, camera: Plane) -> Picture:
    return np.dstack((doubt, camera, np.full_like(camera, SHADE_DOUBT**2)))
