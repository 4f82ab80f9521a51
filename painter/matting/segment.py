"""Which pixels are the person, roughly: the mask that the fine matte starts from."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from painter.arrays import Picture, Plane
from painter.blocks.curves import blur, clamp

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Found:
    """Masks (H, W) of a photo before a known backdrop."""

    person: Mask
    solid: Mask  # the parts of the person that are unlike the backdrop all around
    fringe: Mask  # inside the person near the edge, with something like the backdrop close by: between hairs
    loose: Mask  # neighbourhoods of single hairs and the like
    calm: Mask  # like the backdrop, perhaps in shadow


SURE, LIKELY, CALM = 8.0, 4.0, 3.0
"""Differences from the empty booth in noise units: a person for sure, a person if it touches one, the booth."""
LIT = 0.9
"""With more than this share of its light the backdrop is not in shadow."""
SHARP_STEP = 0.045
"""Change of the shade from one half-size pixel to the next that no soft shadow has."""
LONG_SHARE = 0.06
"""Such an edge is longer than this share of the picture's height; grain is not."""
EDGE_GAP_PX = 9
"""Nearer to what is a person for sure, edges are its own: hairs."""
DARKEST_SHADOW = 0.45
"""A soft shadow leaves more light than this share; what is darker is a thing."""
RATIO_FLOOR = 14.0
"""Levels added above and below the line of the ratio picture, so that noise in blacks stays small."""
MIN_PART = 0.03
"""Parts smaller than this share of the largest are specks, unless they are hair (near it)."""
FRINGE_DEPTH_PX = 22.0
"""How deep inside the outline, at half size, the backdrop may show between hairs."""
HAIR_GAP_PX = 21
"""Faint hairs are seen in pieces, so far from the body."""
THIN_PX, LOOSE_DENSITY = 4, 0.004
SMALL_HOLE = 0.0008
CALM_SHARE, EVEN_SHADE = 0.7, 0.06
"""Share of the picture below which an enclosed gap is always closed."""


def find_person(photo: Picture, background: Picture, noise: Picture) -> Found:
    """What was not in the empty booth and is not a shadow.

    Arguments are (H, W, 3), 0-255: photo, the background as it is lit now, and the standard deviation expected of
    their difference. A shadow keeps the backdrop's colour and has soft sides; where colour alone cannot tell grey
    clothes from shadow, the border follows the ridges of the ratio picture (watershed, Meyer 1992; shadow as a scale
    of the background, Horprasert, Harwood and Davis 1999).
    """
    strangeness, shade = measure_strangeness(photo, background, noise)
    likely = strangeness > LIKELY
    sure = _grow(strangeness > SURE, likely)
    near = cv2.dilate(sure.astype(np.uint8), np.ones((EDGE_GAP_PX, EDGE_GAP_PX), np.uint8)) > 0
    edges = _find_sharp_edges(shade, background, noise) & ~near
    calm = _open(cv2.blur(np.minimum(strangeness, 12.0), (3, 3)) < CALM, 2) & (shade > LIT)
    mask = _flood(photo, background, _open_lightly(sure) | edges, calm & ~sure & ~edges)
    mask = _attach_hair(sure, _keep_parts(mask))
    closed = _close_holes(mask, strangeness, shade)
    loose = _find_loose_hair(closed)
    # away from hair, what the flood gave to the person is solid though its colour could be a shadow's
    certain = np.where(closed & ~loose & (shade < LIT), np.float32(2.0 * SURE), strangeness)
    solid = cv2.erode(certain, np.ones((5, 5), np.uint8)) > LIKELY
    return Found(closed, closed & solid, loose & _find_fringe(closed, solid), loose, strangeness < CALM)


def measure_strangeness(photo: Picture, background: Picture, noise: Picture) -> tuple[Plane, Plane]:
    """(strangeness, shade) of every pixel.

    Strangeness is the difference from the background in noise units, a soft shadow forgiven; shade is the share of
    the background's light that is left (1: all).
    """
    power = (background * background).sum(axis=2) + 3.0 * RATIO_FLOOR**2
    shade = ((photo * background).sum(axis=2) + 3.0 * RATIO_FLOOR**2) / power
    forgiven = clamp(shade, DARKEST_SHADOW, 1.0)
    # what is left after the best shadow; brighter than the background is never a shadow
    rest = (photo - forgiven[..., None] * background) / noise
    return np.sqrt((rest * rest).sum(axis=2)), shade


