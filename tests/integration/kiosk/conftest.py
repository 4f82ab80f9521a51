"""The window's tests run without a display, in the software renderer, with one application for all of them."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_QUICK_BACKEND"] = "software"

import pytest
from PySide6.QtGui import QGuiApplication

from kiosk.app import Kiosk
from kiosk.settings import BridgeSettings, CameraSettings, DisplaySettings, KioskSettings, StoreSettings, TimingSettings
from kiosk.ui.fonts import find_fonts
from kiosk.ui.lasting_singletons import keep_singletons_alive
from kiosk.ui.window import BoothWindow, build_views
from tests.integration.kiosk.stage import Stage, settle
from tests.unit.kiosk.contract_bridge import TOKEN, ContractBridge


@pytest.fixture(scope="session", autouse=True)
def app() -> QGuiApplication:
    """Needed by everything that touches Qt, so it is there from the first test on."""
    keep_singletons_alive()
    gc.freeze()  # makes the sweeping below quick
    return QGuiApplication(["tests"])


@pytest.fixture(autouse=True)
def swept(app: QGuiApplication) -> None:
    """The windows of earlier tests leave the memory now.

    Left to chance that happened inside a signal of the next window, which Qt does not survive. A booth has one window
    for as long as it runs.
    """
    gc.collect()


@pytest.fixture
def booth(app: QGuiApplication) -> Iterator[BoothWindow]:
    """The window with its views and nobody behind them, tall and in Korean."""
    display = DisplaySettings(language="ko", touch_guard_s=0.0)
    window = BoothWindow(build_views(display, countdown_s=5.0, fonts=find_fonts()))
    window.show(size=(1080, 1920), is_windowed=True)
    yield window
    window.close()
    settle(0.02)


@pytest.fixture
def bridge() -> Iterator[ContractBridge]:
    with ContractBridge() as running:
        yield running


@pytest.fixture
def settings(bridge: ContractBridge, tmp_path: Path) -> KioskSettings:
    """A booth that does not make its visitors wait long."""
    (tmp_path / "token").write_text(TOKEN)
    return KioskSettings(
        store=StoreSettings(data_dir=tmp_path),
        bridge=BridgeSettings(url=bridge.url, connect_timeout_s=0.5, read_timeout_s=2.0),
        camera=CameraSettings(frames_per_s=25.0, stall_s=0.5),
        timing=TimingSettings(countdown_s=1.0, hand_over_patience_s=1.0),
        display=DisplaySettings(language="ko", touch_guard_s=0.0),
    )


@pytest.fixture
def stage(app: QGuiApplication, settings: KioskSettings) -> Iterator[Stage]:
    """The whole kiosk, open, with the contract's bridge behind it and a finger in front."""
    kiosk = Kiosk(settings)
    kiosk.start(size=(1080, 1920), is_windowed=True)
    yield Stage(kiosk)
    kiosk.close()
    settle(0.02)
