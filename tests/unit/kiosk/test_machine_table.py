"""The table is complete: every event in every state is either a documented move or ignored, and never an error."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.errors import BridgeUnreachableError, CameraError, KioskError
from kiosk.flow import events as e
from kiosk.flow.scene import State
from kiosk.flow.visit import Generation, Output, Speech
from kiosk.flow.visit_machine import TABLE
from tests.unit.kiosk.booth import Booth
from tests.unit.kiosk.samples import CONSENTS, MEMORIAL, NOW, RECEIPT, STYLE, make_still

V = "visit-1"
EVENTS: tuple[e.Event, ...] = (
    e.Tick(),
    e.CameraChanged("lost"),
    e.Touched(),
    e.VisitBegun(),
    e.LanguageChosen("en"),
    e.BackPressed(),
    e.VisitLeft(),
    e.MemorialChosen(MEMORIAL.memorial_id),
    e.MemorialCodeEntered("ROSE-12"),
    e.ConsentsGiven(CONSENTS),
    e.StyleChosen(STYLE.style_id),
    e.StyleConfirmed(),
    e.ShutterPressed(),
    e.RetakePressed(),
    e.CaptureApproved(),
    e.LetterDrafted("글", "", ""),
    e.LetterConfirmed(),
    e.VoiceChosen("none"),
    e.VoiceConfirmed(),
    e.PictureChosen("original"),
    e.FinishPressed(),
    e.RetryPressed(),
    e.SendLaterAccepted(),
    e.MemorialsLoaded(V, (MEMORIAL,)),
    e.MemorialsFailed(V, BridgeUnreachableError()),
    e.MemorialFound(V, MEMORIAL),
    e.MemorialUnknown(V),
    e.MemorialCheckFailed(V, BridgeUnreachableError()),
    e.StylesLoaded(V, (STYLE,)),
    e.StylesFailed(V, BridgeUnreachableError()),
    e.StyleSampleLoaded(V, STYLE.style_id, b"webp"),
    e.StillTaken(V, make_still()),
    e.StillFailed(V, CameraError()),
    e.CaptureSaved(V, NOW),
    e.CaptureNotSaved(V, BridgeUnreachableError()),
    e.GenerationChanged(V, Generation("done", "painter", 1.0, "out")),
    e.OutputLoaded(V, Output("out", "painter", b"png")),
    e.SpeechMade(V, "편지", Speech(b"m4a", "espeak-ng", 1.0, "ko")),
    e.VoiceFailed(V, "편지", BridgeUnreachableError()),
    e.FinishSaved(V, RECEIPT),
    e.FinishNotSaved(V, BridgeUnreachableError(), is_kept=True),
)
ALWAYS = {"Tick", "CameraChanged", "Touched", "LanguageChosen"}
PICTURE = {"GenerationChanged", "OutputLoaded"}
EXPECTED: dict[State, set[str]] = {
    State.ATTRACT: ALWAYS | {"VisitBegun"},
    State.LANGUAGE: ALWAYS | {"VisitLeft", "BackPressed"},
    State.MEMORIAL: ALWAYS | {"VisitLeft", "BackPressed", "MemorialCodeEntered", "MemorialsLoaded", "MemorialsFailed"},
    State.CONSENT: ALWAYS | {"VisitLeft", "BackPressed", "ConsentsGiven"},
    State.STYLE: ALWAYS | {"VisitLeft", "BackPressed", "StylesLoaded", "StylesFailed", "StyleSampleLoaded"},
    State.CAMERA: ALWAYS | {"VisitLeft", "BackPressed"},
    State.REVIEW: ALWAYS | {"VisitLeft", "RetakePressed", "CaptureApproved"},
    State.SAVING: ALWAYS | {"VisitLeft", "CaptureSaved", "CaptureNotSaved"},
    State.LETTER: ALWAYS | PICTURE | {"VisitLeft", "LetterDrafted", "LetterConfirmed"},
    State.VOICE: ALWAYS | PICTURE | {"VisitLeft", "BackPressed", "VoiceChosen"},
    State.RESULT: ALWAYS | PICTURE | {"VisitLeft", "BackPressed", "PictureChosen", "FinishPressed"},
    State.THANKS: ALWAYS | PICTURE | {"VisitLeft"},
    State.SORRY: ALWAYS | PICTURE | {"VisitLeft", "RetryPressed"},
}


def arrive(state: State) -> Booth:
    if state is not State.SORRY:
        return Booth().go_to(state)
    booth = Booth().go_to(State.RESULT)
    booth.send(e.FinishPressed())
    booth.send(e.FinishNotSaved(V, KioskError(), is_kept=False))
    return booth


def test_every_event_is_tried() -> None:
    def leaves(kind: type[e.Event]) -> set[type[e.Event]]:
        below = kind.__subclasses__()
        return {kind} if not below else set().union(*map(leaves, below))

    assert leaves(e.Event) == {type(event) for event in EVENTS}


def test_every_state_has_a_row() -> None:
    assert set(TABLE) == set(State) == set(EXPECTED)


@pytest.mark.parametrize("state", State)
def test_each_state_takes_exactly_the_documented_events_on_arrival(state: State) -> None:
    accepted = set()
    for event in EVENTS:
        booth = arrive(state)
        assert booth.state is state
        before = booth.scene
        outcome = booth.machine.handle(event, now_s=booth.now_s)
        if outcome.is_accepted:
            accepted.add(type(event).__name__)
        else:
            assert outcome.effects == ()
            assert replace(booth.scene, touched_at_s=before.touched_at_s) == before
        assert booth.state in State
    assert accepted == EXPECTED[state]


@pytest.mark.parametrize("state", [state for state in State if state is not State.ATTRACT])
def test_results_of_an_earlier_visit_are_void(state: State) -> None:
    booth = arrive(state)
    before = booth.scene
    for event in EVENTS:
        if isinstance(event, e.ResultEvent):
            foreign = type(event)(**{**vars(event), "visit_id": "visit-0"})
            assert booth.refuses(foreign)
    assert booth.scene == before


@pytest.mark.parametrize("state", [state for state in State if state not in (State.ATTRACT, State.THANKS)])
def test_leaving_asks_for_erasure_and_forgets_the_visit(state: State) -> None:
    booth = arrive(state)
    effects = [type(effect).__name__ for effect in booth.send(e.VisitLeft())]
    assert booth.state is State.ATTRACT
    assert booth.scene.visit is None
    assert effects == ["CloseCamera", "EraseVisit", "CloseVisit"]
