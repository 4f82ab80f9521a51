"""Whole visits through real workers, disk, camera and HTTP; only the screen is missing."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from boothkit.waiting import wait_until
from kiosk.bridge.client import BridgeClient
from kiosk.camera.faults import Fault
from kiosk.errors import SorryReason
from kiosk.flow import events as e
from kiosk.flow.scene import Notice, State
from kiosk.flow.visit import Consents
from tests.unit.kiosk.contract_bridge import AUDIO, PICTURE, ContractBridge
from tests.unit.kiosk.samples import CONSENTS
from tests.unit.kiosk.window import Window


@pytest.fixture
def window(tmp_path: Path, client: BridgeClient) -> Iterator[Window]:
    with Window(tmp_path / "booth", client) as open_window:
        yield open_window


def test_a_whole_visit(window: Window, bridge: ContractBridge, tmp_path: Path) -> None:
    visit_id = window.go_to_letter()
    still = window.scene.visit.still if window.scene.visit else None
    assert still is not None
    window.until(lambda scene: scene.visit and scene.visit.output)
    window.send(e.LetterDrafted("할머니께", "김민수", "손자"))
    window.send(e.LetterConfirmed())
    window.send(e.VoiceChosen("letter_read_aloud"))
    window.until(lambda scene: scene.visit and scene.visit.speech)
    visit = window.scene.visit
    assert visit is not None
    assert visit.speech is not None
    assert visit.output is not None
    assert (visit.speech.audio, visit.output.image) == (AUDIO, PICTURE)
    window.send(e.VoiceConfirmed())
    window.send(e.FinishPressed())
    scene = window.until_state(State.THANKS)
    assert scene.visit is not None
    assert scene.visit.receipt is not None
    stored = bridge.visits[visit_id]
    assert hashlib.sha256(stored.image).hexdigest() == still.sha256
    assert stored.finish is not None
    assert (stored.finish["letter"], stored.finish["voice"]) == ("할머니께", "letter_read_aloud")
    assert stored.finish["consents"]["voice"] is True
    (proof,) = (tmp_path / "booth/journal/done").glob(f"*/{visit_id}.json")
    assert json.loads(proof.read_text())["photo_sha256"] == still.sha256
    assert window.journal.list_entries() == ()


def test_samples_of_the_styles_come_after_the_list(window: Window, bridge: ContractBridge) -> None:
    window.send(e.VisitBegun())
    window.send(e.LanguageChosen("en"))
    window.until(lambda scene: scene.memorials)
    window.send(e.MemorialCodeEntered("rose-12"))
    window.until_state(State.CONSENT)
    window.send(e.ConsentsGiven(CONSENTS))
    window.until(lambda scene: scene.styles and all(style.sample == PICTURE for style in scene.styles))


def test_the_photograph_is_on_disk_before_it_is_on_the_screen(window: Window) -> None:
    visit_id = window.go_to_review()
    assert window.scene.visit is not None
    assert window.scene.visit.still is not None
    assert window.journal.read_image(visit_id) == window.scene.visit.still.image


def test_a_retake_leaves_nothing_of_the_first_photograph(window: Window) -> None:
    window.go_to_review()
    window.send(e.RetakePressed())
    wait_until(lambda: window.journal.list_entries() == ())


def test_leaving_erases_here_and_at_the_bridge(window: Window, bridge: ContractBridge) -> None:
    visit_id = window.go_to_letter()
    window.send(e.VisitLeft())
    wait_until(lambda: visit_id in bridge.erased)
    wait_until(lambda: window.journal.list_entries() == ())
    assert window.scene.visit is None


def test_leaving_before_approval_tells_the_bridge_nothing(window: Window, bridge: ContractBridge) -> None:
    window.go_to_review()
    window.send(e.VisitLeft())
    wait_until(lambda: window.journal.list_entries() == ())
    assert bridge.calls["DELETE visit"] == 0
    assert not bridge.captures_seen


def test_passing_trouble_is_not_shown_to_the_visitor(window: Window, bridge: ContractBridge) -> None:
    bridge.faults["PUT capture"] = [503, "cut"]
    bridge.faults["POST finish"] = ["reset"]
    visit_id = window.go_to_result()
    window.send(e.FinishPressed())
    window.until_state(State.THANKS)
    assert not [scene for scene in window.scenes if scene.state is State.SORRY]
    assert len(bridge.finishes) == 1
    assert bridge.captures_seen.count(visit_id) == 2, "the answer that was lost was asked for again"


def test_what_cannot_be_saved_is_said_and_can_be_tried_again(window: Window, bridge: ContractBridge) -> None:
    bridge.faults["PUT capture"] = [503] * 20
    window.go_to_review()
    window.send(e.CaptureApproved())
    scene = window.until_state(State.SORRY)
    assert scene.sorry is not None
    assert scene.sorry.reason is SorryReason.BRIDGE_UNREACHABLE
    bridge.faults.clear()
    window.send(e.RetryPressed())
    window.until_state(State.LETTER)


def test_a_full_bridge_is_said_at_once(window: Window, bridge: ContractBridge) -> None:
    bridge.faults["PUT capture"] = [507]
    window.go_to_review()
    window.send(e.CaptureApproved())
    scene = window.until_state(State.SORRY)
    assert scene.sorry is not None
    assert scene.sorry.reason is SorryReason.STORAGE_FULL
    assert bridge.calls["PUT capture"] == 1


def test_a_finish_that_found_nobody_is_sent_later_when_the_visitor_agrees(
    window: Window, bridge: ContractBridge
) -> None:
    bridge.faults["POST finish"] = ["reset"] * 12
    visit_id = window.go_to_result("늦게 도착한 편지")
    window.send(e.FinishPressed())
    scene = window.until_state(State.SORRY)
    assert scene.sorry is not None
    assert scene.sorry.is_kept
    assert bridge.finishes == []
    window.send(e.SendLaterAccepted())
    assert window.scene.visit is None
    bridge.faults.clear()
    wait_until(lambda: len(bridge.finishes) == 1)
    assert bridge.visits[visit_id].finish is not None
    wait_until(lambda: window.journal.list_entries() == ())


def test_an_id_that_is_taken_is_replaced_without_losing_the_photograph(window: Window, bridge: ContractBridge) -> None:
    first = window.go_to_review()
    bridge.faults["PUT capture"] = [409]
    window.send(e.CaptureApproved())
    window.until_state(State.SORRY)
    window.send(e.RetryPressed())
    window.until_state(State.LETTER)
    assert window.visit_id() != first
    assert window.visit_id() in bridge.visits


def test_the_next_visitor_meets_nothing_of_the_last(window: Window) -> None:
    window.go_to_letter()
    window.send(e.VisitLeft())
    second = window.go_to_result("")
    window.send(e.FinishPressed())
    scene = window.until_state(State.THANKS)
    assert scene.visit is not None
    assert (scene.visit.visit_id, scene.visit.letter) == (second, "")


def test_a_camera_that_freezes_at_the_shutter_is_a_soft_word(window: Window) -> None:
    window.send(e.VisitBegun())
    window.send(e.LanguageChosen("ko"))
    window.until(lambda scene: scene.memorials)
    window.send(e.MemorialCodeEntered("ROSE-12"))
    window.until_state(State.CONSENT)
    window.send(e.ConsentsGiven(Consents(family_page=True)))
    window.until(lambda scene: scene.camera == "live")
    window.send(e.ShutterPressed())
    window.switch.set(Fault.FREEZE)
    window.until(lambda scene: scene.notice in (Notice.STILL_FAILED, Notice.CAMERA_LOST))
    window.switch.set(Fault.NONE)
    window.until(lambda scene: scene.camera == "live")
    window.send(e.ShutterPressed())
    window.until_state(State.REVIEW)


def test_lists_that_do_not_come_are_loaded_when_they_do(window: Window, bridge: ContractBridge) -> None:
    bridge.faults["GET memorials"] = [502, "html", "reset", 502, 502]
    window.send(e.VisitBegun())
    window.send(e.LanguageChosen("ko"))
    window.until(lambda scene: scene.notice is Notice.LIST_UNAVAILABLE)
    window.until(lambda scene: scene.memorials)


def test_a_voice_that_cannot_be_made_is_said(window: Window, bridge: ContractBridge) -> None:
    window.go_to_letter()
    window.send(e.LetterDrafted("편지", "", ""))
    window.send(e.LetterConfirmed())
    bridge.faults["POST speech"] = [503]
    window.send(e.VoiceChosen("letter_read_aloud"))
    window.until(lambda scene: scene.visit and scene.visit.voice_state == "failed")


def test_a_picture_that_does_not_load_is_loaded_again(window: Window, bridge: ContractBridge) -> None:
    bridge.faults["GET outputs"] = ["reset", 503]
    window.go_to_letter()
    window.until(lambda scene: scene.visit and scene.visit.output)


def test_closing_leaves_what_is_not_handed_over_in_the_journal(
    tmp_path: Path, client: BridgeClient, bridge: ContractBridge
) -> None:
    bridge.faults["PUT capture"] = ["slow"] * 9
    with Window(tmp_path / "booth", client) as window:
        visit_id = window.go_to_review()
        window.send(e.CaptureApproved())
        wait_until(lambda: bridge.calls["PUT capture"] == 1)
    assert [(entry.visit_id, entry.stage) for entry in window.journal.list_entries()] == [(visit_id, "approved")]
    bridge.faults.clear()
    with Window(tmp_path / "booth", client):
        wait_until(lambda: visit_id in bridge.visits)


def test_workers_end_with_the_window(tmp_path: Path, client: BridgeClient) -> None:
    with Window(tmp_path / "booth", client) as window:
        window.go_to_letter()
    wait_until(lambda: not [thread for thread in threading.enumerate() if thread.name.startswith(("kiosk", "courier"))])
