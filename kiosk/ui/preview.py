"""The live picture: one latest-frame slot between the camera's thread and the screen, never a queue.

Frames are cropped to 3:4, mirrored, scaled and perhaps painted on a thread of their own; the window's thread only
takes the finished image. It is drawn by an Image in every renderer: a VideoOutput stays black in the software renderer
without an error.
"""

from __future__ import annotations

import threading
from typing import Protocol

from PySide6.QtCore import Property, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtQuick import QQuickImageProvider

from kiosk.flow.visit import Style
from kiosk.imaging.artist import LiveArtist
from kiosk.imaging.framing import Image

PROVIDER = "preview"
_WAIT_S = 0.5


class Frame(Protocol):
    """A frame of the camera, upright and not mirrored."""

    @property
    def image(self) -> Image: ...

    @property
    def number(self) -> int: ...


class FrameFeed(Protocol):
    """Where frames come from; `wait_newer` blocks until a frame with a higher number is there, or returns None."""

    def wait_newer(self, than: int, *, timeout_s: float) -> Frame | None: ...


class PreviewPump:
    """Brings every newest frame of the feed to the view, on its own thread, until it is closed."""

    def __init__(self, feed: FrameFeed, view: PreviewView) -> None:
        self._feed = feed
        self._view = view
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kiosk-preview", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(2 * _WAIT_S)

    def _run(self) -> None:
        number = 0
        while not self._stop.is_set():
            frame = self._feed.wait_newer(number, timeout_s=_WAIT_S)
            if frame is not None:
                number = frame.number
                self._view.offer(frame.image)


class PreviewView(QObject):
    """`frame_source` changes with every frame that is shown. `offer` is called from one thread, usually the pump's.

    `can_paint` says that the picture may be painted in the chosen style, `is_painted` that the visitor wants it so.
    """

    frame_changed = Signal()
    painting_changed = Signal()
    _offered = Signal()

    def __init__(self, artist: LiveArtist) -> None:
        super().__init__()
        self._artist = artist
        self._could_paint = artist.can_paint
        self.latest = QImage()
        self.shown_frames = 0
        self._is_announced = False
        self._visitor = 0
        self._size = (540, 720)
        self._offered.connect(self._on_offered, Qt.ConnectionType.QueuedConnection)

    def offer(self, frame: Image) -> None:
        """Take a frame. While one is waiting for the screen, it is replaced.

        A frame that was begun for an earlier visitor is thrown away.
        """
        width, height = self._size
        visitor = self._visitor
        drawn = self._artist.draw(frame, width_px=width, height_px=height)
        if visitor != self._visitor:
            return
        # The copy owns its pixels; the wrapped image would not.
        self.latest = QImage(drawn.pixels, width, height, 4 * width, QImage.Format.Format_RGB32).copy()
        if not self._is_announced:
            self._is_announced = True
            self._offered.emit()

    def clear(self) -> None:
        """Forget the last face, and what its owner wanted to see."""
        self._visitor += 1
        self.use_style(None)
        self.set_painted(True)
        self.latest = QImage()
        self.shown_frames = 0
        self.frame_changed.emit()

    @Slot()
    def warm_up(self) -> None:
        """Make ready for painting while nobody is there."""
        self._artist.warm_up()

    @Slot(object)
    def use_style(self, style: Style | None) -> None:
        """Paint in this style from now on, or plainly."""
        self._artist.use(style)
        self._tell_painting()

    @Slot(bool)
    def set_painted(self, is_painted: bool) -> None:
        """Whether the visitor wants to see the painted picture."""
        self._artist.is_painting = is_painted
        self.painting_changed.emit()

    @Property(bool, notify=painting_changed)
    def can_paint(self) -> bool:
        return self._could_paint

    @Property(bool, notify=painting_changed)
    def is_painted(self) -> bool:
        return self._could_paint and self._artist.is_painting

    def _tell_painting(self) -> None:
        """A style was chosen, or turned out to be too slow for this machine."""
        if self._artist.can_paint != self._could_paint:
            self._could_paint = self._artist.can_paint
            self.painting_changed.emit()

    @Slot()
    def _on_offered(self) -> None:
        self._is_announced = False
        self._tell_painting()
        if not self.latest.isNull():
            self.shown_frames += 1
            self.frame_changed.emit()

    @Property(str, notify=frame_changed)
    def frame_source(self) -> str:
        return f"image://{PROVIDER}/{self.shown_frames}" if self.shown_frames else ""

    @Slot(int, int)
    def set_preview_size(self, width: int, height: int) -> None:
        """The size of the preview on the screen in pixels; frames come exactly so large."""
        if width > 0 and height > 0:
            self._size = (width, height)


class PreviewProvider(QQuickImageProvider):
    """Answers `image://preview/<serial>` with the latest frame, whatever the serial."""

    def __init__(self, view: PreviewView) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._view = view

    def requestImage(self, image_id: str, size: QSize, requested_size: QSize) -> QImage:  # noqa: N802 (Qt's name)
        return self._view.latest
