"""A frame made ready for the twins."""

from __future__ import annotations

from dataclasses import dataclass

from painter.arrays import Photo, Plane
from painter.live.calm import FrameCalmer
from painter.live.faces import FaceTracker
from painter.live.tone import PLAIN_CURVES, ToneKeeper


@dataclass(frozen=True)
class View:
    """One frame, calmed, and usually toned. Arrays are read by the twins, never written.

    The masks 0-1 (faces, heads with their hair, the people) have the size of `half`.
    """

    full: Photo  # (H, W, 3)
    half: Photo  # ((H + 1) // 2, (W + 1) // 2, 3)
    face: Plane
    head: Plane
    subject: Plane


class ViewMaker:
    """Follows one stream of frames of one size."""

    def __init__(self, *, is_toned: bool = True) -> None:
        """`is_toned` says whether tone and white balance are corrected, as every full style does it first."""
        self._tracker = FaceTracker()
        self._tone = ToneKeeper() if is_toned else None
        self._calmer = FrameCalmer()

    def make(self, frame: Photo) -> View:
        """The view of the next frame (H, W, 3; RGB 0-255)."""
        masks = self._tracker.follow(frame)
        curves = PLAIN_CURVES if self._tone is None else self._tone.follow(frame, masks.face)
        full, half = self._calmer.calm(frame, curves)
        resized = masks.resize((half.shape[0], half.shape[1]))
        return View(full, half, resized.face, resized.head, resized.subject)
