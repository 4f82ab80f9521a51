"""What a visitor may change about the screen: text size, contrast, reach. Each visit begins as the booth is set."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Property, QObject, Signal, Slot

from kiosk.ui.fonts import FontChoice
from kiosk.ui.pictures import PictureShelf
from kiosk.ui.scenery import paint_scenery

LARGE_TEXT_SCALE = 1.6


class DisplayView(QObject):
    """Bindable properties for the theme."""

    changed = Signal()

    def __init__(
        self,
        fonts: FontChoice,
        pictures: PictureShelf,
        *,
        text_scale: float,
        high_contrast: bool,
        low_reach: bool,
        touch_guard_s: float,
    ) -> None:
        super().__init__()
        self._fonts = fonts
        self._pictures = pictures
        self._touch_guard_ms = round(touch_guard_s * 1000)
        pictures.changed.connect(self.changed)
        self._default = (text_scale, high_contrast, low_reach)
        self._text_scale, self._high_contrast, self._low_reach = self._default

    def reset(self) -> None:
        """Back to how the booth is set."""
        self._text_scale, self._high_contrast, self._low_reach = self._default
        self.changed.emit()

    def paint_scenery(self, width: int, height: int) -> None:
        """Have the background of the resting booth painted for a window of this size in pixels."""
        self._pictures.put("scenery", (width, height), partial(paint_scenery, width, height))

    @Slot()
    def toggle_large_text(self) -> None:
        small = min(self._default[0], 1.0)
        self._text_scale = small if self.is_large_text else max(self._default[0], LARGE_TEXT_SCALE)
        self.changed.emit()

    @Slot()
    def toggle_high_contrast(self) -> None:
        self._high_contrast = not self._high_contrast
        self.changed.emit()

    @Slot()
    def toggle_low_reach(self) -> None:
        self._low_reach = not self._low_reach
        self.changed.emit()

    @Property(float, notify=changed)
    def text_scale(self) -> float:
        return self._text_scale

    @Property(bool, notify=changed)
    def is_large_text(self) -> bool:
        return self._text_scale > 1.0

    @Property(bool, notify=changed)
    def high_contrast(self) -> bool:
        return self._high_contrast

    @Property(bool, notify=changed)
    def low_reach(self) -> bool:
        return self._low_reach

    @Property(str, notify=changed)
    def scenery_source(self) -> str:
        return self._pictures.sources.get("scenery", "")

    @Property(int, constant=True)
    def touch_guard_ms(self) -> int:
        """How long a new screen takes no touches."""
        return self._touch_guard_ms

    @Property(str, constant=True)
    def serif_family(self) -> str:
        return self._fonts.serif

    @Property(str, constant=True)
    def sans_family(self) -> str:
        return self._fonts.sans
