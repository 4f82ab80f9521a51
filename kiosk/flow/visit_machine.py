"""The visit as an explicit table: for each state, the events that mean something there and the move each one makes.

How the window uses it, through the runner in `runner.py`:

    machine.handle(event, now_s=...)  ->  Outcome(effects, is_accepted);  machine.scene is then what the screens show.

states (kiosk.flow.scene.State), what the visitor can do there, and what comes of it:

    attract    VisitBegun -> language; LanguageChosen stays (turned back after a while)
    language   LanguageChosen -> memorial; BackPressed -> attract
    memorial   MemorialChosen -> consent; MemorialCodeEntered: is_busy, then -> consent or notice CODE_UNKNOWN or
               CODE_UNCHECKED; BackPressed -> language. A list that does not come: memorials None, notice
               LIST_UNAVAILABLE or NOT_ENROLLED, asked for again by itself
    consent    ConsentsGiven -> style, or -> camera without consent to a picture, or notice FAMILY_PAGE_NEEDED;
               BackPressed -> memorial
    style      StyleChosen marks visit.style (stays); StyleConfirmed -> camera; BackPressed -> consent.
               No style at all -> camera by itself
    camera     ShutterPressed starts the countdown (countdown_left_s), then is_busy until the still is there -> review.
               BackPressed stops the countdown, else -> style or consent. Notices CAMERA_LOST, STILL_FAILED.
               Lost for camera_patience_s -> sorry
    review     visit.still; CaptureApproved -> saving; RetakePressed -> camera
    saving     by itself -> letter, or -> sorry
    letter     LetterDrafted keeps the text (stays); LetterConfirmed -> voice. No way back: the capture is handed over
    voice      VoiceChosen marks (stays; visit.voice_state making, ready, failed, unreadable;
               visit.speech); VoiceConfirmed -> result, refused while making; BackPressed -> letter
    result     visit.generation, visit.output; PictureChosen marks (stays); FinishPressed: is_busy, then -> thanks or
               -> sorry; BackPressed -> voice
    thanks     visit.receipt; VisitLeft or thanks_s without a touch -> attract
    sorry      scene.sorry; RetryPressed -> sorry.retry_to (saving, camera, or result with is_busy);
               SendLaterAccepted -> attract when is_kept

In every state with a visit: LanguageChosen switches the language, Touched answers the idle warning, VisitLeft erases
and returns to attract (refused while a finish is on its way). After the idle warning (idle_left_s) the booth does the
same by itself. Anything else is ignored, and so is a result that belongs to an earlier visit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flow import capturing, choosing, pacing, writing
from kiosk.flow import events as e
from kiosk.flow.effects import Effect
from kiosk.flow.scene import Rules, Scene, State, Step

Move = Callable[[Scene, Any, Rules, float], Step | None]
Moves = Mapping[type[e.Event], Move]

_ANY_VISIT: Moves = {
    e.Touched: pacing.stay_awake,
    e.LanguageChosen: choosing.switch_language,
    e.VisitLeft: writing.leave,
    e.CameraChanged: capturing.note_camera,
    e.Tick: pacing.tick_idle,
}
_PICTURE_COMES: Moves = {
    e.GenerationChanged: writing.follow_generation,
    e.OutputLoaded: writing.show_output,
}

TABLE: Mapping[State, Moves] = {
    State.ATTRACT: {
        e.Touched: pacing.stay_awake,
        e.VisitBegun: choosing.begin,
        e.LanguageChosen: choosing.choose_resting_language,
        e.CameraChanged: capturing.note_camera,
        e.Tick: pacing.tick_resting,
    },
    State.LANGUAGE: {
        **_ANY_VISIT,
        e.LanguageChosen: choosing.choose_language,
        e.BackPressed: choosing.leave_language,
    },
    State.MEMORIAL: {
        **_ANY_VISIT,
        e.Tick: pacing.tick_list,
        e.BackPressed: choosing.return_to_language,
        e.MemorialsLoaded: choosing.show_memorials,
        e.MemorialsFailed: choosing.miss_list,
        e.MemorialChosen: choosing.choose_memorial,
        e.MemorialCodeEntered: choosing.check_code,
        e.MemorialFound: choosing.open_found_memorial,
        e.MemorialUnknown: choosing.refuse_code,
        e.MemorialCheckFailed: choosing.miss_code_check,
    },
    State.CONSENT: {
        **_ANY_VISIT,
        e.BackPressed: choosing.return_to_memorial,
        e.ConsentsGiven: choosing.give_consents,
    },
    State.STYLE: {
        **_ANY_VISIT,
        e.Tick: pacing.tick_list,
        e.BackPressed: choosing.return_to_consent,
        e.StylesLoaded: choosing.show_styles,
        e.StylesFailed: choosing.miss_list,
        e.StyleSampleLoaded: choosing.show_sample,
        e.StyleChosen: choosing.choose_style,
        e.StyleConfirmed: choosing.confirm_style,
    },
    State.CAMERA: {
        **_ANY_VISIT,
        e.Tick: pacing.tick_camera,
        e.CameraChanged: capturing.follow_camera,
        e.BackPressed: capturing.go_back,
        e.ShutterPressed: capturing.press_shutter,
        e.StillTaken: capturing.show_still,
        e.StillFailed: capturing.miss_still,
    },
    State.REVIEW: {
        **_ANY_VISIT,
        e.RetakePressed: capturing.retake,
        e.CaptureApproved: capturing.approve,
    },
    State.SAVING: {
        **_ANY_VISIT,
        e.Tick: pacing.tick_saving,
        e.CaptureSaved: capturing.note_saved,
        e.CaptureNotSaved: capturing.miss_save,
    },
    State.LETTER: {
        **_ANY_VISIT,
        **_PICTURE_COMES,
        e.Tick: pacing.tick_letter,
        e.LetterDrafted: writing.draft_letter,
        e.LetterConfirmed: writing.confirm_letter,
    },
    State.VOICE: {
        **_ANY_VISIT,
        **_PICTURE_COMES,
        e.BackPressed: writing.return_to_letter,
        e.VoiceChosen: writing.choose_voice,
        e.SpeechMade: writing.keep_speech,
        e.VoiceFailed: writing.miss_speech,
        e.VoiceConfirmed: writing.confirm_voice,
    },
    State.RESULT: {
        **_ANY_VISIT,
        **_PICTURE_COMES,
        e.Tick: pacing.tick_result,
        e.BackPressed: writing.return_to_voice,
        e.PictureChosen: writing.choose_picture,
        e.FinishPressed: writing.press_finish,
        e.FinishSaved: writing.thank,
        e.FinishNotSaved: writing.miss_finish,
    },
    State.THANKS: {
        **_ANY_VISIT,
        **_PICTURE_COMES,
        e.Tick: pacing.tick_thanks,
        e.VisitLeft: writing.leave_after_thanks,
    },
    State.SORRY: {
        **_ANY_VISIT,
        **_PICTURE_COMES,
        e.RetryPressed: writing.retry,
        e.SendLaterAccepted: writing.send_later,
    },
}


@dataclass(frozen=True)
class Outcome:
    """What an event led to. `is_accepted` is False when it meant nothing here; then there are no effects."""

    effects: tuple[Effect, ...]
    is_accepted: bool


class VisitMachine:
    """Holds the scene and moves it by the table. Not thread-safe: it belongs to the window's thread."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.scene = Scene(language=rules.default_language)

    def handle(self, event: e.Event, *, now_s: float) -> Outcome:
        """Take one event at the monotonic time `now_s`; never raises for an event that does not fit."""
        if isinstance(event, e.VisitorEvent):
            self.scene = replace(self.scene, touched_at_s=now_s, idle_left_s=None)
        if isinstance(event, e.ResultEvent) and not self._is_current(event):
            return Outcome((), is_accepted=False)
        move = TABLE[self.scene.state].get(type(event))
        step = move(self.scene, event, self.rules, now_s) if move is not None else None
        if step is None:
            return Outcome((), is_accepted=False)
        self.scene = step.scene
        return Outcome(step.effects, is_accepted=True)

    def _is_current(self, event: e.ResultEvent) -> bool:
        return self.scene.visit is not None and self.scene.visit.visit_id == event.visit_id
