"""The photo's own noise, which nobody paints."""

from __future__ import annotations

import cv2
import numpy as np

from painter.arrays import Picture, Plane
from painter.blocks.curves import mix, ramp
from painter.blocks.smooth import smooth_shapes
from painter.blocks.tone import to_lab, to_rgb
from painter.decisions import Decide, decide_now

_MASK = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float32)
_TYPICAL = 0.67449
"""Median of the absolute value of a standard normal."""
CLEAN, NOISY = 0.008, 0.03
"""Noise that a good photo has at most, and noise that would be painted as spots on skin."""
CONTRAST = 0.30
MEDIAN_PX = 5


def measure_noise(lightness: Plane) -> float:
    """Standard deviation of the noise in a lightness plane 0-1; shapes hardly count.

    Source: Immerkaer 1996 (fast noise variance estimation), with the median, which textured zones move less.
    """
    answer = cv2.filter2D(lightness, cv2.CV_32F, _MASK, borderType=cv2.BORDER_REFLECT)
    return float(np.median(np.abs(answer[::2, ::2]))) / (6.0 * _TYPICAL)


def trust_detail(lab: Picture, decide: Decide = decide_now) -> float:
    """1 for a clean Lab picture, 0 for one so noisy that its finest details are grain."""
    noise = decide("grain", lambda: measure_noise(np.ascontiguousarray(lab[..., 0]) * np.float32(0.01)))
    return float(ramp(np.array([noise]), NOISY, CLEAN)[0])


def melt_grain(lab: Picture, *, radius_px: float, faces: Plane, decide: Decide = decide_now) -> Picture:
    """A Lab picture smoothed inside its shapes; faces (mask 0-1) keep their details unless the photo is noisy."""
    trust = trust_detail(lab, decide)
    if trust < 1.0:
        # single bright or dark pixels would stop the smoothing and stay as spots
        lab = mix(np.asarray(cv2.medianBlur(lab, MEDIAN_PX), dtype=np.float32), lab, trust)
    detail = (0.6 * trust) * faces
    return to_lab(smooth_shapes(to_rgb(lab), radius_px=radius_px, contrast=CONTRAST, detail=detail))
