"""The window: puts fonts, views, providers and QML files together, and takes them apart in the order Qt needs.

Every method of a view that a signal calls is a declared Slot. Connecting to an undeclared one makes PySide give the
class a new meta-object, while QML may still know the class by the old one: its properties are undefined then.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from PySide6.QtCore import QRect, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine, QQmlError
from PySide6.QtQuick import QQuickWindow

from boothkit import clock
from boothkit.logs import get_logger
from kiosk.flow.scene import Scene
from kiosk.flow.visit import Words
from kiosk.imaging.artist import LiveArtist
from kiosk.settings import DisplaySettings, PreviewSettings
from kiosk.ui import pictures, preview
from kiosk.ui.display_view import DisplayView
from kiosk.ui.fonts import FontChoice
from kiosk.ui.keyboard_view import KeyboardView
from kiosk.ui.listener_view import ListenerView
from kiosk.ui.translations import LanguageSwitch
from kiosk.ui.visit_view import VisitView

log = get_logger(__name__)

QML_FOLDER = Path(__file__).with_name("qml")


class WindowError(Exception):
    """The QML files cannot be loaded."""


@dataclass(frozen=True)
class Views:
    """Everything the QML files talk to."""

    pictures: pictures.PictureShelf
    visit: VisitView
    preview: preview.PreviewView
    keyboard: KeyboardView
    listener: ListenerView
    display: DisplayView


def build_views(
    display: DisplaySettings, *, countdown_s: float, fonts: FontChoice, live: PreviewSettings | None = None
) -> Views:
    """The views of one booth, showing the resting screen. A QGuiApplication must exist.

    `live` says how the live picture is shown; as a booth usually does when it is None.
    """
    live = live or PreviewSettings()
    shelf = pictures.PictureShelf()
    visit = VisitView(
        shelf,
        hall_name=Words(display.hall_name_ko, display.hall_name_en),
        countdown_s=countdown_s,
        today=lambda: clock.now().astimezone().date(),
    )
    visit.show(Scene(language=display.language))
    return Views(
        pictures=shelf,
        visit=visit,
        preview=preview.PreviewView(LiveArtist(is_enabled=live.painted, budget_ms=live.budget_ms)),
        keyboard=KeyboardView(),
        listener=ListenerView(),
        display=DisplayView(
            fonts,
            shelf,
            text_scale=display.text_scale,
            high_contrast=display.high_contrast,
            low_reach=display.low_reach,
            touch_guard_s=display.touch_guard_s,
        ),
    )


class BoothWindow:
    """Holds the engine and the views; `window` is the one on the screen."""

    def __init__(self, views: Views) -> None:
        self.views = views
        self.warnings: list[str] = []
        self._engine = QQmlApplicationEngine()
        self._engine.warnings.connect(self._on_warnings)
        self._engine.addImportPath(str(QML_FOLDER))
        # The engine owns the providers from here on.
        self._engine.addImageProvider(pictures.PROVIDER, pictures.PictureProvider(views.pictures))
        self._engine.addImageProvider(preview.PROVIDER, preview.PreviewProvider(views.preview))
        self._languages = LanguageSwitch(self._engine)
        self._languages.use(views.visit.scene.language)
        views.keyboard.use_language(views.visit.scene.language)
        views.visit.language_changed.connect(self._languages.use)
        views.visit.language_changed.connect(views.keyboard.use_language)
        views.visit.style_changed.connect(views.preview.use_style)
        views.visit.visit_ended.connect(self._on_visit_ended)
        self.window = self._load()

    def _load(self) -> QQuickWindow:
        views = self.views
        self._engine.setInitialProperties(
            {
                "scene": views.visit.facts,
                "visit": views.visit,
                "preview": views.preview,
                "keyboard": views.keyboard,
                "listener": views.listener,
                "display": views.display,
            }
        )
        self._engine.load(QUrl.fromLocalFile(str(QML_FOLDER / "Main.qml")))
        if not self._engine.rootObjects():
            raise WindowError("\n".join(self.warnings) or "the screens cannot be loaded")
        return cast(QQuickWindow, self._engine.rootObjects()[0])

    def show(self, *, size: tuple[int, int] | None, is_windowed: bool) -> None:
        """Open the window: full screen, or `size` (width, height) in pixels at the screen's corner."""
        screen = QGuiApplication.primaryScreen().geometry()
        place = QRect(screen.topLeft(), screen.size()) if size is None else QRect(screen.x(), screen.y(), *size)
        # Without a window manager showFullScreen alone leaves the window small, so the place is set first.
        self.window.setGeometry(place)
        self.views.display.paint_scenery(place.width(), place.height())
        if is_windowed or size is not None:
            self.window.show()
        else:
            self.window.showFullScreen()
        self.window.requestActivate()

    def close(self) -> None:
        """Close and take apart: the engine goes before the views, or QML reads properties of dead objects."""
        self.window.close()
        self.views.visit.language_changed.disconnect(self._languages.use)
        self.views.visit.style_changed.disconnect(self.views.preview.use_style)
        self.views.visit.visit_ended.disconnect(self._on_visit_ended)
        del self.window
        del self._languages
        del self._engine

    def _on_visit_ended(self) -> None:
        """The next visitor meets the booth as it is set, and nothing of this one."""
        self.views.display.reset()
        self.views.keyboard.reset(self.views.visit.scene.language)
        self.views.preview.clear()
        self.views.listener.set_sound(b"")

    def _on_warnings(self, warnings: list[QQmlError]) -> None:
        for warning in warnings:
            self.warnings.append(warning.toString())
            log.warning("A screen has a defect.", action="screen.warning", cause=warning.toString())
