"""The fine matte: how much of each edge pixel is person, and in what colour."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from painter.arrays import Photo, Picture, Plane
from painter.blocks.bands import run_in_bands
from painter.blocks.curves import blur, ramp
from painter.matting.pixels import find_colours, solve_coverage
from painter.matting.sizes import shrink
from painter.matting.spread import spread

OUTLINE_DOUBT = 0.4
"""Standard deviation of the rough outline's own coverage as a guess of the true one."""
FAR_DOUBT, EDGE_PX = 0.08, (1.0, 5.0)
"""The same away from loose hair, for pixels further from the outline than an edge is wide (from - to)."""
ALIKE_CONTRAST, ALIKE_TRUST = 2.5, 5.0
"""Where the backdrop is within about so many squared spreads of the person's colours, the outline is trusted more by
up to this factor: colour cannot tell there."""
WIDE_PX = 32.0
MIN_VARIANCE = 8.0**2
"""Levels squared: a person's colours near the edge vary at least so much."""
GUIDE_RADIUS_PX, GUIDE_EPS = 3, 2e-4
GUIDE_SHARE = 0.5
CLEAR, FULL = 0.05, 0.95
"""Coverage below the first is noise over the backdrop, above the second noise over the person."""


@dataclass(frozen=True)
class Outline:
    """Where the person is, roughly; (H, W), 0 or 1."""

    mask: NDArray[np.uint8]
    solid: NDArray[np.uint8]  # parts of the mask that nothing of the backdrop shines through
    fringe: NDArray[np.uint8]  # parts of the mask through which the backdrop may be seen, as between hairs
    loose: NDArray[np.uint8]  # neighbourhoods of single hairs, where the outline says little


@dataclass(frozen=True)
class Surroundings:
    """What is known of the backdrop behind the edge, in levels."""

    background: Picture  # (H, W, 3)
    variance: Picture  # (H, W, 3): of the backdrop's guess; of the camera; of its shading, as a share squared


