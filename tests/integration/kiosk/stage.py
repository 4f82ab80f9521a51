"""What a test does in front of the booth: touch, wait, look."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtQuick import QQuickItem

from boothkit import waiting
from kiosk.app import Kiosk
from kiosk.flow.scene import Scene, State
from kiosk.ui.fingers import Fingers


def settle(seconds: float) -> None:
    """Let the window work for a while."""
    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s:
        QCoreApplication.processEvents()
        time.sleep(0.005)


def wait_until(is_there: Callable[[], bool], what: str, *, limit_s: float = 20.0) -> None:
    """Let the window work until something is there; fails with `what` after `limit_s`."""
    waiting.wait_until(is_there, what, within_s=limit_s, every_s=0.005, pause=_work)


def _work(seconds: float) -> None:
    QCoreApplication.processEvents()
    time.sleep(seconds)


def walk(item: QQuickItem) -> Iterator[QQuickItem]:
    """The item and everything that is visible below it."""
    if item.isVisible():
        yield item
        for child in item.childItems():
            yield from walk(child)


class Stage:
    """A booth with a visitor in front of it."""

    def __init__(self, kiosk: Kiosk) -> None:
        self.kiosk = kiosk
        self.window = kiosk.booth.window
        self.fingers = Fingers(self.window)

    @property
    def scene(self) -> Scene:
        return self.kiosk.views.visit.scene

    @property
    def visit(self) -> Any:
        assert self.scene.visit is not None
        return self.scene.visit

    def wait_for(self, state: State, *, limit_s: float = 20.0) -> None:
        wait_until(lambda: self.scene.state is state, f"{state}, but it is {self.scene.state}", limit_s=limit_s)
        settle(0.05)

    def tap(self, name: str) -> None:
        wait_until(lambda: self.fingers.can_tap(name), f"the control {name}")
        self.fingers.tap(name)

    def find(self, name: str) -> QQuickItem:
        item = self.fingers.find(name)
        assert item is not None, f"{name} is not on the screen"
        return item

    def is_shown(self, name: str) -> bool:
        return self.fingers.find(name) is not None

    def texts(self) -> set[str]:
        """Every text on the screen, without the joiners that keep Korean words together."""
        items = walk(self.window.contentItem())
        return {str(item.property("text")).replace("\u2060", "") for item in items if item.property("text")}

    def type(self, text: str) -> None:
        """Write on the booth's keyboard, key by key."""
        for touch in self.kiosk.views.keyboard.list_touches(text):
            assert touch.is_on_keyboard, touch
            self.tap(touch.name)

    def go_to_style(self) -> None:
        self.tap("beginButton")
        self.tap("language_ko")
        wait_until(lambda: bool(self.scene.memorials), "the memorials")
        self.tap(f"memorial_{self.scene.memorials[0].memorial_id}")
        for use in ("family_page", "ai_restyle", "online_voice", "keep"):
            self.tap(f"consent_{use}Yes")
        self.tap("consentNextButton")
        wait_until(lambda: bool(self.scene.styles), "the styles")

    def go_to_camera(self) -> None:
        self.go_to_style()
        self.tap("style_ink_wash")
        self.tap("styleNextButton")
        wait_until(lambda: self.scene.camera == "live", "the camera")

    def go_to_review(self) -> None:
        self.go_to_camera()
        self.tap("shutterButton")
        self.wait_for(State.REVIEW)

    def go_to_letter(self) -> None:
        self.go_to_review()
        self.tap("keepButton")
        self.wait_for(State.LETTER)

    def go_to_thanks(self) -> None:
        self.go_to_letter()
        self.type("안녕")
        self.tap("letterNextButton")
        self.tap("voiceNoneButton")
        self.tap("voiceNextButton")
        wait_until(lambda: self.visit.output is not None, "the picture")
        self.tap("finishButton")
        self.wait_for(State.THANKS)
