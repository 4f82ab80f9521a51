"""Touches on the real window: finds a control by its objectName, scrolls to it, and taps its middle."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest


class Fingers:
    """A finger for one window, with the eyes of a person: it touches only what has been drawn where it is."""

    def __init__(self, window: QQuickWindow) -> None:
        self._window = window
        self._frames = 0
        self._seen: dict[str, tuple[QPoint, int]] = {}
        window.frameSwapped.connect(self._on_frame)

    def find(self, name: str) -> QQuickItem | None:
        """The item on the screen with this objectName, or None."""
        waiting = [self._window.contentItem()]
        while waiting:
            item = waiting.pop()
            if item.objectName() == name and item.isVisible():
                return item
            waiting.extend(item.childItems())
        return None

    def can_tap(self, name: str) -> bool:
        """True when the item takes touches and a frame shows it at its place. Ask again until it does."""
        item = self.find(name)
        if item is None or not item.isEnabled() or item.width() <= 0 or self._window.property("isArriving"):
            return False
        _scroll_to(item)
        place = _middle_of(item)
        seen = self._seen.get(name)
        if seen is None or seen[0] != place:
            self._seen[name] = (place, self._frames)
            self._window.update()
            return False
        return self._frames > seen[1]

    def tap(self, name: str) -> None:
        """Press and release in the middle of the item. Raises LookupError when it is not on the screen."""
        item = self.find(name)
        if item is None:
            raise LookupError(f"the control {name} is not on the screen")
        QTest.mouseClick(self._window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, _middle_of(item))

    def _on_frame(self) -> None:
        self._frames += 1


def _middle_of(item: QQuickItem) -> QPoint:
    return item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()


def _scroll_to(item: QQuickItem) -> None:
    """Move the scrolling area around the item, if there is one, until the whole item is in sight."""
    area = item.parentItem()
    while area is not None and not area.inherits("QQuickFlickable"):
        area = area.parentItem()
    if area is None or not area.property("interactive"):
        return
    top = item.mapToItem(cast("QQuickItem", area.property("contentItem")), QPointF(0, 0)).y()
    bottom = top + item.height()
    at = float(area.property("contentY"))
    if top < at or bottom > at + area.height():
        furthest = max(0.0, float(area.property("contentHeight")) - area.height())
        area.setProperty("contentY", min(furthest, max(0.0, bottom - area.height())))
