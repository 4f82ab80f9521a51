"""How the booth's light and camera stand now, against the reference."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from painter.arrays import Picture, Plane

ROUNDS = 4
NEAR_LEVELS = 3.5
NEAR_SHARE = 0.05
"""A pixel takes part in the fit when it is this near: so many noise units plus this share of its value."""
MIN_INLIERS = 40
MAX_SLOPE = 0.35
"""Gain may change by so much from the middle to a side of the picture."""
MAX_SHIFT_PX = 16.0
"""At half size; a camera that moved further has to be shown the empty booth again."""
ALIGN_ROUNDS = 4
TEXTURE_LEVELS = 4.0


def fit_gain(photo: Picture, background: Picture, noise: Picture) -> Picture:
    """Factor (H, W, 3) on the background that explains the photo's exposure and white balance: a plane per channel.

    Seeded from where a seated person rarely is (the top eighth, the upper side strips), then fitted in rounds of least
    squares to all that agrees. Arguments are small copies, 0-255.
    """
    height, width = photo.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    basis = np.stack((np.ones_like(x), x, y), axis=-1)
    coarse = _measure_middle_gain(photo, background)
    inside = _mark_seeds(height, width)
    gain = np.broadcast_to(coarse, photo.shape).astype(np.float32)
    for _ in range(ROUNDS):
        reach = NEAR_LEVELS * noise + NEAR_SHARE * background
        near = inside & (np.abs(photo - gain * background) < reach).all(axis=2)
        if int(near.sum()) < MIN_INLIERS:
            break
        gain = np.stack([_fit_plane(photo[..., c], background[..., c], basis, near) for c in range(3)], axis=-1)
        inside = np.ones_like(inside)
    return gain


def _mark_seeds(height: int, width: int) -> NDArray[np.bool_]:
    seeds = np.zeros((height, width), dtype=np.bool_)
    seeds[: max(2, height // 8)] = True
    side = max(2, width // 12)
    seeds[: height // 2, :side] = True
    seeds[: height // 2, -side:] = True
    return seeds


def _measure_middle_gain(photo: Picture, background: Picture) -> NDArray[np.float32]:
    """Median ratio (3,) in the seed zone."""
    seeds = _mark_seeds(*photo.shape[:2])
    return np.median((photo[seeds] + 2.0) / (background[seeds] + 2.0), axis=0).astype(np.float32)


def _fit_plane(photo: Plane, background: Plane, basis: Picture, near: NDArray[np.bool_]) -> Plane:
    rows = basis[near] * background[near][:, None]
    # a weak pull keeps the slopes small where a strip at the top is all there is
    pull = np.diag((0.0, 0.05, 0.05)).astype(np.float32) * np.square(rows).mean() * len(rows)
    normal = rows.T @ rows + pull + 1e-3 * np.eye(3, dtype=np.float32)
    level, across, down = np.linalg.solve(normal, rows.T @ photo[near])
    limit = MAX_SLOPE * abs(level)
    plane = basis @ np.array((level, np.clip(across, -limit, limit), np.clip(down, -limit, limit)), dtype=np.float32)
    return np.asarray(plane, dtype=np.float32)


def find_shift(photo: Plane, background: Plane) -> tuple[float, float]:
    """How far (x, y; pixels of these planes) the background must move to lie under the photo.

    Phase correlation (Kuglin and Hines 1975) finds it roughly, least squares on the gradients (Lucas and Kanade 1981)
    to a few hundredths of a pixel, each round leaving out what does not agree: the person. A plain backdrop has
    nothing to hold on to, and nothing to align: (0, 0).
    """
    photo, background = _keep_detail(photo), _keep_detail(background)
    if _measure_texture(background) < 0.01:
        return 0.0, 0.0
    window = cv2.createHanningWindow((photo.shape[1], photo.shape[0]), cv2.CV_32F)
    rough, _ = cv2.phaseCorrelate(background, photo, window)
    starts = [(0.0, 0.0)]
    if max(abs(rough[0]), abs(rough[1])) <= MAX_SHIFT_PX:
        starts.append((float(rough[0]), float(rough[1])))
    best = min((_refine_shift(photo, background, start) for start in starts), key=lambda found: found[0])
    return best[1]


def _keep_detail(plane: Plane) -> Plane:
    """What is left after taking away the coarse light; shadows and exposure are gone."""
    fine = cv2.GaussianBlur(plane, (0, 0), 1.0)
    return np.asarray(fine - cv2.GaussianBlur(plane, (0, 0), 6.0), dtype=np.float32)


def _measure_texture(detail: Plane) -> float:
    """Share of pixels with more than noise in them."""
    return float((np.abs(detail) > TEXTURE_LEVELS).mean())


def _refine_shift(photo: Plane, background: Plane, start: tuple[float, float]) -> tuple[float, tuple[float, float]]:
    """(misfit, shift): the misfit is a low quantile of the difference where there is texture."""
    shift = np.array(start, dtype=np.float64)
    textured = np.abs(background) > TEXTURE_LEVELS
    for _ in range(ALIGN_ROUNDS):
        moved = move_plane(background, (float(shift[0]), float(shift[1])))
        difference = photo - moved
        slope_x = cv2.Sobel(moved, cv2.CV_32F, 1, 0, scale=0.125)
        slope_y = cv2.Sobel(moved, cv2.CV_32F, 0, 1, scale=0.125)
        near = np.abs(difference) < 2.0 + 1.5 * (np.abs(slope_x) + np.abs(slope_y))
        slopes = np.stack((slope_x[near], slope_y[near]), axis=-1)
        normal = slopes.T @ slopes + 10.0 * np.eye(2, dtype=np.float32)
        shift -= np.linalg.solve(normal, slopes.T @ difference[near])
        np.clip(shift, -MAX_SHIFT_PX, MAX_SHIFT_PX, out=shift)
    final = (float(shift[0]), float(shift[1]))
    misfit = np.abs(photo - move_plane(background, final))[textured]
    return float(np.quantile(misfit, 0.3)), final


def move_plane(plane: Picture, shift: tuple[float, float]) -> Picture:
    """A plane or picture moved by (x, y) pixels; its sides are repeated."""
    if shift == (0.0, 0.0):
        return plane
    turn = np.array([[1.0, 0.0, shift[0]], [0.0, 1.0, shift[1]]])
    size = (plane.shape[1], plane.shape[0])
    moved = cv2.warpAffine(plane, turn, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, dtype=np.float32)
