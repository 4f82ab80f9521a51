"""The painted live picture on the camera's screen."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication, QImage

from kiosk.app import Kiosk
from kiosk.flow.scene import Scene, State
from kiosk.imaging.artist import LiveArtist
from kiosk.imaging.framing import Image
from kiosk.imaging.preview import ScreenImage
from kiosk.settings import KioskSettings, PreviewSettings
from kiosk.ui.fingers import Fingers
from kiosk.ui.preview import PreviewView
from kiosk.ui.visit_view import find_style
from kiosk.ui.window import BoothWindow
from scripts.kiosk_scenes import list_shots, photo_frame
from scripts.screenshots_kiosk import bring
from tests.integration.kiosk.stage import Stage, settle, wait_until

SHOTS = {shot.name: shot for shot in list_shots("ko", has_pictures=False)}


def read_preview(image: QImage) -> np.ndarray:
    """The preview at a glance, (40, 30, 3) in red, green, blue."""
    small = image.scaled(QSize(30, 40)).convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(small.constBits(), np.uint8).reshape(40, small.bytesPerLine())
    return rows[:, :90].reshape(40, 30, 3).astype(np.int16)


def is_painted(stage: Stage) -> bool:
    """Ink on paper has little colour; the footage has an orange suit."""
    image = stage.kiosk.views.preview.latest
    if image.isNull():
        return False
    pixels = read_preview(image)
    return float((pixels.max(axis=2) - pixels.min(axis=2)).mean()) < 40.0


@pytest.fixture
def patient(app: QGuiApplication, settings: KioskSettings) -> Iterator[Stage]:
    """A booth that paints on, however slow the machine of the test is."""
    kiosk = Kiosk(settings.model_copy(update={"preview": PreviewSettings(budget_ms=500.0)}))
    kiosk.start(size=(1080, 1920))
    yield Stage(kiosk)
    kiosk.close()
    settle(0.02)


def test_the_visitor_sees_the_chosen_style_and_the_photograph_stays_plain(patient: Stage) -> None:
    patient.go_to_camera()
    wait_until(lambda: is_painted(patient), "the painted picture", limit_s=60.0)
    assert patient.kiosk.booth.warnings == []
    patient.tap("paintedSwitch")
    wait_until(lambda: not is_painted(patient), "the plain picture")
    assert "그림으로 보기" in patient.texts()
    patient.tap("paintedSwitch")
    wait_until(lambda: is_painted(patient), "the painted picture again")

    patient.tap("shutterButton")
    patient.wait_for(State.REVIEW)
    still = patient.visit.still
    pixels = cv2.imdecode(np.frombuffer(still.image, np.uint8), cv2.IMREAD_COLOR).astype(np.int16)
    assert (still.width_px, still.height_px) == (960, 1280)
    assert float((pixels.max(axis=2) - pixels.min(axis=2)).mean()) > 45.0


def test_nothing_of_the_last_visitor_is_painted_for_the_next(patient: Stage) -> None:
    patient.go_to_camera()
    wait_until(lambda: is_painted(patient), "the painted picture", limit_s=60.0)
    patient.tap("paintedSwitch")
    patient.tap("leaveButton")
    patient.tap("leaveForSureButton")
    patient.wait_for(State.ATTRACT)
    view = patient.kiosk.views.preview
    assert view.latest.isNull()
    assert not view.can_paint
    view.use_style(SHOTS["06_camera"].scene.visit.style)
    assert view.is_painted


def test_a_booth_without_painted_preview_has_no_switch(app: QGuiApplication, settings: KioskSettings) -> None:
    kiosk = Kiosk(settings.model_copy(update={"preview": PreviewSettings(painted=False)}))
    kiosk.start(size=(1280, 800))
    stage = Stage(kiosk)
    stage.go_to_camera()
    wait_until(lambda: not kiosk.views.preview.latest.isNull(), "a frame")
    assert not stage.is_shown("paintedSwitch")
    assert "편하게 앉아 주세요. 준비가 되면 버튼을 눌러 주세요. 다시 찍으실 수 있습니다." in stage.texts()
    kiosk.close()
    settle(0.02)


def test_without_a_style_there_is_nothing_to_switch(booth: BoothWindow) -> None:
    fingers = Fingers(booth.window)
    bring(booth, SHOTS["06_camera"], settle_s=0.05)
    assert fingers.find("paintedSwitch") is not None
    bring(booth, SHOTS["04_consent"], settle_s=0.05)
    assert not booth.views.preview.can_paint


def test_the_switch_rests_while_the_countdown_runs(booth: BoothWindow) -> None:
    bring(booth, SHOTS["06_countdown"], settle_s=0.05)
    switch = Fingers(booth.window).find("paintedSwitch")
    assert switch is not None
    assert not switch.isEnabled()


def test_a_picture_that_turns_out_too_slow_takes_its_switch_away(app: QGuiApplication, settings: KioskSettings) -> None:
    kiosk = Kiosk(settings.model_copy(update={"preview": PreviewSettings(budget_ms=5.0)}))
    kiosk.start(size=(1080, 1920))
    stage = Stage(kiosk)
    stage.go_to_camera()
    assert stage.is_shown("paintedSwitch")
    wait_until(lambda: not kiosk.views.preview.can_paint, "the machine to be found too slow", limit_s=60.0)
    settle(0.1)
    assert not stage.is_shown("paintedSwitch")
    wait_until(lambda: not is_painted(stage), "the plain picture")
    kiosk.close()
    settle(0.02)


def test_a_sample_that_came_after_the_choice_is_known(booth: BoothWindow) -> None:
    scene = SHOTS["05_style"].scene
    assert scene.visit is not None
    assert scene.visit.style is not None
    told: list[object] = []
    booth.views.visit.style_changed.connect(told.append)
    booth.views.visit.show(scene)
    chosen = scene.visit.style
    late = next(style for style in scene.styles or () if style.style_id == chosen.style_id)
    assert find_style(scene) == late
    assert find_style(Scene()) is None
    booth.views.visit.show(scene)
    booth.views.visit.show(Scene())
    assert [getattr(style, "style_id", None) for style in told] == [chosen.style_id, None]


class LingeringArtist(LiveArtist):
    """Still at work on a frame when its visitor leaves."""

    view: PreviewView

    def draw(self, frame: Image, *, width_px: int, height_px: int) -> ScreenImage:
        drawn = super().draw(frame, width_px=width_px, height_px=height_px)
        self.view.clear()
        return drawn


def test_a_frame_begun_for_an_earlier_visitor_is_thrown_away(app: QGuiApplication) -> None:
    artist = LingeringArtist(is_enabled=True, budget_ms=500.0)
    artist.view = PreviewView(artist)
    artist.view.offer(photo_frame())
    settle(0.02)
    assert artist.view.latest.isNull()
    assert artist.view.frame_source == ""
