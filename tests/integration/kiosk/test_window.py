"""The window itself: languages, switches in the bar, names for screen readers, pictures, start and end."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QAccessible, QColor, QGuiApplication, QImage
from PySide6.QtQml import QQmlComponent, QQmlEngine
from PySide6.QtQuick import QQuickItem

from kiosk.flow.scene import Scene
from kiosk.settings import DisplaySettings
from kiosk.ui.fonts import find_fonts
from kiosk.ui.pictures import PictureProvider, decode_picture
from kiosk.ui.window import QML_FOLDER, BoothWindow, build_views
from scripts.kiosk_scenes import list_shots, photo_frame
from scripts.screenshots_kiosk import bring
from tests.integration.kiosk.layout_rules import TARGET_PX
from tests.integration.kiosk.stage import settle, wait_until, walk

SHOTS = {shot.name: shot for shot in list_shots("ko", has_pictures=False)}


def texts_of(booth: BoothWindow) -> set[str]:
    items = walk(booth.window.contentItem())
    return {str(item.property("text")).replace("\u2060", "") for item in items if item.property("text")}


def find(booth: BoothWindow, name: str) -> QQuickItem:
    return next(item for item in walk(booth.window.contentItem()) if item.objectName() == name)


def test_language_is_switched_while_the_screen_stands(booth: BoothWindow) -> None:
    bring(booth, SHOTS["07_review"], settle_s=0.05)
    assert "이 사진으로 하기" in texts_of(booth)
    button = find(booth, "keepButton")
    scene = SHOTS["07_review"].scene
    booth.views.visit.show(Scene(**{**vars(scene), "language": "en"}))
    assert button.property("text") == "Keep it"
    booth.views.visit.show(scene)
    assert button.property("text") == "이 사진으로 하기"


def test_plural_of_the_idle_question(booth: BoothWindow) -> None:
    def lead(seconds: float) -> str:
        scene = Scene(**{**vars(SHOTS["14_idle"].scene), "language": "en", "idle_left_s": seconds})
        booth.views.visit.show(scene)
        return str(find(booth, "idleWarning").property("lead"))

    assert "in 1 second," in lead(1.0)
    assert "in 12 seconds," in lead(12.0)


def test_every_control_and_text_has_a_name_for_the_screen_reader(booth: BoothWindow) -> None:
    QAccessible.setActive(True)
    for shot in SHOTS.values():
        bring(booth, shot, settle_s=0.02)
        found = QAccessible.queryAccessibleInterface(booth.window)
        nameless, waiting, named = [], [found], set()
        while waiting:
            face = waiting.pop()
            name = face.text(QAccessible.Text.Name)
            role = face.role()
            if role in (QAccessible.Role.Button, QAccessible.Role.RadioButton, QAccessible.Role.CheckBox) and not name:
                nameless.append(str(face.object()))
            named.add(name)
            waiting.extend(face.child(index) for index in range(face.childCount()))
        assert nameless == [], shot.name
        words = [item for item in walk(booth.window.contentItem()) if item.property("words")]
        missing = [str(item.property("words")) for item in words if not _is_said(item, named)]
        assert missing == [], shot.name


def _is_said(text: QQuickItem, named: set[str]) -> bool:
    """A text is said by itself, or as part of the name of the control that it labels."""
    words = str(text.property("words"))
    return words in named or any(words in name for name in named)


def test_bar_switches_change_the_whole_screen(booth: BoothWindow) -> None:
    bring(booth, SHOTS["07_review"], settle_s=0.05)
    title = next(item for item in walk(booth.window.contentItem()) if item.property("words") == "이 사진으로 할까요?")
    font_px = title.property("font").pixelSize()
    top = title.mapToScene(title.boundingRect().topLeft()).y()
    booth.views.display.toggle_large_text()
    booth.views.display.toggle_high_contrast()
    booth.views.display.toggle_low_reach()
    settle(0.1)

    assert title.property("font").pixelSize() > font_px
    assert title.property("color") == QColor("#ffffff")
    assert title.mapToScene(title.boundingRect().topLeft()).y() > top + 300
    booth.views.display.reset()
    settle(0.1)
    assert title.property("font").pixelSize() == font_px


def test_contrast_of_texts_is_enough(app: QGuiApplication) -> None:
    """WCAG 2.2: 4.5 to 1 for every colour that words are written in, on paper and on cards; 7 in high contrast."""
    for is_high in (False, True):
        theme = _read_theme(is_high_contrast=is_high)
        least = 7.0 if is_high else 4.5
        for ground in ("paper", "sheet", "accentWash"):
            for ink in ("ink", "inkSoft", "accent"):
                assert _contrast(theme[ink], theme[ground]) >= least, (is_high, ink, ground)
        assert _contrast(theme["accentText"], theme["accent"]) >= least
        assert _contrast(theme["hint"], theme["sheet"]) >= least
        assert _contrast(theme["hint"], theme["ink"]) >= 2.0, "an empty field must not look written in"


def _read_theme(*, is_high_contrast: bool) -> dict[str, QColor]:
    engine = QQmlEngine()
    engine.addImportPath(str(QML_FOLDER))
    component = QQmlComponent(engine)
    component.setData(b"import QtQuick\nimport Booth\nQtObject { property var theme: Theme }", "")
    holder = component.create()
    theme = holder.property("theme")
    theme.setProperty("highContrast", is_high_contrast)
    names = ("paper", "sheet", "accentWash", "ink", "inkSoft", "accent", "accentText", "hint")
    return {name: theme.property(name) for name in names}


def _contrast(one: QColor, other: QColor) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: QColor) -> float:
    parts = [colour.redF(), colour.greenF(), colour.blueF()]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_preview_shows_the_newest_frame_mirrored_and_in_size(booth: BoothWindow) -> None:
    bring(booth, SHOTS["06_camera"], settle_s=0.05)
    sheet = find(booth, "livePreview").parentItem()
    frame = np.zeros((720, 1280, 3), np.uint8)
    frame[:, :640] = (0, 0, 255)
    booth.views.preview.offer(photo_frame())
    booth.views.preview.offer(frame)
    wait_until(lambda: booth.views.preview.frame_source.endswith("/1"), "one frame for two offers", limit_s=2)

    latest = booth.views.preview.latest
    assert latest.size() == QSize(int(sheet.width()), int(sheet.height()))
    middle = latest.height() // 2
    assert latest.pixelColor(10, middle) == QColor(0, 0, 0)
    assert latest.pixelColor(latest.width() - 10, middle) == QColor(255, 0, 0)

    def is_on_the_screen() -> bool:
        # The screen may still be sliding in.
        x_px = sheet.mapToScene(sheet.boundingRect().center()).toPoint().x() + 200
        return booth.window.grabWindow().pixelColor(x_px, 900) == QColor(255, 0, 0)

    wait_until(is_on_the_screen, "the frame on the screen")


def test_pictures_reach_the_screen_and_leave_it(booth: BoothWindow) -> None:
    bring(booth, SHOTS["11_result"], settle_s=0.3)
    assert {"original", "picture"} <= set(booth.views.pictures.images)
    booth.views.visit.show(Scene(language="ko"))
    settle(0.1)

    assert set(booth.views.pictures.images) <= {"scenery"}


def test_unreadable_picture_is_left_out(booth: BoothWindow) -> None:
    booth.views.pictures.put("original", "broken", lambda: decode_picture(b"no picture at all"))
    settle(0.1)

    assert "original" not in booth.views.pictures.sources


def test_pictures_are_scaled_on_demand(booth: BoothWindow) -> None:
    booth.views.pictures.images["grey"] = QImage(1000, 500, QImage.Format.Format_RGB32)
    provider = PictureProvider(booth.views.pictures)

    assert provider.requestImage("grey/7", QSize(), QSize(200, 200)).size() == QSize(400, 200)
    assert provider.requestImage("grey/7", QSize(), QSize()).size() == QSize(1000, 500)
    assert provider.requestImage("nothing/1", QSize(), QSize(10, 10)).isNull()


def test_opening_and_closing_again_and_again_leaves_no_warning(app: QGuiApplication) -> None:
    for _ in range(3):
        window = BoothWindow(build_views(DisplaySettings(language="en"), countdown_s=5.0, fonts=find_fonts()))
        window.show(size=(1280, 800), is_windowed=True)
        settle(0.05)
        window.close()
        assert window.warnings == []


@pytest.mark.parametrize(
    "name", ["leaveButton", "largeTextSwitch", "contrastSwitch", "lowReachSwitch", "languageSwitch"]
)
def test_bar_is_on_every_screen_of_a_visit(booth: BoothWindow, name: str) -> None:
    missing = []
    for shot in SHOTS.values():
        bring(booth, shot, settle_s=0.01)
        shown = [item for item in walk(booth.window.contentItem()) if item.objectName() == name]
        if not shown or shown[0].height() < TARGET_PX:
            missing.append(shot.name)

    assert missing == (["01_attract"] if name == "leaveButton" else [])
