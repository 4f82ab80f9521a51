"""The direction in which a hand would move: along the shapes."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numba import njit

from painter.arrays import Picture, Plane
from painter.blocks.bands import run_in_bands
from painter.blocks.curves import blur


@dataclass(frozen=True)
class Flow:
    """Unit vectors along the shapes; the sign of a vector carries no meaning."""

    x: Plane
    y: Plane
    energy: Plane  # mean squared gradient of the lightness (0-1), >= 0: how much shape there is


def _gather_tensor(lightness: Plane, sigma_px: float) -> Picture:
    """(H, W, 3): blurred gx*gx, gx*gy, gy*gy of a plane 0-1."""
    gx = cv2.Scharr(lightness, cv2.CV_32F, 1, 0, scale=1 / 32)
    gy = cv2.Scharr(lightness, cv2.CV_32F, 0, 1, scale=1 / 32)
    return blur(np.dstack((gx * gx, gx * gy, gy * gy)), sigma_px)


def _gather_coarse_tensor(lightness: Plane, reduction: int, sigma_px: float) -> Picture:
    height, width = lightness.shape
    small = cv2.resize(
        lightness, (max(4, width // reduction), max(4, height // reduction)), interpolation=cv2.INTER_AREA
    )
    tensor = _gather_tensor(np.asarray(small, dtype=np.float32), sigma_px)
    return np.asarray(cv2.resize(tensor, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def find_flow(lightness: Plane, *, unit: float, leaning_deg: float = 0.0, leaning: float = 0.0) -> Flow:
    """Tangents of a lightness plane 0-1 from its structure tensor at three scales; the coarse ones fill flat zones.

    `leaning` (energy, about 1e-5..1e-3) pulls zones with less shape than that towards the direction `leaning_deg`
    (clockwise from the x axis, as y grows downwards).
    Sources: Brox, Weickert et al. 2006; Kyprianidis and Doellner 2008.
    """
    tensor = _gather_tensor(lightness, 2.5 * unit)
    energy = np.asarray(tensor[..., 0] + tensor[..., 2], dtype=np.float32)
    if min(lightness.shape) >= 32:
        tensor += 0.15 * _gather_coarse_tensor(lightness, 4, 4.0 * unit)
        tensor += 0.05 * _gather_coarse_tensor(lightness, 8, 6.0 * unit)
    angle = np.deg2rad(leaning_deg)
    # a tensor whose strong direction stands across the leaning
    twice_cos = tensor[..., 0] - tensor[..., 2] - np.float32((leaning + 1e-9) * np.cos(2 * angle))
    twice_sin = 2.0 * tensor[..., 1] - np.float32((leaning + 1e-9) * np.sin(2 * angle))
    theta = 0.5 * np.arctan2(twice_sin, twice_cos) + np.float32(np.pi / 2)
    return Flow(np.cos(theta, dtype=np.float32), np.sin(theta, dtype=np.float32), energy)


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _step(x, y, px, py, flow_x, flow_y):  # type: ignore[no-untyped-def]
    """One unit step from (x, y) with the direction that agrees with (px, py); stays inside the picture."""
    height, width = flow_x.shape
    ix = int(x + np.float32(0.5))
    iy = int(y + np.float32(0.5))
    vx = flow_x[iy, ix]
    vy = flow_y[iy, ix]
    if vx * px + vy * py < np.float32(0.0):
        vx = -vx
        vy = -vy
    nx = min(max(x + vx, np.float32(0.0)), np.float32(width - 1.001))
    ny = min(max(y + vy, np.float32(0.0)), np.float32(height - 1.001))
    return nx, ny, vx, vy


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _sample(plane, x, y):  # type: ignore[no-untyped-def]
    ix = int(x)
    iy = int(y)
    fx = x - np.float32(np.int32(ix))
    fy = y - np.float32(np.int32(iy))
    top = plane[iy, ix] + fx * (plane[iy, ix + 1] - plane[iy, ix])
    bottom = plane[iy + 1, ix] + fx * (plane[iy + 1, ix + 1] - plane[iy + 1, ix])
    return top + fy * (bottom - top)


@njit(cache=True, nogil=True, fastmath=True)
def _smear_plane(plane, flow_x, flow_y, weights, out, start, stop):  # type: ignore[no-untyped-def]
    steps = weights.shape[0]
    width = plane.shape[1]
    for row in range(start, stop):
        for column in range(width):
            ax = bx = min(np.float32(np.int32(column)), np.float32(width - 1.001))
            ay = by = min(np.float32(np.int32(row)), np.float32(plane.shape[0] - 1.001))
            avx = flow_x[row, column]
            avy = flow_y[row, column]
            bvx = -avx
            bvy = -avy
            total = plane[row, column] * weights[0]
            # both ways in one loop: two independent chains keep the processor busy
            for k in range(1, steps):
                ax, ay, avx, avy = _step(ax, ay, avx, avy, flow_x, flow_y)
                bx, by, bvx, bvy = _step(bx, by, bvx, bvy, flow_x, flow_y)
                total += weights[k] * (_sample(plane, ax, ay) + _sample(plane, bx, by))
            out[row, column] = total


@njit(cache=True, nogil=True, fastmath=True)
def _smear_picture(picture, flow_x, flow_y, weights, out, start, stop):  # type: ignore[no-untyped-def]
    steps = weights.shape[0]
    height, width = flow_x.shape
    first = picture[:, :, 0]
    second = picture[:, :, 1]
    third = picture[:, :, 2]
    for row in range(start, stop):
        for column in range(width):
            ax = bx = min(np.float32(np.int32(column)), np.float32(width - 1.001))
            ay = by = min(np.float32(np.int32(row)), np.float32(height - 1.001))
            avx = flow_x[row, column]
            avy = flow_y[row, column]
            bvx = -avx
            bvy = -avy
            total_0 = first[row, column] * weights[0]
            total_1 = second[row, column] * weights[0]
            total_2 = third[row, column] * weights[0]
            for k in range(1, steps):
                ax, ay, avx, avy = _step(ax, ay, avx, avy, flow_x, flow_y)
                bx, by, bvx, bvy = _step(bx, by, bvx, bvy, flow_x, flow_y)
                w = weights[k]
                total_0 += w * (_sample(first, ax, ay) + _sample(first, bx, by))
                total_1 += w * (_sample(second, ax, ay) + _sample(second, bx, by))
                total_2 += w * (_sample(third, ax, ay) + _sample(third, bx, by))
            out[row, column, 0] = total_0
            out[row, column, 1] = total_1
            out[row, column, 2] = total_2


def _weigh_steps(reach_px: float) -> Plane:
    steps = np.arange(max(1, round(reach_px)) + 1, dtype=np.float32)
    weights = np.exp(-2.0 * (steps / np.float32(max(reach_px, 1.0))) ** 2)
    return np.asarray(weights / (weights[0] + 2.0 * weights[1:].sum()), dtype=np.float32)


def smear(values: Picture, flow: Flow, reach_px: float) -> Picture:
    """Average a plane or a three-channel picture along the flow, `reach_px` to both sides (Gaussian weights).

    Source: Cabral and Leedom 1993 (line integral convolution).
    """
    source = np.ascontiguousarray(values, dtype=np.float32)
    out = np.empty_like(source)
    kernel = _smear_plane if source.ndim == 2 else _smear_picture
    run_in_bands(kernel, source.shape[0], source, flow.x, flow.y, _weigh_steps(reach_px), out)
    return out
