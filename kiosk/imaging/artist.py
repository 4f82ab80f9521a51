"""The live picture as the visitor sees it: painted in the chosen style while the machine is quick enough, else plain.

The photograph is taken from the camera's frames; nothing here comes near it.
"""

from __future__ import annotations

import threading
import time
from functools import partial
from typing import TYPE_CHECKING

import cv2
import numpy as np

from boothkit.logs import get_logger
from kiosk.flow.lanes import start_thread
from kiosk.flow.visit import Style
from kiosk.imaging.framing import Image, crop_to_portrait
from kiosk.imaging.live_style import build_live_painter, warm_up
from kiosk.imaging.pace import Pace
from kiosk.imaging.preview import ScreenImage, render_preview, to_screen

if TYPE_CHECKING:
    from painter.live import LivePainter

log = get_logger(__name__)

PAINTED_WIDTH_PX, PAINTED_HEIGHT_PX = 480, 640
"""Frames are painted at this size at most and enlarged for the screen: brush marks are larger than pixels anyway."""


class _Easel:
    """A style with its painter while it is used. The painter is None until it is built, and when there is none.

    It is built on a thread of its own, with the first frame, and belongs to the drawing thread afterwards.
    """

    def __init__(self, style: Style, budget_ms: float) -> None:
        self.style = style
        self.pace = Pace(budget_ms)
        self.painter: LivePainter | None = None
        self.is_begun = False
        self.is_given_up = False

    def build(self, first: Image) -> None:
        painter = build_live_painter(self.style)
        if painter is None:
            self.is_given_up = True
            log.info("This look has no live picture.", action="preview.no_twin", style_id=self.style.style_id)
            return
        # the first frame makes the textures, which takes much longer than the frames after it
        painter.paint(first)
        self.painter = painter


class LiveArtist:
    """Draws frames for the screen. `use` and `is_painting` belong to the window's thread, `draw` to the preview's."""

    def __init__(self, *, is_enabled: bool, budget_ms: float) -> None:
        self.is_painting = True
        self._is_enabled = is_enabled
        self._budget_ms = budget_ms
        self._lock = threading.Lock()
        self._easel: _Easel | None = None

    def warm_up(self) -> None:
        """Load what painting needs, on a thread of its own. Best while the booth rests: the screen may stutter."""
        if self._is_enabled:
            start_thread(warm_up, name="kiosk-live-warm-up")

    def use(self, style: Style | None) -> None:
        """Paint in this style from now on, or plainly; what was painted before is forgotten. A style that was too slow
        is tried anew: the machine may have been busy. A sample that has come late is news too."""
        wanted = style if self._is_enabled else None
        with self._lock:
            self._easel = None if wanted is None else _Easel(wanted, self._budget_ms)

    @property
    def can_paint(self) -> bool:
        """A style is in use and nothing speaks against showing it."""
        with self._lock:
            return self._easel is not None and not self._easel.is_given_up

    def draw(self, frame: Image, *, width_px: int, height_px: int) -> ScreenImage:
        """The framed part of a frame at exactly the given size, mirrored. Plain while the painter is on its way."""
        with self._lock:
            easel = self._easel
        if easel is None or easel.is_given_up or not self.is_painting:
            return render_preview(frame, width_px=width_px, height_px=height_px)
        small = _prepare(frame)
        if not easel.is_begun:
            easel.is_begun = True
            start_thread(partial(easel.build, small), name="kiosk-live-style")
        if easel.painter is None:
            return render_preview(frame, width_px=width_px, height_px=height_px)
        painted = _paint(easel.painter, easel.pace, small)
        if easel.pace.is_too_slow:
            _give_up(easel)
        return to_screen(painted, width_px=width_px, height_px=height_px)


def _paint(painter: LivePainter, pace: Pace, small: Image) -> Image:
    started_at_s = time.perf_counter()
    painted = painter.paint(small)
    pace.note(1000.0 * (time.perf_counter() - started_at_s))
    return painted


def _give_up(easel: _Easel) -> None:
    easel.is_given_up = True
    log.warning(
        "The live picture is shown plain: painting it takes too long on this machine.",
        action="preview.too_slow",
        style_id=easel.style.style_id,
        median_ms=round(easel.pace.median_ms, 1),
        budget_ms=easel.pace.budget_ms,
    )


def _prepare(frame: Image) -> Image:
    """The framed part, mirrored, in red, green, blue, at most PAINTED_WIDTH_PX wide."""
    framed = crop_to_portrait(frame)
    width = min(PAINTED_WIDTH_PX, framed.shape[1])
    height = min(PAINTED_HEIGHT_PX, framed.shape[0])
    small = cv2.flip(cv2.resize(framed, (width, height), interpolation=cv2.INTER_AREA), 1)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2RGB), dtype=np.uint8)
