"""A whole visit on the real screens, against a real HTTP server that speaks the bridge's contract."""

from __future__ import annotations

import hashlib
from typing import Literal

import pytest
from PySide6.QtCore import QCoreApplication, QTimer

from boothkit import waiting
from kiosk.app import Kiosk
from kiosk.auto_visitor import AutoVisitor, Report, StepTime, Wishes
from kiosk.flow.scene import State
from kiosk.settings import KioskSettings
from kiosk.ui.fingers import Fingers
from tests.integration.kiosk.stage import Stage, settle, wait_until, walk
from tests.unit.kiosk.contract_bridge import ContractBridge

STEPS = [
    "begin",
    "language",
    "memorial",
    "consent",
    "style",
    "capture",
    "review",
    "hand_over",
    "letter",
    "voice",
    "picture",
    "finish",
    "thanks",
]


def run_visitor(stage: Stage, wishes: Wishes) -> tuple[Report, list[StepTime]]:
    reports: list[Report] = []
    steps: list[StepTime] = []
    visitor = AutoVisitor(stage.kiosk.booth, wishes, on_step=steps.append, on_end=reports.append)
    visitor.start()
    wait_until(lambda: bool(reports), "the end of the visit", limit_s=60)
    return reports[0], steps


@pytest.mark.parametrize(
    ("language", "letter", "sender_name"),
    [
        ("ko", "할머니, 괜찮아요. 꽃이 피었어요.\n값진 시간 고마워요 (1954)", "박서연"),
        ("en", "Dear Grandmother, I miss you. ABC (1954)\nWith love", "Seoyeon O'Park"),
    ],
)
def test_automatic_visitor_reaches_the_end(
    stage: Stage, bridge: ContractBridge, language: Literal["ko", "en"], letter: str, sender_name: str
) -> None:
    wishes = Wishes(language, letter, sender_name, "친구" if language == "ko" else "friend", "ink_wash")
    report, steps = run_visitor(stage, wishes)

    assert (report.result, report.reason) == ("ok", "")
    assert [step.step for step in steps] == list(STEPS)
    assert steps == report.steps
    finish = bridge.finishes[0]
    assert (finish["letter"], finish["sender_name"], finish["language"]) == (letter, sender_name, language)
    assert finish["consents"] == {
        "family_page": True,
        "ai_restyle": True,
        "voice": True,
        "online_voice": True,
        "keep_until": None,
    }
    stored = bridge.visits[report.visit_id]
    assert report.photo_sha256 == hashlib.sha256(stored.image).hexdigest()
    assert (report.style_id, stored.wish["style_id"]) == ("ink_wash", "ink_wash")
    assert report.receipt_code == f"RC-{report.visit_id[-6:]}"
    assert report.engine == "painter"
    assert stage.kiosk.booth.warnings == []


def test_window_works_while_it_waits_for_the_bridge(stage: Stage, bridge: ContractBridge) -> None:
    """No answer is given before the window has worked on, so that a call which it waited for would never end."""
    beats: list[None] = []
    stuck: list[str] = []
    heart = QTimer()
    heart.timeout.connect(lambda: beats.append(None))
    heart.start(1)

    def wait_for_the_window(call: str) -> None:
        before = len(beats)
        try:
            waiting.wait_until(lambda: len(beats) > before + 3, within_s=10, what="the window")
        except TimeoutError:
            stuck.append(call)

    bridge.before_answer = wait_for_the_window
    run_visitor(stage, Wishes("ko", "보고 싶어요", "이름", "손자"))
    heart.stop()
    assert not stuck
    assert {"GET memorials", "PUT capture", "POST finish"} <= set(bridge.calls)


def test_long_letter_arrives_whole(stage: Stage, bridge: ContractBridge) -> None:
    letter = "사랑하는 할머니께 " * 12 + "– é 끝."
    report, _ = run_visitor(stage, Wishes("ko", letter, "이름", "손자"))

    assert report.result == "ok"
    assert bridge.finishes[0]["letter"] == letter


def test_visitor_without_a_letter_has_no_voice(stage: Stage, bridge: ContractBridge) -> None:
    report, _ = run_visitor(stage, Wishes("ko", "", "이름", "손자"))

    assert report.result == "ok"
    assert bridge.finishes[0]["voice"] == "none"
    assert bridge.calls["POST speech"] == 0


def test_visitor_reports_an_apology(stage: Stage, bridge: ContractBridge) -> None:
    bridge.faults["PUT capture"] = [507]
    report, _ = run_visitor(stage, Wishes("ko", "", "이름", "손자"))

    assert report.result == "failed"
    assert report.reason.startswith("hand_over: the booth apologised")


def test_visitor_names_the_styles_when_the_wished_one_is_not_offered(stage: Stage) -> None:
    report, _ = run_visitor(stage, Wishes("ko", "", "이름", "손자", style_id="no_such_style"))

    assert report.result == "failed"
    assert report.reason.startswith("style: the style no_such_style is not offered here, only ")


