"""Ways through a visit: the straight one and its languages; handing over, ending, and silence."""

from __future__ import annotations

import pytest

from kiosk.errors import (
    BridgeRefusedError,
    BridgeUnreachableError,
    NotAtBridgeError,
    OtherContentError,
)
from kiosk.flow import effects as f
from kiosk.flow import events as e
from kiosk.flow.scene import State
from tests.unit.kiosk.booth import Booth, find
from tests.unit.kiosk.samples import NOW

V = "visit-1"


def test_a_straight_visit_hands_over_before_the_letter_and_finishes_with_everything() -> None:
    booth = Booth().go_to(State.THANKS)
    kinds = [type(effect).__name__ for effect in booth.effects]
    assert kinds == [
        "LoadMemorials",
        "LoadStyles",
        "OpenCamera",
        "TakeStill",
        "CloseCamera",
        "SaveCapture",
        "WatchProgress",
        "Finish",
    ]
    finish = find(booth.effects, f.Finish)
    assert isinstance(finish, f.Finish)
    assert (finish.request.letter, finish.request.sender_name, finish.request.relation) == ("편지", "김민수", "손자")
    assert booth.visit.receipt is not None


def test_the_language_can_be_switched_on_every_screen() -> None:
    for state in State:
        if state in (State.LANGUAGE, State.SORRY):
            continue
        booth = Booth().go_to(state)
        booth.send(e.LanguageChosen("en"))
        assert (booth.scene.language, booth.state) == ("en", state)


def test_a_language_tried_at_rest_turns_back() -> None:
    booth = Booth()
    booth.send(e.LanguageChosen("en"))
    booth.wait(booth.rules.idle_warning_s - 1)
    assert booth.scene.language == "en"
    booth.wait(1.1)
    assert booth.scene.language == "ko"


class TestSaving:
    def test_a_retry_sends_exactly_the_same_even_after_a_switch_of_language(self) -> None:
        booth = Booth().go_to(State.SAVING)
        first = find(booth.effects, f.SaveCapture)
        booth.send(e.CaptureNotSaved(V, BridgeUnreachableError()))
        assert booth.state is State.SORRY
        booth.send(e.LanguageChosen("en"))
        assert booth.send(e.RetryPressed()) == [first]
        assert booth.state is State.SAVING

    @pytest.mark.parametrize("error", [OtherContentError(), NotAtBridgeError()])
    def test_an_id_that_is_taken_is_replaced_and_the_photograph_kept(self, error: BridgeRefusedError) -> None:
        booth = Booth().go_to(State.SAVING)
        still = booth.visit.still
        booth.send(e.CaptureNotSaved(V, error))
        effects = booth.send(e.RetryPressed())
        assert [type(effect) for effect in effects] == [f.EraseVisit, f.CloseVisit, f.SaveCapture]
        assert [effect.visit_id for effect in effects] == [V, V, "visit-2"]
        assert booth.visit.still is still

    def test_a_photograph_that_the_bridge_refuses_is_taken_anew_under_another_id(self) -> None:
        booth = Booth().go_to(State.SAVING)
        booth.send(e.CaptureNotSaved(V, BridgeRefusedError()))
        effects = booth.send(e.RetryPressed())
        assert [type(effect) for effect in effects] == [f.EraseVisit, f.CloseVisit, f.OpenCamera]
        assert booth.state is State.CAMERA
        assert (booth.visit.visit_id, booth.visit.still, booth.visit.hand_over) == ("visit-2", None, None)

    def test_the_visitor_waits_for_the_booth_and_not_the_other_way_round(self) -> None:
        booth = Booth().go_to(State.SAVING)
        assert booth.wait(1000) == []
        assert booth.state is State.SAVING


