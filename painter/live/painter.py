"""The one way in: a painter that follows one preview."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Protocol

from painter.errors import UnknownStyleError
from painter.live.lut import Lut
from painter.painting import check_photo

if TYPE_CHECKING:
    from painter.arrays import Photo
    from painter.live.sheet import Sheet
    from painter.live.view import View, ViewMaker

LIVE_STYLES = ("watercolour", "oil", "pencil", "ink_wash", "cel", "sepia", "riso_print")


class Twin(Protocol):
    """The quick form of one style, for frames of one size."""

    def paint(self, view: View) -> Photo:
        """The painted frame, as large as the view."""


def list_live_styles() -> tuple[str, ...]:
    """Ids of the styles that have a live twin; every other style is shown through its `Lut`."""
    return LIVE_STYLES


class LivePainter:
    """Paints the frames of one preview, one after the other. Use one per preview, from one thread.

    Textures lie still on the screen; faces are followed, tone and palette are eased from frame to frame. The first
    frame of a size makes the textures (a fraction of a second). Only the search for faces, every eighth frame, may
    use OpenCV's other threads; nothing global is changed. Frames of up to about 640x480 are meant.
    """

    def __init__(self, style_id: str | Lut, *, seed: int = 0) -> None:
        if isinstance(style_id, str) and style_id not in LIVE_STYLES:
            raise UnknownStyleError(style_id, LIVE_STYLES)
        self._style = style_id
        self._seed = seed
        self._shape: tuple[int, int] | None = None
        self.reset()

    def reset(self) -> None:
        """Forget the frames so far: the next one counts as the first. Textures are kept."""
        self._views: ViewMaker | None = None
        self._twin: Twin | None = None

    def paint(self, frame: Photo) -> Photo:
        """The next frame (H, W, 3; uint8 RGB; sides 64-4096 px), painted. Another size begins a new preview.

        Raises InvalidPhotoError.
        """
        check_photo(frame)
        if self._shape != frame.shape[:2]:
            self.reset()
            self._sheet = self._create_sheet((frame.shape[0], frame.shape[1]))
        if self._twin is None or self._views is None:
            self._twin, self._views = self._create_twin(), self._create_views()
        return self._twin.paint(self._views.make(frame))

    def _create_sheet(self, shape: tuple[int, int]) -> Sheet:
        from painter.live.sheet import create_sheet

        self._shape = shape
        return create_sheet(shape, self._seed)

    def _create_views(self) -> ViewMaker:
        from painter.live.view import ViewMaker

        return ViewMaker(is_toned=not isinstance(self._style, Lut))

    def _create_twin(self) -> Twin:
        if isinstance(self._style, Lut):
            from painter.live.lut_twin import LutTwin

            return LutTwin(self._style)
        twin: Twin = importlib.import_module(f"painter.live.{self._style}").Twin(self._sheet)
        return twin
