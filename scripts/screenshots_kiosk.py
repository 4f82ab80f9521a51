"""Draws every screen of the kiosk into PNG files, in Korean and English, tall and wide. Needs no display.

Usage: python -m scripts.screenshots_kiosk FOLDER [--size 1080x1920 ...] [--language ko ...] [--text-scale 1.6]
       [--high-contrast] [--low-reach] [--only 09_letter ...]
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from PySide6.QtQuick import QQuickItem

    from kiosk.ui.window import BoothWindow
    from scripts.kiosk_scenes import Shot

SIZES = ("1080x1920", "1280x800")
LANGUAGES = ("ko", "en")
_SETTLE_S = 0.7


def main(argv: list[str] | None = None) -> int:
    options = _parse(argv)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_QUICK_BACKEND"] = "software"
    for size in options.size:
        for language in options.language:
            folder = options.folder / f"{size}_{language}"
            folder.mkdir(parents=True, exist_ok=True)
            draw_all(folder, size, language, options)
    return 0


def _parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the pictures go, one folder per size and language")
    parser.add_argument("--size", nargs="+", default=list(SIZES))
    parser.add_argument("--language", nargs="+", choices=LANGUAGES, default=list(LANGUAGES))
    parser.add_argument("--text-scale", type=float, default=1.0)
    parser.add_argument("--high-contrast", action="store_true")
    parser.add_argument("--low-reach", action="store_true")
    parser.add_argument("--only", nargs="+", default=[], help="names of screens, like 09_letter")
    return parser.parse_args(argv)


def draw_all(folder: Path, size: str, language: Literal["ko", "en"], options: argparse.Namespace) -> None:
    """Open the window once and bring each scene on it in turn."""
    from scripts.kiosk_scenes import list_shots

    booth = _open_window(size, language, options)
    for shot in list_shots(language):
        if not options.only or shot.name in options.only:
            bring(booth, shot)
            booth.window.grabWindow().save(str(folder / f"{shot.name}.png"))
    for warning in booth.warnings:
        print(warning, file=sys.stderr)
    booth.close()


def _open_window(size: str, language: Literal["ko", "en"], options: argparse.Namespace) -> BoothWindow:
    from PySide6.QtGui import QGuiApplication

    from kiosk.settings import DisplaySettings
    from kiosk.ui.fonts import find_fonts
    from kiosk.ui.lasting_singletons import keep_singletons_alive
    from kiosk.ui.window import BoothWindow, build_views
    from scripts.kiosk_scenes import HALL

    keep_singletons_alive()
    application = QGuiApplication.instance() or QGuiApplication(["screenshots"])
    application.setProperty("keep", application)
    settings = DisplaySettings(
        language=language,
        hall_name_ko=HALL.ko,
        hall_name_en=HALL.en,
        text_scale=options.text_scale,
        high_contrast=options.high_contrast,
        low_reach=options.low_reach,
    )
    booth = BoothWindow(build_views(settings, countdown_s=5.0, fonts=find_fonts()))
    width, height = (int(side) for side in size.split("x"))
    booth.show(size=(width, height), is_windowed=True)
    return booth


def bring(booth: BoothWindow, shot: Shot, *, settle_s: float = _SETTLE_S) -> None:
    """Show one scene and wait until pictures and transitions have come to rest."""
    from kiosk.flow.scene import Scene
    from scripts.kiosk_scenes import photo_frame

    views = booth.views
    views.visit.show(Scene(language=shot.scene.language))
    if "preview" in shot.marks:
        views.preview.offer(photo_frame())
    views.visit.show(shot.scene)
    for use, answer in shot.answers.items():
        views.visit.answer_consent(use, answer == "yes")
    _settle(min(0.2, settle_s))
    if "code" in shot.marks:
        find_item(booth.window.contentItem(), "screens").property("item").setProperty("byCode", True)
    question = find_item(booth.window.contentItem(), "leaveQuestion")
    question.setProperty("visible", "leave" in shot.marks)
    _settle(settle_s)


def _settle(seconds: float) -> None:
    from PySide6.QtCore import QCoreApplication

    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s:
        QCoreApplication.processEvents()
        time.sleep(0.01)


def find_item(root: QQuickItem, name: str) -> QQuickItem:
    """The first item below `root` with this objectName; raises LookupError."""
    waiting = [root]
    while waiting:
        item = waiting.pop()
        if item.objectName() == name:
            return item
        waiting.extend(item.childItems())
    raise LookupError(name)


if __name__ == "__main__":
    sys.exit(main())