def _find_sharp_edges(shade: Plane, background: Picture, noise: Picture) -> Mask:
    """Where the light falls off at once: the outline of clothes whose colour could be a shadow's."""
    soft = cv2.GaussianBlur(shade, (0, 0), 0.8)
    slope_x = cv2.Sobel(soft, cv2.CV_32F, 1, 0, scale=0.125)
    slope_y = cv2.Sobel(soft, cv2.CV_32F, 0, 1, scale=0.125)
    expected = cv2.dilate((noise / (background + np.float32(RATIO_FLOOR))).mean(axis=2), np.ones((3, 3), np.uint8))
    sharp = (np.hypot(slope_x, slope_y) > np.maximum(SHARP_STEP, 4.0 * expected)) & (soft < LIT)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(sharp.astype(np.uint8), connectivity=8)
    is_long = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) > LONG_SHARE * shade.shape[0]
    is_long[0] = False
    return np.asarray(_open_lightly(is_long[labels]))


def _flood(photo: Picture, background: Picture, person: Mask, booth: Mask) -> Mask:
    """Give what is undecided to the side whose flood reaches it over the lower ridge of the ratio picture."""
    ratio = cv2.GaussianBlur((photo + RATIO_FLOOR) / (background + RATIO_FLOOR), (0, 0), 0.8)
    markers = np.where(person, 2, np.where(booth, 1, 0)).astype(np.int32)
    relief = np.asarray(clamp(ratio * 120.0, 0.0, 255.0), dtype=np.uint8)
    markers = np.asarray(cv2.watershed(relief, markers), dtype=np.int32)
    # the flood leaves its meeting lines and the picture's frame unlabelled
    inner = (markers == 2).astype(np.uint8)
    grown = cv2.dilate(inner, np.ones((3, 3), np.uint8))
    return np.asarray(np.where(markers == -1, grown, inner) > 0)


def _grow(seeds: Mask, allowed: Mask) -> Mask:
    """The connected parts of `allowed` that hold a seed."""
    count, labels = cv2.connectedComponents((allowed | seeds).astype(np.uint8), connectivity=8)
    held = np.zeros(count, dtype=np.bool_)
    held[labels[seeds]] = True
    held[0] = False
    return np.asarray(held[labels])


def _open(mask: Mask, reach: int) -> Mask:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, kernel) > 0)


def _open_lightly(mask: Mask) -> Mask:
    """Without what is one pixel thin: single hairs would drain the flood into the backdrop."""
    return _open(mask, 1)


def _attach_hair(sure: Mask, body: Mask) -> Mask:
    """The body with the thin things that touch it, or nearly so: faint hairs are seen in pieces."""
    near = cv2.dilate(body.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (HAIR_GAP_PX,) * 2)) > 0
    return body | _grow(near & sure, sure)


def _keep_parts(mask: Mask) -> Mask:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    if count == 1:
        return mask
    kept = areas >= MIN_PART * areas.max()
    return np.asarray(kept[labels])


def _find_loose_hair(mask: Mask) -> Mask:
    """Where thin things stick out of the outline."""
    thin = mask & ~_open(mask, THIN_PX)
    return np.asarray(blur(thin.astype(np.float32), 3.0 * THIN_PX) > LOOSE_DENSITY)


def _find_fringe(mask: Mask, solid: Mask) -> Mask:
    depth = cv2.distanceTransform(np.pad(mask, 1, mode="edge").astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
    return mask & (depth < FRINGE_DEPTH_PX) & ~solid


def _close_holes(mask: Mask, strangeness: Plane, shade: Plane) -> Mask:
    """Fill gaps inside the person, except those through which the booth is seen.

    Such a gap is like the booth nearly everywhere and evenly lit; a grey thing has lights and darks of its own.
    """
    # the lower side of the picture closes gaps: people go on below it
    gaps = cv2.copyMakeBorder((~mask).astype(np.uint8), 1, 0, 1, 1, cv2.BORDER_CONSTANT, value=1)
    count, labels = cv2.connectedComponents(gaps, connectivity=4)
    outside = int(labels[0, 0])
    flat = np.asarray(labels[1:, 1:-1]).ravel()
    areas = np.maximum(np.bincount(flat, minlength=count), 1)
    calm = np.bincount(flat, weights=strangeness.ravel() < CALM, minlength=count) / areas
    mean = np.bincount(flat, weights=shade.ravel(), minlength=count) / areas
    spread = np.sqrt(np.maximum(np.bincount(flat, weights=shade.ravel() ** 2, minlength=count) / areas - mean**2, 0))
    is_open = (calm > CALM_SHARE) & (areas > SMALL_HOLE * mask.size) & (spread < EVEN_SHADE)
    is_open[outside] = True
    is_open[0] = False
    return np.asarray(mask | ~is_open[flat].reshape(mask.shape))
