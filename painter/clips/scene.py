"""What all frames of one scene share, so that a clip does not change its mind from frame to frame."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from painter.arrays import Photo
from painter.canvas import People, search_faces
from painter.decisions import Decision, Decisions
from painter.live.faces import FaceTracker
from painter.painting import MAX_SIDE_PX

SEARCH_EVERY_FRAMES = 4
SAMPLE_STEP = 8
SHARES = (5, 25, 50, 75, 95)
"""Percentiles by which the light of two frames is compared."""
MAX_DRIFT = 14.0
"""Levels by which the percentiles may move on average before everything is decided anew."""


class FilmedScene:
    """The scene of a clip: tone, palette and places are decided by its first frame, faces are followed.

    When the light has changed a lot, as after a fade-in, or the first face has come in, the frame painted next decides
    anew. Between frames a few numbers, palettes and seed points and the masks of the faces are kept.
    """

    def __init__(self) -> None:
        self._tracker = FaceTracker(search_faces, every_frames=SEARCH_EVERY_FRAMES, long_side_px=MAX_SIDE_PX)
        self._decisions = Decisions()
        self._light: np.ndarray | None = None
        self._had_faces = False

    def decide(self, name: str, measure: Callable[[], Decision], /) -> Decision:
        """What was decided under this name since the scene began, or what `measure` finds now."""
        return self._decisions.decide(name, measure)

    def find_people(self, photo: Photo) -> People:
        """The faces followed to this frame, with soft masks; called once for every frame, before it is painted."""
        masks = self._tracker.follow(photo)
        faces = tuple(face.box for face in self._tracker.faces)
        self._consider(photo, has_faces=bool(faces))
        return People(faces, masks.face, masks.head, masks.subject)

    def _consider(self, photo: Photo, *, has_faces: bool) -> None:
        light = np.percentile(photo[::SAMPLE_STEP, ::SAMPLE_STEP].reshape(-1, 3), SHARES, axis=0)
        is_other = self._light is None or float(np.abs(light - self._light).mean()) > MAX_DRIFT
        if is_other or (has_faces and not self._had_faces):
            self._decisions, self._light, self._had_faces = Decisions(), light, has_faces
