"""What the visitor sees when something goes wrong, and how the visit goes on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication

from kiosk.app import Kiosk
from kiosk.flow import events as e
from kiosk.flow.scene import State
from kiosk.settings import CameraSettings, KioskSettings, TimingSettings
from tests.integration.kiosk.stage import Stage, settle, wait_until
from tests.unit.kiosk.contract_bridge import ContractBridge
from tests.unit.kiosk.mjpeg_server import NetworkCamera


def test_full_disk_is_said_plainly_and_a_retry_saves(stage: Stage, bridge: ContractBridge) -> None:
    bridge.faults["PUT capture"] = [507]
    stage.go_to_review()
    photo = stage.visit.still
    stage.tap("keepButton")
    stage.wait_for(State.SORRY)
    assert any("공간이 없습니다" in text for text in stage.texts())
    assert bridge.visits == {}

    stage.tap("staffButton")
    settle(0.1)
    assert stage.is_shown("staffCalledText")
    stage.tap("retryButton")
    stage.wait_for(State.LETTER)
    assert [visit.image for visit in bridge.visits.values()] == [photo.image]


def test_apology_speaks_the_visitors_language(stage: Stage, bridge: ContractBridge) -> None:
    bridge.faults["PUT capture"] = [507]
    stage.go_to_review()
    stage.tap("keepButton")
    stage.wait_for(State.SORRY)
    stage.tap("languageSwitch")
    settle(0.1)

    assert {
        "We are sorry",
        "There is no room to keep this safely. It was not saved. Please ask the staff for help.",
    } <= (stage.texts())


def test_finish_that_cannot_be_sent_may_be_left_to_the_booth(stage: Stage, bridge: ContractBridge) -> None:
    stage.go_to_letter()
    stage.tap("letterNextButton")
    stage.tap("voiceNoneButton")
    stage.tap("voiceNextButton")
    bridge.faults["POST finish"] = ["reset"] * 50
    stage.tap("finishButton")
    stage.wait_for(State.SORRY)
    visit_id = stage.visit.visit_id
    stage.tap("sendLaterButton")
    stage.wait_for(State.ATTRACT)
    bridge.faults.clear()

    wait_until(lambda: bridge.visits[visit_id].finish is not None, "the later delivery")


def test_voice_that_fails_can_be_tried_again(stage: Stage, bridge: ContractBridge) -> None:
    bridge.faults["POST speech"] = [500]
    stage.go_to_letter()
    stage.type("안녕")
    stage.tap("letterNextButton")
    stage.tap("voiceReadButton")
    wait_until(lambda: stage.visit.voice_state == "failed", "the failure")
    assert not stage.is_shown("listenButton")
    stage.tap("voiceRetryButton")

    wait_until(lambda: stage.visit.voice_state == "ready", "the voice")


def test_letter_without_words_is_not_tried_again(stage: Stage) -> None:
    stage.go_to_letter()
    stage.type("...")
    stage.tap("letterNextButton")
    stage.tap("voiceReadButton")
    wait_until(lambda: stage.visit.voice_state == "unreadable", "the cause")
    settle(0.1)
    assert any("읽을 글이 없습니다" in text for text in stage.texts())
    assert not stage.is_shown("voiceRetryButton")
    stage.tap("voiceNextButton")
    stage.wait_for(State.RESULT)


def test_booth_that_is_not_enrolled_tells_visitors_and_staff(stage: Stage, bridge: ContractBridge) -> None:
    bridge.faults["GET memorials"] = [401, 401]
    stage.tap("beginButton")
    stage.tap("language_ko")
    wait_until(lambda: stage.is_shown("enrolNote"), "the note for staff")
    assert any("안내 데스크" in text for text in stage.texts())
    assert any("memorial-booth kiosk enrol --code" in text for text in stage.texts())
    wait_until(lambda: not stage.is_shown("enrolNote"), "the list")


def test_booth_without_a_loudspeaker_says_so(stage: Stage) -> None:
    if stage.kiosk.views.listener.has_speaker:
        pytest.skip("this machine has a loudspeaker")
    stage.go_to_letter()
    stage.type("안녕")
    stage.tap("letterNextButton")
    stage.tap("voiceReadButton")
    wait_until(lambda: stage.visit.voice_state == "ready", "the voice")
    settle(0.1)

    assert any("스피커가 없습니다" in text for text in stage.texts())
    assert not stage.is_shown("listenButton")
    stage.kiosk.views.listener.play()
    assert not stage.kiosk.views.listener.is_playing


@pytest.fixture
def stream() -> Iterator[NetworkCamera]:
    with NetworkCamera() as running:
        yield running


@pytest.fixture
def streamed(app: QGuiApplication, settings: KioskSettings, stream: NetworkCamera) -> Iterator[Stage]:
    """A booth whose camera is a stream that can be cut."""
    camera = CameraSettings(source="url", address=stream.url, stall_s=0.5)
    kiosk = Kiosk(settings.model_copy(update={"camera": camera}))
    kiosk.start(size=(1280, 800))
    yield Stage(kiosk)
    kiosk.close()
    settle(0.02)


def test_camera_that_is_lost_comes_back(streamed: Stage, stream: NetworkCamera) -> None:
    streamed.go_to_camera()
    wait_until(lambda: streamed.is_shown("livePreview"), "the live picture")
    streamed.tap("shutterButton")
    stream.die()
    wait_until(lambda: streamed.scene.camera == "lost", "the loss")
    settle(0.1)
    assert streamed.is_shown("cameraLostNotice")
    assert not streamed.is_shown("countRing")
    assert not streamed.find("shutterButton").isEnabled()
    assert "카메라를 다시 켜고 있습니다" in streamed.texts()

    stream.start()
    wait_until(lambda: streamed.scene.camera == "live", "the return")
    wait_until(lambda: streamed.is_shown("livePreview"), "the live picture again")
    streamed.tap("shutterButton")
    streamed.wait_for(State.REVIEW)


def test_idle_booth_asks_and_then_forgets(app: QGuiApplication, settings: KioskSettings) -> None:
    timing = TimingSettings(countdown_s=1.0, idle_warning_s=5.0, idle_answer_s=5.0)
    kiosk = Kiosk(settings.model_copy(update={"timing": timing}))
    kiosk.start(size=(1080, 1920))
    stage = Stage(kiosk)
    stage.tap("beginButton")
    stage.wait_for(State.LANGUAGE)
    wait_until(lambda: stage.is_shown("idleWarning"), "the question", limit_s=8)
    stage.tap("stillHereButton")
    settle(0.2)
    assert not stage.is_shown("idleWarning")

    wait_until(lambda: stage.scene.state is State.ATTRACT, "the reset", limit_s=14)
    kiosk.close()


def test_touching_anywhere_keeps_the_visit_awake(stage: Stage) -> None:
    stage.tap("beginButton")
    stage.wait_for(State.LANGUAGE)
    before_s = stage.kiosk.runner.machine.scene.touched_at_s
    settle(0.6)
    stage.tap("largeTextSwitch")

    assert stage.kiosk.runner.machine.scene.touched_at_s > before_s


def test_leaving_is_asked_about_and_erases(stage: Stage, bridge: ContractBridge) -> None:
    stage.go_to_letter()
    visit_id = stage.visit.visit_id
    stage.tap("leaveButton")
    settle(0.1)
    stage.tap("stayButton")
    assert stage.scene.state is State.LETTER
    stage.tap("leaveButton")
    stage.tap("leaveForSureButton")
    stage.wait_for(State.ATTRACT)

    wait_until(lambda: visit_id in bridge.erased, "the erasure at the bridge")


def test_event_of_an_earlier_visit_changes_nothing(stage: Stage) -> None:
    stage.go_to_review()
    still = stage.visit.still
    stage.tap("leaveButton")
    stage.tap("leaveForSureButton")
    stage.wait_for(State.ATTRACT)
    stage.kiosk.runner.dispatch(e.StillTaken("another-visit", still))
    settle(0.1)

    assert stage.scene.state is State.ATTRACT
    assert "original" not in stage.kiosk.views.pictures.sources
