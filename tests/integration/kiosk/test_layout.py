"""Every screen, in both languages, both sizes and both text sizes: nothing is cut, too small or upon another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pytest
from PySide6.QtGui import QGuiApplication

from kiosk.settings import DisplaySettings
from kiosk.ui.fonts import find_fonts
from kiosk.ui.window import BoothWindow, build_views
from scripts.kiosk_scenes import HALL, list_shots
from scripts.screenshots_kiosk import bring
from tests.integration.kiosk.layout_rules import find_faults
from tests.integration.kiosk.stage import settle

SIZES = {"tall": (1080, 1920), "wide": (1280, 800)}


@dataclass(frozen=True)
class Look:
    language: Literal["ko", "en"]
    size: str
    text_scale: float
    low_reach: bool = False

    def __str__(self) -> str:
        return f"{self.language}-{self.size}-{self.text_scale}" + ("-low" if self.low_reach else "")


LOOKS = [
    *(Look(language, size, scale) for language in ("ko", "en") for size in SIZES for scale in (1.0, 1.6)),
    *(Look(language, size, 1.6, low_reach=True) for language in ("ko", "en") for size in SIZES),
]


@pytest.fixture
def booth(app: QGuiApplication, look: Look) -> Iterator[BoothWindow]:
    settings = DisplaySettings(
        language=look.language,
        hall_name_ko=HALL.ko,
        hall_name_en=HALL.en,
        text_scale=look.text_scale,
        low_reach=look.low_reach,
    )
    window = BoothWindow(build_views(settings, countdown_s=5.0, fonts=find_fonts()))
    window.show(size=SIZES[look.size], is_windowed=True)
    yield window
    window.close()
    settle(0.02)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_screen_fits(booth: BoothWindow, look: Look) -> None:
    faults = {}
    for shot in list_shots(look.language, has_pictures=False):
        bring(booth, shot, settle_s=0.04)
        if found := find_faults(booth.window):
            faults[shot.name] = found

    assert faults == {}
    assert booth.warnings == []
