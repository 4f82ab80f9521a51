"""The pictures of the visit on their way to the screen: decoded by workers, handed to QML by name.

The provider answers on the window's thread and only from memory. It must not be used by an Image with
`asynchronous: true`: Qt would then call Python from its own reader thread while the window's thread may hold Python's
lock and wait for that reader, and both would stand still.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import segno
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter
from PySide6.QtQuick import QQuickImageProvider

from boothkit.logs import get_logger
from kiosk.flow.lanes import start_thread

log = get_logger(__name__)

PROVIDER = "pictures"
_LONGEST_SIDE_PX = 1440
_QR_QUIET_ZONE = 4


class PictureShelf(QObject):
    """Holds one image per name. `changed` is emitted when `sources` has changed."""

    changed = Signal()
    _made = Signal(str, int, QImage)

    def __init__(self) -> None:
        super().__init__()
        self.sources: dict[str, str] = {}
        self.images: dict[str, QImage] = {}
        self._wanted: dict[str, tuple[int, object]] = {}
        self._serial = 0
        self._made.connect(self._on_made, Qt.ConnectionType.QueuedConnection)

    def put(self, name: str, key: object, make: Callable[[], QImage]) -> None:
        """Show what `make` returns (on a worker) under `name`; nothing happens while `key` stays the same."""
        if name in self._wanted and self._wanted[name][1] == key:
            return
        self._serial += 1
        self._wanted[name] = (self._serial, key)
        start_thread(partial(self._make, name, self._serial, make), name=f"kiosk-picture-{name}")

    def keep_only(self, names: Iterable[str]) -> None:
        """Forget every other picture, also the ones still being decoded."""
        kept = set(names)
        gone = [name for name in self._wanted if name not in kept]
        for name in gone:
            del self._wanted[name]
            self.sources.pop(name, None)
        if gone:
            self.changed.emit()
            # Items that are about to go may ask once more; the images go when the screen has let go of them.
            QTimer.singleShot(0, self, self._drop_images)

    @Slot()
    def _drop_images(self) -> None:
        for name in [name for name in self.images if name not in self.sources]:
            del self.images[name]

    def _make(self, name: str, serial: int, make: Callable[[], QImage]) -> None:
        self._made.emit(name, serial, make())

    @Slot(str, int, QImage)
    def _on_made(self, name: str, serial: int, image: QImage) -> None:
        if name not in self._wanted or self._wanted[name][0] != serial:
            return
        if image.isNull():
            log.warning("A picture cannot be shown.", action="picture.unreadable", name=name)
            return
        self.images[name] = image
        self.sources[name] = f"image://{PROVIDER}/{name}/{serial}"
        self.changed.emit()


class PictureProvider(QQuickImageProvider):
    """Answers `image://pictures/<name>/<serial>` from the shelf."""

    def __init__(self, shelf: PictureShelf) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._shelf = shelf

    def requestImage(self, image_id: str, size: QSize, requested_size: QSize) -> QImage:  # noqa: N802 (Qt's name)
        image = self._shelf.images.get(image_id.rpartition("/")[0], QImage())
        if image.isNull() or requested_size.width() <= 0 or requested_size.height() <= 0:
            return image
        return image.scaled(
            requested_size,
            Qt.AspectRatioMode.KeepAspectRatioByExpanding,
            Qt.TransformationMode.SmoothTransformation,
        )


def decode_picture(data: bytes) -> QImage:
    """The image of a JPEG, PNG or WebP file, upright, at most 1440 px long; a null image when it cannot be read."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if max(size.width(), size.height()) > _LONGEST_SIDE_PX:
        reader.setScaledSize(size.scaled(_LONGEST_SIDE_PX, _LONGEST_SIDE_PX, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


def draw_qr(text: str, *, module_px: int = 12) -> QImage:
    """The QR code of `text`, black on white with its quiet zone, `module_px` pixels per module."""
    rows = [list(row) for row in segno.make(text, error="m").matrix_iter(border=_QR_QUIET_ZONE)]
    image = QImage(len(rows[0]) * module_px, len(rows) * module_px, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    for y, row in enumerate(rows):
        for x, is_dark in enumerate(row):
            if is_dark:
                painter.fillRect(x * module_px, y * module_px, module_px, module_px, QColor("black"))
    painter.end()
    return image
