"""Ways through a visit: the straight one, the side ways, and what each guard protects."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.errors import (
    BridgeRefusedError,
    BridgeUnreachableError,
    CameraError,
    NoRoomError,
    NotAtBridgeError,
    NotEnrolledError,
    NothingToReadError,
    OtherContentError,
    SorryReason,
)
from kiosk.flow import effects as f
from kiosk.flow import events as e
from kiosk.flow.scene import Notice, State
from kiosk.flow.visit import Consents, Generation, Output, Speech, build_finish
from tests.unit.kiosk.booth import Booth
from tests.unit.kiosk.samples import CONSENTS, MEMORIAL, NOW, STYLE, make_still

V = "visit-1"


def find(effects: list[f.Effect], kind: type[f.Effect]) -> f.Effect:
    found = [effect for effect in effects if isinstance(effect, kind)]
    assert len(found) == 1, f"{len(found)} x {kind.__name__} in {effects}"
    return found[0]


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


class TestChoosing:
    def test_a_typed_code_opens_its_memorial(self) -> None:
        booth = Booth().go_to(State.MEMORIAL)
        effect = find(booth.send(e.MemorialCodeEntered("  rose-12 ")), f.FindMemorial)
        assert isinstance(effect, f.FindMemorial)
        assert effect.code == "rose-12"
        assert booth.scene.is_busy
        booth.send(e.MemorialFound(V, MEMORIAL))
        assert booth.state is State.CONSENT

    def test_an_unknown_code_and_one_that_cannot_be_checked_say_so(self) -> None:
        booth = Booth().go_to(State.MEMORIAL)
        booth.send(e.MemorialCodeEntered("x"))
        booth.send(e.MemorialUnknown(V))
        assert (booth.scene.notice, booth.scene.is_busy) == (Notice.CODE_UNKNOWN, False)
        booth.send(e.MemorialCodeEntered("x"))
        booth.send(e.MemorialCheckFailed(V, BridgeUnreachableError()))
        assert booth.scene.notice is Notice.CODE_UNCHECKED

    def test_a_second_code_waits_for_the_first_and_an_empty_one_means_nothing(self) -> None:
        booth = Booth().go_to(State.MEMORIAL)
        assert booth.refuses(e.MemorialCodeEntered("  "))
        booth.send(e.MemorialCodeEntered("a"))
        assert booth.refuses(e.MemorialCodeEntered("b"))

    def test_a_missing_list_is_asked_for_again_by_itself(self) -> None:
        booth = Booth().go_to(State.MEMORIAL)
        booth.send(e.MemorialsFailed(V, BridgeUnreachableError()))
        assert booth.scene.notice is Notice.LIST_UNAVAILABLE
        assert booth.wait(booth.rules.list_retry_s - 0.2) == []
        assert find(booth.wait(0.3), f.LoadMemorials)
        booth.send(e.MemorialsLoaded(V, (MEMORIAL,)))
        assert booth.scene.notice is None

    def test_a_booth_that_is_not_enrolled_says_so_until_it_is(self) -> None:
        booth = Booth().go_to(State.MEMORIAL)
        booth.send(e.MemorialsFailed(V, NotEnrolledError()))
        assert booth.scene.notice is Notice.NOT_ENROLLED
        assert find(booth.wait(booth.rules.list_retry_s + 0.1), f.LoadMemorials), "staff may enrol it meanwhile"
        booth.send(e.MemorialsLoaded(V, (MEMORIAL,)))
        assert booth.scene.notice is None
        booth.send(e.MemorialCodeEntered("x"))
        booth.send(e.MemorialCheckFailed(V, NotEnrolledError()))
        assert booth.scene.notice is Notice.NOT_ENROLLED

    def test_without_the_family_page_nothing_goes_on(self) -> None:
        booth = Booth().go_to(State.CONSENT)
        booth.send(e.ConsentsGiven(replace(CONSENTS, family_page=False)))
        assert (booth.state, booth.scene.notice) == (State.CONSENT, Notice.FAMILY_PAGE_NEEDED)

    def test_without_consent_to_a_picture_there_is_no_style_and_the_original_is_sent(self) -> None:
        booth = Booth().go_to(State.CONSENT)
        effects = booth.send(e.ConsentsGiven(Consents(family_page=True)))
        assert booth.state is State.CAMERA
        assert [type(effect) for effect in effects] == [f.OpenCamera]
        booth.send(e.CameraChanged("live"))
        booth.send(e.ShutterPressed())
        booth.wait(6)
        booth.send(e.StillTaken(V, make_still()))
        save = find(booth.send(e.CaptureApproved()), f.SaveCapture)
        assert isinstance(save, f.SaveCapture)
        assert (save.hand_over.ai_restyle, save.hand_over.style_id) == (False, "none")
        assert build_finish(booth.visit).chosen == "original"

    def test_without_any_style_the_visit_goes_on(self) -> None:
        booth = Booth().go_to(State.STYLE)
        booth.send(e.StylesLoaded(V, ()))
        assert booth.state is State.CAMERA
        assert booth.visit.style is None

    def test_a_marked_style_is_forgotten_with_its_memorial(self) -> None:
        booth = Booth().go_to(State.STYLE)
        booth.send(e.StylesLoaded(V, (STYLE,)))
        booth.send(e.StyleChosen(STYLE.style_id))
        booth.send(e.BackPressed())
        booth.send(e.BackPressed())
        booth.send(e.MemorialChosen(MEMORIAL.memorial_id))
        assert booth.visit.style is None
        assert booth.scene.styles is None

    def test_a_sample_joins_its_style(self) -> None:
        booth = Booth().go_to(State.STYLE)
        booth.send(e.StylesLoaded(V, (STYLE,)))
        booth.send(e.StyleSampleLoaded(V, STYLE.style_id, b"webp"))
        assert booth.scene.styles is not None
        assert booth.scene.styles[0].sample == b"webp"

    def test_an_unknown_style_or_memorial_is_refused(self) -> None:
        booth = Booth().go_to(State.STYLE)
        booth.send(e.StylesLoaded(V, (STYLE,)))
        assert booth.refuses(e.StyleChosen("crayon"))
        assert booth.refuses(e.StyleConfirmed())
        assert Booth().go_to(State.MEMORIAL).refuses(e.MemorialChosen("nobody"))

    def test_back_leads_through_the_same_screens(self) -> None:
        booth = Booth().go_to(State.CAMERA)
        for state in (State.STYLE, State.CONSENT, State.MEMORIAL, State.LANGUAGE, State.ATTRACT):
            booth.send(e.BackPressed())
            assert booth.state is state


class TestCamera:
    def test_the_shutter_belongs_to_the_end_of_the_countdown(self) -> None:
        booth = Booth().go_to(State.CAMERA)
        booth.send(e.CameraChanged("live"))
        pressed_at_s = booth.now_s
        booth.send(e.ShutterPressed())
        booth.wait(2.0)
        assert booth.scene.countdown_left_s == pytest.approx(3.0)
        booth.now_s += 3.35  # a busy window ticks late
        effect = find(booth.send(e.Tick()), f.TakeStill)
        assert isinstance(effect, f.TakeStill)
        assert effect.at_s == pytest.approx(pressed_at_s + booth.rules.countdown_s)
        assert booth.wait(1.0) == []

    def test_the_shutter_needs_a_live_camera_and_is_pressed_once(self) -> None:
        booth = Booth().go_to(State.CAMERA)
        assert booth.refuses(e.ShutterPressed())
        booth.send(e.CameraChanged("live"))
        booth.send(e.ShutterPressed())
        assert booth.refuses(e.ShutterPressed())

    def test_back_stops_the_countdown_first(self) -> None:
        booth = Booth().go_to(State.CAMERA)
        booth.send(e.CameraChanged("live"))
        booth.send(e.ShutterPressed())
        booth.send(e.BackPressed())
        assert (booth.state, booth.scene.countdown_left_s) == (State.CAMERA, None)
        assert booth.wait(10) == []

    def test_a_camera_lost_while_counting_stops_the_countdown_and_comes_back(self) -> None:
        booth = Booth().go_to(State.CAMERA)
        booth.send(e.CameraChanged("live"))
        booth.send(e.ShutterPressed())
        booth.send(e.CameraChanged("lost"))
        assert (booth.scene.countdown_left_s, booth.scene.notice) == (None, Notice.CAMERA_LOST)
        booth.wait(5)
        booth.send(e.CameraChanged("live"))
        assert booth.scene.notice is None
        booth.wait(booth.rules.camera_patience_s)
        assert booth.state is State.CAMERA

    def test_a_camera_lost_for_long_is_an_apology_with_a_way_back(self) -> None:
        booth = Booth().go_to(State.CAMERA)
        booth.send(e.CameraChanged("lost"))
        effects = booth.wait(booth.rules.camera_patience_s + 0.1)
        assert booth.state is State.SORRY
        assert booth.scene.sorry is not None
        assert booth.scene.sorry.reason is SorryReason.CAMERA
        assert [type(effect) for effect in effects] == [f.CloseCamera]
        assert [type(effect) for effect in booth.send(e.RetryPressed())] == [f.OpenCamera]
        assert booth.state is State.CAMERA

    def test_a_camera_that_was_lost_during_the_review_is_waited_for_no_longer(self) -> None:
        booth = Booth().go_to(State.REVIEW)
        booth.send(e.CameraChanged("lost"))
        booth.send(e.RetakePressed())
        booth.wait(booth.rules.camera_patience_s + 0.1)
        assert booth.state is State.SORRY

    def test_a_missed_still_is_a_soft_word(self) -> None:
        booth = Booth().go_to(State.CAMERA)
        booth.send(e.CameraChanged("live"))
        booth.send(e.ShutterPressed())
        booth.wait(5.1)
        booth.send(e.StillFailed(V, CameraError()))
        assert (booth.state, booth.scene.notice, booth.scene.is_busy) == (State.CAMERA, Notice.STILL_FAILED, False)
        booth.send(e.ShutterPressed())

    def test_a_full_disk_is_said_at_once(self) -> None:
        booth = Booth().go_to(State.CAMERA)
        booth.send(e.CameraChanged("live"))
        booth.send(e.ShutterPressed())
        booth.wait(5.1)
        booth.send(e.StillFailed(V, NoRoomError()))
        assert booth.scene.sorry is not None
        assert (booth.scene.sorry.reason, booth.scene.sorry.retry_to) == (SorryReason.STORAGE_FULL, State.CAMERA)

    def test_a_retake_drops_the_first_photograph(self) -> None:
        booth = Booth().go_to(State.REVIEW)
        effects = booth.send(e.RetakePressed())
        assert [type(effect) for effect in effects] == [f.DiscardStill, f.OpenCamera]
        assert booth.visit.still is None


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


class TestPicture:
    def test_a_finished_picture_is_fetched_once(self) -> None:
        booth = Booth().go_to(State.LETTER)
        done = e.GenerationChanged(V, Generation("done", "painter", 1.0, "out"))
        effect = find(booth.send(done), f.LoadOutput)
        assert isinstance(effect, f.LoadOutput)
        assert (effect.output_id, effect.engine) == ("out", "painter")
        assert booth.send(done) == []
        booth.send(e.OutputLoaded(V, Output("out", "painter", b"png")))
        assert booth.visit.output is not None

    def test_the_picture_never_moves_the_visitor_on(self) -> None:
        for state in (State.LETTER, State.VOICE, State.RESULT):
            booth = Booth().go_to(state)
            booth.send(e.GenerationChanged(V, Generation("failed")))
            assert booth.state is state

    def test_the_visitor_may_finish_before_the_picture_is_there(self) -> None:
        booth = Booth().go_to(State.RESULT)
        assert booth.visit.output is None
        assert find(booth.send(e.FinishPressed()), f.Finish)


class TestVoice:
    def test_the_letter_is_read_aloud_and_heard_before_it_is_sent(self) -> None:
        booth = Booth().go_to(State.VOICE)
        effect = find(booth.send(e.VoiceChosen("letter_read_aloud")), f.RequestSpeech)
        assert isinstance(effect, f.RequestSpeech)
        assert (effect.text, effect.language, effect.online_voice) == ("편지", "ko", True)
        assert booth.refuses(e.VoiceConfirmed())
        booth.send(e.SpeechMade(V, "편지", Speech(b"m4a", "espeak-ng", 1.0, "ko")))
        assert booth.visit.voice_state == "ready"
        booth.send(e.LanguageChosen("en"))
        booth.send(e.VoiceConfirmed())
        finish = find(booth.send(e.FinishPressed()), f.Finish)
        assert isinstance(finish, f.Finish)
        assert (finish.request.voice, finish.request.language) == ("letter_read_aloud", "ko")

    def test_without_a_letter_there_is_nothing_to_read(self) -> None:
        booth = Booth().go_to(State.LETTER)
        booth.send(e.LetterDrafted("  \n", "", ""))
        booth.send(e.LetterConfirmed())
        assert booth.refuses(e.VoiceChosen("letter_read_aloud"))

    def test_a_voice_that_failed_can_be_asked_for_again_or_left(self) -> None:
        booth = Booth().go_to(State.VOICE)
        booth.send(e.VoiceChosen("letter_read_aloud"))
        booth.send(e.VoiceFailed(V, "편지", BridgeUnreachableError()))
        assert booth.visit.voice_state == "failed"
        assert find(booth.send(e.VoiceChosen("letter_read_aloud")), f.RequestSpeech)
        booth.send(e.VoiceFailed(V, "편지", BridgeUnreachableError()))
        booth.send(e.VoiceConfirmed())
        assert booth.state is State.RESULT

    def test_a_letter_of_marks_alone_goes_on_without_a_voice_or_back_to_the_pen(self) -> None:
        booth = Booth().go_to(State.LETTER)
        booth.send(e.LetterDrafted("...", "", ""))
        booth.send(e.LetterConfirmed())
        booth.send(e.VoiceChosen("letter_read_aloud"))
        booth.send(e.VoiceFailed(V, "...", NothingToReadError()))
        assert booth.visit.voice_state == "unreadable"
        booth.send(e.BackPressed())
        booth.send(e.LetterConfirmed())
        assert booth.visit.voice_state == "unreadable", "the same letter has no more words than before"
        booth.send(e.BackPressed())
        booth.send(e.LetterDrafted("... 보고 싶어요", "", ""))
        booth.send(e.LetterConfirmed())
        assert booth.visit.voice_state == "none"
        assert find(booth.send(e.VoiceChosen("letter_read_aloud")), f.RequestSpeech)
        booth.send(e.VoiceFailed(V, "... 보고 싶어요", NothingToReadError()))
        booth.send(e.VoiceConfirmed())
        assert (booth.state, booth.visit.voice_choice) == (State.RESULT, "none")

    def test_a_voice_is_made_once_for_one_letter(self) -> None:
        booth = Booth().go_to(State.VOICE)
        booth.send(e.VoiceChosen("letter_read_aloud"))
        booth.send(e.SpeechMade(V, "편지", Speech(b"m4a", "espeak-ng", 1.0, "ko")))
        booth.send(e.VoiceChosen("none"))
        assert booth.send(e.VoiceChosen("letter_read_aloud")) == []
        assert booth.visit.voice_state == "ready"

    def test_a_changed_letter_voids_the_voice_that_read_the_old_one(self) -> None:
        booth = Booth().go_to(State.VOICE)
        booth.send(e.VoiceChosen("letter_read_aloud"))
        booth.send(e.BackPressed())
        assert booth.refuses(e.SpeechMade(V, "편지", Speech(b"old", "espeak-ng", 1.0, "ko")))
        booth.send(e.LetterConfirmed())
        booth.send(e.VoiceChosen("letter_read_aloud"))
        booth.send(e.SpeechMade(V, "편지", Speech(b"m4a", "espeak-ng", 1.0, "ko")))
        booth.send(e.BackPressed())
        booth.send(e.LetterDrafted("편지 둘", "김민수", "손자"))
        assert (booth.visit.speech, booth.visit.voice_choice, booth.visit.voice_state) == (None, None, "none")

    def test_a_speech_for_a_letter_changed_meanwhile_is_not_kept(self) -> None:
        """Asked for, gone back, changed, asked for again: the first answer belongs to the old letter."""
        booth = Booth().go_to(State.VOICE)
        booth.send(e.VoiceChosen("letter_read_aloud"))
        booth.send(e.BackPressed())
        booth.send(e.LetterDrafted("다른 편지", "", ""))
        booth.send(e.LetterConfirmed())
        booth.send(e.VoiceChosen("letter_read_aloud"))
        assert booth.refuses(e.SpeechMade(V, "편지", Speech(b"old", "espeak-ng", 1.0, "ko")))
        assert booth.refuses(e.VoiceFailed(V, "편지", BridgeUnreachableError()))
        booth.send(e.SpeechMade(V, "다른 편지", Speech(b"new", "espeak-ng", 1.0, "ko")))
        assert booth.visit.speech is not None
        assert booth.visit.speech.audio == b"new"

    def test_fields_longer_than_the_limits_are_cut(self) -> None:
        booth = Booth().go_to(State.LETTER)
        booth.send(e.LetterDrafted("가" * 5001, "나" * 81, "다" * 41))
        assert (booth.visit.letter, booth.visit.sender_name, booth.visit.relation) == (
            "가" * 5000,
            "나" * 80,
            "다" * 40,
        )

    def test_name_and_relation_are_sent_on_one_line(self) -> None:
        booth = Booth().go_to(State.LETTER)
        booth.send(e.LetterDrafted("한 줄\n두 줄", " 김\n민수 ", "손\t자"))
        request = build_finish(booth.visit)
        assert (request.letter, request.sender_name, request.relation) == ("한 줄\n두 줄", "김 민수", "손 자")


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