def test_visitor_names_what_it_waited_for(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A control that stays covered for ever, as it would behind a frozen window."""
    monkeypatch.setattr(Fingers, "can_tap", lambda self, name: name != "styleNextButton")
    report, _ = run_visitor(stage, Wishes("ko", "", "이름", "손자"))

    assert report.result == "failed"
    assert report.reason == "style: waited 10 s for the control styleNextButton"


def test_nothing_of_a_visitor_remains(stage: Stage) -> None:
    """After the farewell no text, picture, answer or address of the visitor is left in the window."""
    stage.go_to_letter()
    for field, text in (("senderNameField", "박서연"), ("relationField", "손녀"), ("letterArea", "할머니 보고 싶어요")):
        stage.tap(field)
        stage.type(text)
    stage.tap("largeTextSwitch")
    stage.tap("letterNextButton")
    stage.tap("voiceReadButton")
    wait_until(lambda: stage.visit.voice_state == "ready", "the voice")
    stage.tap("voiceNextButton")
    wait_until(lambda: stage.visit.output is not None, "the picture")
    stage.tap("finishButton")
    stage.wait_for(State.THANKS)
    wait_until(lambda: "qr" in stage.kiosk.views.pictures.images, "the QR code")
    secrets = ("박서연", "손녀", "할머니", stage.visit.receipt.code, stage.visit.visit_id)
    stage.tap("doneButton")
    stage.wait_for(State.ATTRACT)
    settle(0.3)

    views = stage.kiosk.views
    held = [str(vars(views.visit)), str(views.visit.facts._facts), *stage.texts()]
    assert not [text for text in held for secret in secrets if secret in text]
    assert set(views.pictures.images) <= {"scenery"}
    assert views.preview.latest.isNull()
    assert not views.listener.has_sound
    assert not views.display.is_large_text
    texts = [item.property("text") for item in walk(stage.window.contentItem()) if item.inherits("QQuickTextInput")]
    assert texts == []


def test_next_visitor_finds_empty_fields(stage: Stage) -> None:
    stage.go_to_letter()
    stage.type("지난 손님의 편지")
    stage.tap("leaveButton")
    stage.tap("leaveForSureButton")
    stage.wait_for(State.ATTRACT)
    stage.go_to_letter()

    for field in ("senderNameField", "relationField", "letterArea"):
        assert stage.find(field).property("text") == ""


def test_without_consent_to_a_picture_the_photograph_goes_alone(stage: Stage, bridge: ContractBridge) -> None:
    stage.tap("beginButton")
    stage.tap("language_ko")
    wait_until(lambda: bool(stage.scene.memorials), "the memorials")
    stage.tap(f"memorial_{stage.scene.memorials[0].memorial_id}")
    for use, answer in (("family_page", "Yes"), ("ai_restyle", "No"), ("online_voice", "No"), ("keep", "No")):
        stage.tap(f"consent_{use}{answer}")
    stage.tap("consentNextButton")
    wait_until(lambda: stage.scene.camera == "live", "the camera")
    stage.tap("shutterButton")
    stage.wait_for(State.REVIEW)
    stage.tap("keepButton")
    stage.wait_for(State.LETTER)
    stage.tap("letterNextButton")
    stage.tap("voiceNoneButton")
    stage.tap("voiceNextButton")
    stage.wait_for(State.RESULT)
    assert not stage.is_shown("choosePictureButton")
    stage.tap("finishButton")
    stage.wait_for(State.THANKS)

    finish = bridge.finishes[0]
    assert finish["chosen"] == "original"
    assert finish["consents"]["ai_restyle"] is False
    assert finish["consents"]["keep_until"] is not None


def test_consents_are_asked_one_by_one_and_none_is_given_beforehand(stage: Stage) -> None:
    stage.tap("beginButton")
    stage.tap("language_ko")
    wait_until(lambda: bool(stage.scene.memorials), "the memorials")
    stage.tap(f"memorial_{stage.scene.memorials[0].memorial_id}")
    wait_until(lambda: stage.is_shown("consentNextButton"), "the consents")
    uses = ("family_page", "ai_restyle", "online_voice", "keep")

    for use in uses:
        assert not stage.find(f"consent_{use}Yes").property("chosen")
        assert not stage.find(f"consent_{use}No").property("chosen")
        assert not stage.find("consentNextButton").isEnabled()
        stage.tap(f"consent_{use}Yes")
    assert stage.find("consentNextButton").isEnabled()
    stage.tap("consent_family_pageNo")
    assert not stage.find("consentNextButton").isEnabled()


def test_memorial_by_code(stage: Stage) -> None:
    stage.tap("beginButton")
    stage.tap("language_ko")
    stage.tap("codeToggleButton")
    for key in "NONE":
        stage.tap(f"code_{key}")
    stage.tap("openCodeButton")
    wait_until(lambda: stage.scene.notice == "code_unknown", "the refusal")
    assert "이 번호를 찾을 수 없습니다. 한 번 더 확인해 주세요." in stage.texts()

    for _ in "NONE":
        stage.tap("codeDelete")
    for key in "ROSE-12":
        stage.tap(f"code_{key}")
    stage.tap("openCodeButton")
    stage.wait_for(State.CONSENT)


def test_kiosk_closes_in_the_middle_of_a_visit(app: QCoreApplication, settings: KioskSettings) -> None:
    kiosk = Kiosk(settings)
    kiosk.start(size=(1280, 800))
    Stage(kiosk).go_to_camera()
    kiosk.close()

    assert kiosk.camera.wait_newer(0, timeout_s=0.2) is None
    assert kiosk.booth.warnings == []
