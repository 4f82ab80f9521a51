"""Annotators that need no weights: edges, line drawings and soft edges."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from generator_server.diffusion.annotators.annotator import Annotator, stretch_to_bytes
from generator_server.engines.annotating import Slider
from generator_server.engines.protocol import Pixels

# Spread of the "paper" that a line must be darker than, at 512 px on the shorter side. Pixels.
PAPER_PX = 6.0
REFERENCE_PX = 512
# Differences of fewer levels are grain, not lines.
GRAIN_LEVELS = 8
MEDIAN_LINE = 127.0


class Canny(Annotator):
    """Edges one pixel wide (Canny, 1986), white on black."""

    name: ClassVar[str] = "canny"
    sliders: ClassVar[tuple[Slider, ...]] = (
        Slider("Low Threshold", 100, 1, 255),
        Slider("High Threshold", 200, 1, 255),
    )

    def annotate(self, photo: Pixels, threshold_a: float, threshold_b: float) -> NDArray[np.uint8]:
        """White where the brightness changes by more than the thresholds (with hysteresis)."""
        import cv2

        return np.asarray(cv2.Canny(photo, threshold_a, threshold_b), dtype=np.uint8)


class LineDrawing(Annotator):
    """A drawing of dark lines, white on black: where a colour is darker than its wider surroundings."""

    name: ClassVar[str] = "lineart_standard"

    def annotate(self, photo: Pixels, threshold_a: float, threshold_b: float) -> NDArray[np.uint8]:
        """Strength of the lines, the typical one being middle grey."""
        darker = (_blur(photo, PAPER_PX) - photo.astype(np.float32)).min(axis=2).clip(min=0.0)
        lines = darker[darker > GRAIN_LEVELS]
        typical = max(16.0, float(np.median(lines))) if lines.size else 16.0
        strength = np.where(darker > GRAIN_LEVELS / 4, darker, 0.0) * (MEDIAN_LINE / typical)
        return np.asarray(strength.clip(0, 255), dtype=np.uint8)


class Scribble(Annotator):
    """Rough strokes, white on black, by a difference of Gaussians (Winnemoeller and others, 2012)."""

    name: ClassVar[str] = "scribble_xdog"
    sliders: ClassVar[tuple[Slider, ...]] = (Slider("XDoG Threshold", 32, 1, 64),)

    def annotate(self, photo: Pixels, threshold_a: float, threshold_b: float) -> NDArray[np.uint8]:
        """White where a small neighbourhood is darker than a wide one; lower thresholds draw more."""
        difference = _blur(photo, 5.0) - _blur(photo, 0.5)
        return np.where(2.0 * difference.min(axis=2) > threshold_a, 255, 0).astype(np.uint8)


class SoftEdge(Annotator):
    """Broad, soft edges: the smoothed gradient of all colours. It is no HED and no PiDiNet, which need weights."""

    name: ClassVar[str] = "softedge_gradient"

    def annotate(self, photo: Pixels, threshold_a: float, threshold_b: float) -> NDArray[np.uint8]:
        """Strength of the edges, 255 from the 99th percentile on."""
        import cv2

        smooth = _blur(photo, 1.5)
        across, down = (cv2.Scharr(smooth, cv2.CV_32F, dx, 1 - dx) for dx in (1, 0))
        edges = np.asarray(np.sqrt(across**2 + down**2).max(axis=2), dtype=np.float32)
        ceiling = float(np.percentile(edges, 99))
        if ceiling <= GRAIN_LEVELS:
            return np.zeros(edges.shape, np.uint8)
        soft = np.asarray(cv2.GaussianBlur(np.minimum(edges, ceiling), (0, 0), 1.0), dtype=np.float32)
        return stretch_to_bytes(soft)


class Inversion(Annotator):
    """A ready drawing of dark lines on white paper, turned into light lines on black."""

    name: ClassVar[str] = "invert"

    def annotate(self, photo: Pixels, threshold_a: float, threshold_b: float) -> NDArray[np.uint8]:
        """The negative."""
        return 255 - photo


def _blur(photo: Pixels, sigma_px: float) -> NDArray[np.float32]:
    """Smoothed with a Gaussian that grows with the picture. (height, width, 3), 0-255."""
    import cv2

    sigma = sigma_px * min(photo.shape[:2]) / REFERENCE_PX
    return np.asarray(cv2.GaussianBlur(photo.astype(np.float32), (0, 0), max(sigma, 0.3)), dtype=np.float32)
