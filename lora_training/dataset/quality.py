"""What may be wrong with a picture or with a whole set, measured. Hints for staff, not verdicts."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from lora_training.dataset.remarks import BLURRED, DARK, MIXED, SMALL, UNLIKE_OTHERS

MIN_SHARPNESS = 0.005
MIN_LIGHT = 80
"""Level (0-255) that the lightest twentieth of a picture should reach."""
MIN_PICTURES_TO_COMPARE = 8
MAX_SPREAD = 0.95
MAX_DISTANCE = 1.2
"""In usual steps, see `_measure_distances`."""
_FEATURE_SCALES = np.array([30.0, 20.0, 12.0, 12.0, 10.0, 0.08])
"""How far each number of `describe_look` usually strays within one artist's pictures of different things."""


def find_weaknesses(original_size: tuple[int, int], cut: NDArray[np.uint8], resolution: int) -> tuple[str, ...]:
    """Codes of remarks on one picture: its size as it came (width, height) and its crop (H, W, 3; RGB 0-255)."""
    grey = cv2.cvtColor(cut, cv2.COLOR_RGB2GRAY)
    found = {
        SMALL: original_size[0] * original_size[1] < resolution**2,
        BLURRED: measure_sharpness(cut) < MIN_SHARPNESS,
        DARK: float(np.percentile(grey, 95)) < MIN_LIGHT,
    }
    return tuple(code for code, is_so in found.items() if is_so)


def measure_sharpness(cut: NDArray[np.uint8]) -> float:
    """Variance of the Laplacian over the variance of the grey levels, at the size that is trained; sharp is large.

    Source: Pech-Pacheco, Cristobal, Chamorro-Martinez and Fernandez-Valdivia 2000; divided by the contrast here, so
    that a pale picture is not called blurred.
    """
    grey = cv2.cvtColor(cut, cv2.COLOR_RGB2GRAY)
    # a light smoothing first: grain and JPEG blocks are no sharpness
    smooth = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), 0.8)
    contrast = float(smooth.var()) + 1.0
    return float(cv2.Laplacian(smooth, cv2.CV_32F).var()) / contrast


def describe_look(cut: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Six numbers: mean and spread of lightness, mean a and b, spread of colour (CIELAB), share of edges."""
    lab = cv2.cvtColor(cut.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
    lightness, a, b = (lab[..., channel] for channel in range(3))
    edges = cv2.Canny(cv2.cvtColor(cut, cv2.COLOR_RGB2GRAY), 80, 160) > 0
    colour_spread = np.hypot(a.std(), b.std())
    values = (lightness.mean(), lightness.std(), a.mean(), b.mean(), colour_spread, edges.mean())
    return np.array(values, dtype=np.float64)


def find_mixture(looks: Sequence[NDArray[np.float64]]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Remarks on the set and on each picture, from the numbers of `describe_look`; none for fewer than 8 pictures."""
    none: list[tuple[str, ...]] = [() for _ in looks]
    if len(looks) < MIN_PICTURES_TO_COMPARE:
        return (), none
    distances = _measure_distances(np.stack(looks))
    is_far = distances > max(MAX_DISTANCE, 2.5 * float(np.median(distances)))
    spread = float(np.sqrt((distances[~is_far] ** 2).mean()))
    return (MIXED,) if spread > MAX_SPREAD else (), [(UNLIKE_OTHERS,) if far else () for far in is_far]


def _measure_distances(looks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Root mean square distance of each picture from the middle of the set, in usual steps."""
    steps = (looks - np.median(looks, axis=0)) / _FEATURE_SCALES
    return np.asarray(np.sqrt((steps**2).mean(axis=1)), dtype=np.float64)
