"""A second tap, a letter that is full, the keys of the visitor before: small things that must not go wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem

from kiosk.flow import events as e
from kiosk.flow.scene import Scene
from kiosk.flow.visit import LETTER_MAX_CHARACTERS
from kiosk.settings import DisplaySettings
from kiosk.ui.fingers import Fingers
from kiosk.ui.fonts import find_fonts
from kiosk.ui.window import BoothWindow, build_views
from scripts.kiosk_scenes import list_shots
from scripts.screenshots_kiosk import bring
from tests.integration.kiosk.stage import settle, walk

SHOTS = {shot.name: shot for shot in list_shots("ko", has_pictures=False)}


def find(booth: BoothWindow, name: str) -> QQuickItem:
    return next(item for item in walk(booth.window.contentItem()) if item.objectName() == name)


def change_visit(name: str, **changes: Any) -> Scene:
    scene = SHOTS[name].scene
    assert scene.visit is not None
    return replace(scene, visit=replace(scene.visit, **changes))


@pytest.mark.parametrize(("guard_s", "is_taken"), [(2.0, False), (0.0, True)])
def test_second_tap_presses_nothing_on_the_screen_that_came(
    app: QGuiApplication, guard_s: float, is_taken: bool
) -> None:
    """A double tap on "Continue" would hand the memory over, and one on that close the receipt, unseen."""
    booth = BoothWindow(
        build_views(DisplaySettings(touch_guard_s=guard_s), countdown_s=5.0, fonts=find_fonts()),
    )
    booth.show(size=(1080, 1920), is_windowed=True)
    events: list[e.Event] = []
    booth.views.visit.connect_to(events.append)
    bring(booth, SHOTS["11_result"], settle_s=0.05)
    fingers = Fingers(booth.window)
    fingers.tap("finishButton")
    fingers.can_tap("finishButton")
    settle(0.05)

    assert any(isinstance(event, e.FinishPressed) for event in events) == is_taken
    assert fingers.can_tap("finishButton") == is_taken
    booth.close()


def test_next_visitor_finds_the_keys_of_the_language(booth: BoothWindow) -> None:
    bring(booth, SHOTS["09_letter_empty"], settle_s=0.05)
    keyboard = booth.views.keyboard
    for kind, label in (("letter", "ㄱ"), ("layout", ""), ("signs", "")):
        keyboard.press(kind, label)
    booth.views.visit.show(Scene(language="ko"))

    assert (keyboard.language, keyboard.signs, keyboard.shifted) == ("ko", False, False)
    bring(booth, SHOTS["09_letter_empty"], settle_s=0.05)
    keyboard.press("letter", "ㅏ")
    assert find(booth, "letterArea").property("preeditText") == "ㅏ"


def test_full_letter_says_so_and_keeps_its_end(booth: BoothWindow) -> None:
    full = "가" * (LETTER_MAX_CHARACTERS - 2) + "끝."
    scene = change_visit("09_letter", letter=full)
    bring(booth, replace(SHOTS["09_letter"], scene=scene), settle_s=0.05)
    area = find(booth, "letterArea")
    assert find(booth, "letterRoomText").property("words") == "편지지가 다 찼습니다."

    area.setProperty("cursorPosition", 0)
    booth.views.keyboard.insert("덧붙임")
    assert area.property("text") == full
    area.setProperty("text", full[:-3])
    assert find(booth, "letterRoomText").property("words") == "앞으로 3자를 더 쓰실 수 있습니다."


def test_live_picture_stays_where_it_is_when_the_countdown_begins(booth: BoothWindow) -> None:
    bring(booth, SHOTS["06_camera"], settle_s=0.05)
    area = find(booth, "livePreview").parentItem()
    before = (area.y(), area.height(), area.mapToScene(area.boundingRect().topLeft()).y())
    booth.views.visit.show(SHOTS["06_countdown"].scene)
    settle(0.05)

    assert (area.y(), area.height(), area.mapToScene(area.boundingRect().topLeft()).y()) == before
