"""Ways through a visit after the photograph: the picture that is made meanwhile, and the voice."""

from __future__ import annotations

from kiosk.errors import (
    BridgeUnreachableError,
    NothingToReadError,
)
from kiosk.flow import effects as f
from kiosk.flow import events as e
from kiosk.flow.scene import State
from kiosk.flow.visit import Generation, Output, Speech, build_finish
from tests.unit.kiosk.booth import Booth, find

V = "visit-1"


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
