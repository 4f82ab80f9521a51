"""What the screens are told, where it decides what a visitor is promised."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.errors import BridgeUnreachableError, CameraError, KioskError
from kiosk.flow import events as e
from kiosk.flow.scene import Scene, State
from kiosk.flow.visit import Language, StyleSource, Words
from kiosk.ui.facts import AUTHOR_LETTERS, Facts, build_facts, write_credit
from tests.unit.kiosk.booth import Booth

V = "visit-1"


def facts_of(scene: Scene) -> Facts:
    return build_facts(scene, hall_name=Words("집", "Hall"), answers={}, sources={}, countdown_s=5.0)


def apologise(error: KioskError) -> Scene:
    booth = Booth().go_to(State.SAVING)
    booth.send(e.CaptureNotSaved(V, error))
    return booth.scene


def test_a_photograph_that_is_sent_again_is_still_here() -> None:
    facts = facts_of(apologise(BridgeUnreachableError()))

    assert (facts.is_still_here, facts.is_kept) == (True, False)


def test_a_photograph_that_was_not_kept_is_not_promised() -> None:
    booth = Booth().go_to(State.CAMERA)
    booth.send(e.CameraChanged("lost"))
    booth.wait(booth.rules.camera_patience_s + 1)
    assert booth.state is State.SORRY

    assert booth.scene.sorry is not None
    assert booth.scene.sorry.words.en == CameraError().public_message("en")
    assert not facts_of(booth.scene).is_still_here


@pytest.mark.parametrize("state", [state for state in State if state is not State.SORRY])
def test_leaving_is_offered_wherever_it_is_possible(state: State) -> None:
    booth = Booth().go_to(state)
    is_possible = booth.machine.handle(e.VisitLeft(), now_s=booth.now_s).is_accepted

    assert facts_of(Booth().go_to(state).scene).can_leave == is_possible


def test_leaving_is_not_offered_while_the_answer_to_a_finish_is_awaited() -> None:
    booth = Booth().go_to(State.RESULT)
    booth.send(e.FinishPressed())

    assert booth.refuses(e.VisitLeft())
    assert not facts_of(booth.scene).can_leave


@pytest.mark.parametrize(("letter", "has_letter"), [("", False), (" \n\u200b", False), ("ㅠㅠ", True), ("💐", True)])
def test_a_letter_is_what_can_be_seen(letter: str, has_letter: bool) -> None:
    scene = Booth().go_to(State.LETTER).scene
    assert scene.visit is not None

    assert facts_of(replace(scene, visit=replace(scene.visit, letter=letter))).has_letter == has_letter


@pytest.mark.parametrize(
    ("licence", "language", "shown"),
    [
        ("LicenseRef-permission", "ko", "김화가 · 허락을 받아 사용"),
        ("LicenseRef-permission", "en", "김화가 · used with permission"),
        ("LicenseRef-own-work", "en", "김화가 · the hall’s own work"),
        ("CC-BY-4.0", "ko", "김화가 · CC-BY-4.0"),
    ],
)
def test_a_licence_is_shown_in_words_that_visitors_read(licence: str, language: Language, shown: str) -> None:
    assert write_credit(StyleSource("김화가", licence), language) == shown


def test_a_long_author_leaves_room_for_the_licence() -> None:
    credit = write_credit(StyleSource("가" * 90, "CC0-1.0"), "ko")
    assert credit == "가" * (AUTHOR_LETTERS - 1) + "… · CC0-1.0"
    assert write_credit(None, "ko") == ""
