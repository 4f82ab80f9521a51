"""Compiled loops over single edge pixels: which coverage, and which colour of the person, explains what is seen.

A pixel is a*F + (1-a)*B + noise. F is normal around the person's colours nearby, B around the backdrop. With F and B
integrated out, the pixel is normal around a*mean(F) + (1-a)*mean(B) with covariance a^2*cov(F) + (1-a)^2*cov(B) +
noise: one number, a, is left to search. B may vary a little in every channel and more along its own colour, which is
what a shadow does.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

STEPS = 12
"""Coverages tried before the best is refined between its neighbours."""
REFINEMENTS = 4


@njit(cache=True, nogil=True, fastmath=True)
def _measure_cost(pixel, person, covariance, backdrop, variance, a):  # type: ignore[no-untyped-def]
    """Minus twice the log likelihood of coverage `a`, up to a constant."""
    b = np.float32(1.0) - a
    r0 = pixel[0] - a * person[0] - b * backdrop[0]
    r1 = pixel[1] - a * person[1] - b * backdrop[1]
    r2 = pixel[2] - a * person[2] - b * backdrop[2]
    aa, own = a * a, b * b * variance[0] + variance[1]
    shade = b * b * variance[2]
    c00 = aa * covariance[0] + own + shade * backdrop[0] * backdrop[0]
    c11 = aa * covariance[3] + own + shade * backdrop[1] * backdrop[1]
    c22 = aa * covariance[5] + own + shade * backdrop[2] * backdrop[2]
    c01 = aa * covariance[1] + shade * backdrop[0] * backdrop[1]
    c02 = aa * covariance[2] + shade * backdrop[0] * backdrop[2]
    c12 = aa * covariance[4] + shade * backdrop[1] * backdrop[2]
    m00, m11, m22 = c11 * c22 - c12 * c12, c00 * c22 - c02 * c02, c00 * c11 - c01 * c01
    m01, m02, m12 = c02 * c12 - c01 * c22, c01 * c12 - c02 * c11, c01 * c02 - c00 * c12
    determinant = max(c00 * m00 + c01 * m01 + c02 * m02, np.float32(1e-3))
    square = r0 * r0 * m00 + r1 * r1 * m11 + r2 * r2 * m22
    square += np.float32(2.0) * (r0 * r1 * m01 + r0 * r2 * m02 + r1 * r2 * m12)
    return square / determinant + math.log(determinant)


@njit(cache=True, nogil=True, fastmath=True)
def solve_coverage(pixels, persons, covariances, backdrops, variances, guesses, result, start, stop):  # type: ignore[no-untyped-def]
    """Write the likeliest coverage of pixels `start` to `stop` into `result`.

    All arrays are float32 with one row per pixel: pixels, persons, backdrops (3), covariances (6), variances (3: of the
    backdrop, of the camera, of the shading as a share of the backdrop), guesses (2: a
    coverage 0-1; how far to trust it, 1 / standard deviation).
    """
    one, zero = np.float32(1.0), np.float32(0.0)
    for i in range(start, stop):
        best, best_a = np.inf, zero
        reach = one / np.float32(STEPS)
        for k in range(STEPS + 1):
            a = np.float32(k) * reach
            doubt = (a - guesses[i, 0]) * guesses[i, 1]
            cost = doubt * doubt + _measure_cost(pixels[i], persons[i], covariances[i], backdrops[i], variances[i], a)
            if cost < best:
                best, best_a = cost, a
        for _ in range(REFINEMENTS):
            reach *= np.float32(0.5)
            middle = best_a
            for side in (-1, 1):
                a = min(one, max(zero, middle + np.float32(side) * reach))
                doubt = (a - guesses[i, 0]) * guesses[i, 1]
                cost = doubt * doubt + _measure_cost(
                    pixels[i], persons[i], covariances[i], backdrops[i], variances[i], a
                )
                if cost < best:
                    best, best_a = cost, a
        result[i] = best_a


@njit(cache=True, nogil=True, fastmath=True)
def find_colours(pixels, persons, covariances, backdrops, variances, coverages, result, start, stop):  # type: ignore[no-untyped-def]
    """Write the person's likeliest own colour of pixels `start` to `stop` into `result` (n, 3), given the coverage."""
    for i in range(start, stop):
        a = coverages[i]
        b = np.float32(1.0) - a
        c = covariances[i]
        own = b * b * variances[i, 0] + variances[i, 1]
        back = backdrops[i]
        shade = b * b * variances[i, 2]
        c00 = a * a * c[0] + own + shade * back[0] * back[0]
        c11 = a * a * c[3] + own + shade * back[1] * back[1]
        c22 = a * a * c[5] + own + shade * back[2] * back[2]
        c01 = a * a * c[1] + shade * back[0] * back[1]
        c02 = a * a * c[2] + shade * back[0] * back[2]
        c12 = a * a * c[4] + shade * back[1] * back[2]
        m00, m11, m22 = c11 * c22 - c12 * c12, c00 * c22 - c02 * c02, c00 * c11 - c01 * c01
        m01, m02, m12 = c02 * c12 - c01 * c22, c01 * c12 - c02 * c11, c01 * c02 - c00 * c12
        scale = a / max(c00 * m00 + c01 * m01 + c02 * m02, np.float32(1e-3))
        r0 = pixels[i, 0] - a * persons[i, 0] - b * backdrops[i, 0]
        r1 = pixels[i, 1] - a * persons[i, 1] - b * backdrops[i, 1]
        r2 = pixels[i, 2] - a * persons[i, 2] - b * backdrops[i, 2]
        q0 = scale * (m00 * r0 + m01 * r1 + m02 * r2)
        q1 = scale * (m01 * r0 + m11 * r1 + m12 * r2)
        q2 = scale * (m02 * r0 + m12 * r1 + m22 * r2)
        result[i, 0] = persons[i, 0] + c[0] * q0 + c[1] * q1 + c[2] * q2
        result[i, 1] = persons[i, 1] + c[1] * q0 + c[3] * q1 + c[4] * q2
        result[i, 2] = persons[i, 2] + c[2] * q0 + c[4] * q1 + c[5] * q2