def solve_edge(
    photo: Photo, outline: Outline, around: Surroundings, *, inner_px: int, outer_px: int
) -> tuple[Plane, Photo]:
    """Coverage (0-1) and the person's own colours, from a rough outline of the same size.

    Only the band from `inner_px` inside to `outer_px` outside the outline, and what is open in
    it, is solved; it asks of every pixel which
    mixture of the person's colours nearby and of the background explains it best (Bayesian matting: Chuang, Curless,
    Salesin and Szeliski 2001), then smooths along the photo's own edges (guided filter: He, Sun and Tang 2010).
    """
    inside = _erode(outline.mask, inner_px)
    inside[cv2.dilate(outline.fringe, _make_disc(inner_px // 2)) > 0] = 0
    band = (cv2.dilate(outline.mask, _make_disc(outer_px)) > 0) & (inside == 0)
    core = _erode(outline.solid, inner_px // 2)
    person, covariance, alike = describe_person(photo, np.asarray(core & inside, dtype=np.float32), around.background)
    alpha = inside.astype(np.float32)
    colours = np.where(inside[..., None] > 0, photo, person).astype(np.float32)
    if bool(band.any()):
        known = (photo[band].astype(np.float32), person[band], covariance[band])
        behind = (around.background[band], around.variance[band])
        soft = cv2.GaussianBlur(outline.mask.astype(np.float32), (0, 0), 0.25 * inner_px)[band]
        trust = _trust_outline(outline, alike)[band]
        solved = np.empty_like(soft)
        run_in_bands(solve_coverage, len(solved), *known, *behind, np.stack((soft, trust), axis=1), solved)
        alpha[band] = solved
        alpha = _smooth_along_edges(alpha, photo, band)
        own = np.empty_like(known[1])
        run_in_bands(find_colours, len(solved), *known, *behind, alpha[band], own)
        colours[band] = own
    return alpha, np.asarray(np.clip(colours + 0.5, 0.0, 255.0), dtype=np.uint8)


def _trust_outline(outline: Outline, alike: Plane) -> Plane:
    """1 / standard deviation of the outline as a guess: low near loose hair, growing with the distance elsewhere."""
    inwards = np.asarray(cv2.distanceTransform(outline.mask, cv2.DIST_L2, 3), dtype=np.float32)
    outwards = np.asarray(cv2.distanceTransform(1 - outline.mask, cv2.DIST_L2, 3), dtype=np.float32)
    hairy = (outline.loose & (1 - outline.solid)).astype(np.float32)
    tight = ramp(inwards + outwards, EDGE_PX[0], EDGE_PX[1]) * (1.0 - blur(hairy, 1.5))
    doubt = OUTLINE_DOUBT + (FAR_DOUBT - OUTLINE_DOUBT) * tight
    return np.asarray((1.0 + ALIKE_TRUST * alike) / doubt, dtype=np.float32)


def describe_person(photo: Photo, inside: Plane, background: Picture) -> tuple[Picture, Picture, Plane]:
    """Mean colour (H, W, 3) and covariance (H, W, 6: 00 01 02 11 12 22) of the person nearest to every
    pixel, and how much (0-1) the background is like the person's colours around."""
    height, width = photo.shape[:2]
    half = (max(1, width // 2), max(1, height // 2))
    small = cv2.resize(photo, half, interpolation=cv2.INTER_AREA).astype(np.float32)
    weight = (cv2.resize(inside, half, interpolation=cv2.INTER_AREA) > 0.99).astype(np.float32)
    sums = (small, small * small, small * small[..., (1, 2, 0)])
    trust = shrink(weight, 2)
    known = np.maximum(trust, np.float32(1e-6))[..., None]
    averaged = [shrink(values * weight[..., None], 2) for values in sums]
    mean, covariance = _combine([spread(np.asarray(values / known, dtype=np.float32), trust) for values in averaged])
    around = blur(trust, WIDE_PX / 4)[..., None] + np.float32(1e-6)
    wide_mean, wide_covariance = _combine([blur(values, WIDE_PX / 4) / around for values in averaged])
    behind = cv2.resize(background, (trust.shape[1], trust.shape[0]), interpolation=cv2.INTER_AREA)
    alike = np.exp(measure_contrast(behind - wide_mean, wide_covariance) * np.float32(-1.0 / ALIKE_CONTRAST))
    size = (width, height)
    return _enlarge(mean, *size), _enlarge(covariance, *size), np.asarray(cv2.resize(alike, size), dtype=np.float32)


def _combine(moments: list[Picture]) -> tuple[Picture, Picture]:
    """Mean and covariance from the means of x, of x squared, and of the products of neighbouring channels."""
    mean, squares, products = moments
    variance = np.maximum(squares - mean * mean, 0.0) + np.float32(MIN_VARIANCE)
    mixed = products - mean * mean[..., (1, 2, 0)]
    covariance = np.stack(
        (variance[..., 0], mixed[..., 0], mixed[..., 2], variance[..., 1], mixed[..., 1], variance[..., 2]), axis=-1
    )
    return mean, covariance


def measure_contrast(difference: Picture, covariance: Picture) -> Plane:
    """Squared Mahalanobis length of a difference (H, W, 3) under a covariance (H, W, 6)."""
    d0, d1, d2 = np.moveaxis(difference, 2, 0)
    c00, c01, c02, c11, c12, c22 = np.moveaxis(covariance, 2, 0)
    m00, m11, m22 = c11 * c22 - c12 * c12, c00 * c22 - c02 * c02, c00 * c11 - c01 * c01
    m01, m02, m12 = c02 * c12 - c01 * c22, c01 * c12 - c02 * c11, c01 * c02 - c00 * c12
    square = d0 * d0 * m00 + d1 * d1 * m11 + d2 * d2 * m22 + 2.0 * (d0 * d1 * m01 + d0 * d2 * m02 + d1 * d2 * m12)
    determinant = np.maximum(c00 * m00 + c01 * m01 + c02 * m02, np.float32(1.0))
    return np.asarray(np.maximum(square / determinant, 0.0), dtype=np.float32)


def _enlarge(values: Picture, width: int, height: int) -> Picture:
    parts = [cv2.resize(values[..., c : c + 3], (width, height)) for c in range(0, values.shape[2], 3)]
    return np.asarray(np.concatenate(parts, axis=2), dtype=np.float32)


def _erode(mask: NDArray[np.uint8], radius_px: int) -> NDArray[np.uint8]:
    eroded = cv2.erode(mask, _make_disc(radius_px), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(eroded, dtype=np.uint8)


def _make_disc(radius_px: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius_px + 1,) * 2), dtype=np.uint8)


def _smooth_along_edges(alpha: Plane, photo: Photo, band: NDArray[np.bool_]) -> Plane:
    """The matte with the camera's noise taken out of it, clear and full ends made clean."""
    guide = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY).astype(np.float32) * np.float32(1 / 255)
    size = (2 * GUIDE_RADIUS_PX + 1,) * 2
    mean_guide, mean_alpha = cv2.blur(guide, size), cv2.blur(alpha, size)
    slope = (cv2.blur(guide * alpha, size) - mean_guide * mean_alpha) / (
        cv2.blur(guide * guide, size) - mean_guide * mean_guide + np.float32(GUIDE_EPS)
    )
    level = mean_alpha - slope * mean_guide
    guided = cv2.blur(slope, size) * guide + cv2.blur(level, size)
    mixed = alpha + np.float32(GUIDE_SHARE) * (np.clip(guided, 0.0, 1.0) - alpha)
    cleaned = mixed * ramp(mixed, 0.0, CLEAR) + (1.0 - mixed) * ramp(mixed, FULL, 1.0)
    return np.asarray(np.where(band, cleaned, alpha), dtype=np.float32)