class TestFinish:
    def test_a_second_press_and_leaving_wait_for_the_answer(self) -> None:
        booth = Booth().go_to(State.RESULT)
        booth.send(e.FinishPressed())
        assert booth.refuses(e.FinishPressed())
        assert booth.refuses(e.VisitLeft())
        assert booth.refuses(e.BackPressed())
        assert booth.refuses(e.PictureChosen("original"))
        assert booth.wait(1000) == []

    def test_a_retry_is_the_same_request_to_the_last_letter(self) -> None:
        booth = Booth().go_to(State.RESULT)
        first = booth.send(e.FinishPressed())
        booth.send(e.FinishNotSaved(V, BridgeUnreachableError(), is_kept=True))
        booth.send(e.LanguageChosen("en"))
        assert booth.send(e.RetryPressed()) == first
        assert (booth.state, booth.scene.is_busy) == (State.RESULT, True)

    def test_what_is_kept_can_be_left_to_the_booth(self) -> None:
        booth = Booth().go_to(State.RESULT)
        booth.send(e.FinishPressed())
        booth.send(e.FinishNotSaved(V, BridgeUnreachableError(), is_kept=True))
        effects = booth.send(e.SendLaterAccepted())
        assert [type(effect) for effect in effects] == [f.CloseCamera, f.CloseVisit]
        assert booth.state is State.ATTRACT

    def test_what_is_not_kept_is_not_promised_for_later(self) -> None:
        booth = Booth().go_to(State.RESULT)
        booth.send(e.FinishPressed())
        booth.send(e.FinishNotSaved(V, BridgeRefusedError(), is_kept=False))
        assert booth.refuses(e.SendLaterAccepted())

    def test_a_visit_that_the_bridge_lost_is_handed_over_again_with_its_letter(self) -> None:
        booth = Booth().go_to(State.RESULT)
        booth.send(e.FinishPressed())
        booth.send(e.FinishNotSaved(V, NotAtBridgeError(), is_kept=False))
        effects = booth.send(e.RetryPressed())
        assert [type(effect) for effect in effects] == [f.EraseVisit, f.CloseVisit, f.SaveCapture]
        booth.send(e.CaptureSaved("visit-2", NOW))
        assert (booth.state, booth.visit.letter, booth.visit.finish) == (State.LETTER, "편지", None)

    def test_thanks_end_by_themselves_without_erasing(self) -> None:
        booth = Booth().go_to(State.THANKS)
        effects = booth.wait(booth.rules.thanks_s + 0.1)
        assert [type(effect) for effect in effects] == [f.CloseCamera, f.CloseVisit]
        assert booth.state is State.ATTRACT


class TestSilence:
    @pytest.mark.parametrize("state", [State.LANGUAGE, State.CONSENT, State.CAMERA, State.REVIEW, State.RESULT])
    def test_silence_warns_and_then_erases(self, state: State) -> None:
        booth = Booth().go_to(state)
        booth.send(e.CameraChanged("live"))
        assert booth.wait(booth.rules.idle_warning_s - 0.2) == []
        assert booth.scene.idle_left_s is None
        booth.wait(1.0)
        assert booth.scene.idle_left_s == pytest.approx(booth.rules.idle_answer_s - 0.8, abs=0.2)
        effects = booth.wait(booth.rules.idle_answer_s)
        assert [type(effect) for effect in effects] == [f.CloseCamera, f.EraseVisit, f.CloseVisit]
        assert booth.state is State.ATTRACT

    def test_an_answer_ends_the_warning(self) -> None:
        booth = Booth().go_to(State.REVIEW)
        booth.wait(booth.rules.idle_warning_s + 5)
        assert booth.scene.idle_left_s is not None
        booth.send(e.Touched())
        assert booth.scene.idle_left_s is None
        booth.wait(booth.rules.idle_warning_s - 1)
        assert booth.state is State.REVIEW

    def test_a_letter_may_take_its_time(self) -> None:
        booth = Booth().go_to(State.LETTER)
        booth.wait(booth.rules.letter_idle_warning_s - 1)
        assert booth.scene.idle_left_s is None
        booth.wait(booth.rules.idle_answer_s + 1.1)
        assert booth.state is State.ATTRACT

    def test_silence_after_a_finish_keeps_what_the_visitor_had_agreed_to(self) -> None:
        booth = Booth().go_to(State.RESULT)
        booth.send(e.FinishPressed())
        booth.send(e.FinishNotSaved(V, BridgeUnreachableError(), is_kept=True))
        effects = booth.wait(booth.rules.idle_warning_s + booth.rules.idle_answer_s + 0.1)
        assert [type(effect) for effect in effects] == [f.CloseCamera, f.CloseVisit]

    def test_silence_never_approves_a_photograph(self) -> None:
        booth = Booth().go_to(State.REVIEW)
        booth.wait(1000)
        assert not [effect for effect in booth.effects if isinstance(effect, f.SaveCapture)]
