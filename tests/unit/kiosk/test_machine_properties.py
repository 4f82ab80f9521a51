"""Any order of touches, answers and silence: the machine never leaves its table and never forgets a capture.

The outside world is a set of effects that wait for an answer, each good or bad, early or too late.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from itertools import count

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kiosk.errors import (
    BridgeRefusedError,
    BridgeUnreachableError,
    CameraError,
    KioskError,
    NoRoomError,
    NotAtBridgeError,
    OtherContentError,
)
from kiosk.flow import effects as f
from kiosk.flow import events as e
from kiosk.flow.scene import Rules, Scene, State
from kiosk.flow.visit import Consents, Generation, Output, Speech
from kiosk.flow.visit_machine import TABLE, VisitMachine
from tests.unit.kiosk.samples import CONSENTS, MEMORIAL, NOW, RECEIPT, STYLE, make_still

TOUCHES: tuple[e.Event, ...] = (
    e.Touched(),
    e.VisitBegun(),
    e.LanguageChosen("ko"),
    e.LanguageChosen("en"),
    e.BackPressed(),
    e.MemorialChosen(MEMORIAL.memorial_id),
    e.MemorialCodeEntered("ROSE-12"),
    e.ConsentsGiven(CONSENTS),
    e.ConsentsGiven(Consents(family_page=True)),
    e.ConsentsGiven(Consents()),
    e.StyleChosen(STYLE.style_id),
    e.StyleConfirmed(),
    e.ShutterPressed(),
    e.RetakePressed(),
    e.CaptureApproved(),
    e.LetterDrafted("첫 편지", "김", "손자"),
    e.LetterDrafted("둘째 편지", "", ""),
    e.LetterConfirmed(),
    e.VoiceChosen("none"),
    e.VoiceChosen("letter_read_aloud"),
    e.VoiceConfirmed(),
    e.PictureChosen("original"),
    e.PictureChosen("picture"),
    e.FinishPressed(),
    e.RetryPressed(),
)
NEXT: dict[State, tuple[e.Event, ...]] = {
    State.ATTRACT: (e.VisitBegun(),),
    State.LANGUAGE: (e.LanguageChosen("ko"),),
    State.MEMORIAL: (e.MemorialChosen(MEMORIAL.memorial_id),),
    State.CONSENT: (e.ConsentsGiven(CONSENTS),),
    State.STYLE: (e.StyleChosen(STYLE.style_id), e.StyleConfirmed()),
    State.CAMERA: (e.CameraChanged("live"), e.ShutterPressed()),
    State.REVIEW: (e.CaptureApproved(),),
    State.SAVING: (),
    State.LETTER: (e.LetterDrafted("편지", "", ""), e.LetterConfirmed()),
    State.VOICE: (e.VoiceChosen("letter_read_aloud"), e.VoiceConfirmed()),
    State.RESULT: (e.FinishPressed(),),
    State.THANKS: (),
    State.SORRY: (e.RetryPressed(),),
}
REACHED: Counter[State] = Counter()
ERRORS = (
    BridgeUnreachableError(),
    NoRoomError(),
    OtherContentError(),
    NotAtBridgeError(),
    BridgeRefusedError(),
    CameraError(),
    KioskError(),
)


def answer(effect: f.Effect, error: KioskError | None) -> e.Event | None:
    """What the outside world says to an effect."""
    visit_id = effect.visit_id
    match effect:
        case f.LoadMemorials():
            return e.MemorialsFailed(visit_id, error) if error else e.MemorialsLoaded(visit_id, (MEMORIAL,))
        case f.FindMemorial():
            return e.MemorialCheckFailed(visit_id, error) if error else e.MemorialFound(visit_id, MEMORIAL)
        case f.LoadStyles():
            return e.StylesFailed(visit_id, error) if error else e.StylesLoaded(visit_id, (STYLE,))
        case f.TakeStill():
            return e.StillFailed(visit_id, error) if error else e.StillTaken(visit_id, make_still(visit_id.encode()))
        case f.SaveCapture():
            return e.CaptureNotSaved(visit_id, error) if error else e.CaptureSaved(visit_id, NOW)
        case f.WatchProgress():
            state = "failed" if error else "done"
            return e.GenerationChanged(visit_id, Generation(state, "painter", 1.0, "out"))  # type: ignore[arg-type]
        case f.LoadOutput():
            return None if error else e.OutputLoaded(visit_id, Output(effect.output_id, "painter", b"png"))
        case f.RequestSpeech():
            if error:
                return e.VoiceFailed(visit_id, effect.text, error)
            speech = Speech(effect.text.encode(), "espeak-ng", 1.0, effect.language)
            return e.SpeechMade(visit_id, effect.text, speech)
        case f.Finish():
            is_kept = isinstance(error, BridgeUnreachableError)
            return e.FinishNotSaved(visit_id, error, is_kept) if error else e.FinishSaved(visit_id, RECEIPT)
    return None


class AnyVisit(RuleBasedStateMachine):
    """One booth over many visits."""

    @initialize()
    def open_booth(self) -> None:
        numbers = count(1)
        self.machine = VisitMachine(Rules(new_visit_id=lambda: f"visit-{next(numbers)}"))
        self.now_s = 0.0
        self.waiting: list[f.Effect] = []
        self.sent: set[str] = set()
        self.settled: set[str] = set()
        self.kept: set[str] = set()
        self.erased: set[str] = set()
        self.closed: set[str] = set()

    @rule()
    def go_on_again(self) -> None:
        self.go_on()

    @rule()
    def let_the_countdown_end(self) -> None:
        self.wait(5.0)

    def feed(self, event: e.Event) -> None:
        before = self.machine.scene
        outcome = self.machine.handle(event, now_s=self.now_s)
        assert outcome.is_accepted or outcome.effects == ()
        if outcome.is_accepted:
            assert type(event) in TABLE[before.state]
        for effect in outcome.effects:
            self.perform(effect)

    def perform(self, effect: f.Effect) -> None:
        assert effect.visit_id not in self.closed, "an effect of a visit that is over"
        match effect:
            case f.SaveCapture():
                self.sent.add(effect.visit_id)
                assert effect.still.sha256 == effect.hand_over.sha256
            case f.EraseVisit():
                self.erased.add(effect.visit_id)
            case f.CloseVisit():
                self.closed.add(effect.visit_id)
                self.assert_not_lost(effect.visit_id)
        self.waiting.append(effect)

    def assert_not_lost(self, visit_id: str) -> None:
        """What was handed over is finished, kept for sending, or erased by wish or silence: nothing in between."""
        if visit_id in self.sent:
            assert visit_id in self.settled | self.kept | self.erased
        assert not (visit_id in self.settled and visit_id in self.erased), "a saved memory was erased"

    @rule(touch=st.sampled_from(TOUCHES))
    def touch(self, touch: e.Event) -> None:
        self.feed(touch)

    @rule()
    def go_on(self) -> None:
        """The straight way, so that the late screens are reached too: oldest answers first, then the next button."""
        if self.waiting:
            self.settle(self.waiting.pop(0), None)
        else:
            for event in NEXT[self.machine.scene.state]:
                self.feed(event)

    @rule(state=st.sampled_from(["starting", "live", "live", "live", "lost", "off"]))
    def camera(self, state: str) -> None:
        self.feed(e.CameraChanged(state))  # type: ignore[arg-type]

    @rule(seconds=st.sampled_from([0.1, 3.0, 6.0, 40.0]))
    def wait(self, seconds: float) -> None:
        self.now_s += seconds
        self.feed(e.Tick())

    @precondition(lambda self: self.machine.scene.state is not State.ATTRACT)
    @rule(is_sure=st.sampled_from([False] * 9 + [True]), later=st.booleans())
    def leave(self, is_sure: bool, later: bool) -> None:
        if is_sure:
            sorry = self.machine.scene.sorry
            if later and sorry is not None and sorry.is_kept and self.machine.scene.visit is not None:
                self.kept.add(self.machine.scene.visit.visit_id)
                self.feed(e.SendLaterAccepted())
            else:
                self.feed(e.VisitLeft())

    @precondition(lambda self: bool(self.waiting))
    @rule(data=st.data(), error=st.none() | st.sampled_from(ERRORS))
    def answer(self, data: st.DataObject, error: KioskError | None) -> None:
        effect = self.waiting.pop(data.draw(st.integers(0, len(self.waiting) - 1)))
        self.settle(effect, error)

    def settle(self, effect: f.Effect, error: KioskError | None) -> None:
        event = answer(effect, error)
        if event is None:
            return
        is_awaited = isinstance(event, e.FinishSaved) and effect.visit_id not in self.closed
        if is_awaited:
            self.settled.add(effect.visit_id)
        if isinstance(event, e.FinishNotSaved) and event.is_kept:
            self.kept.add(effect.visit_id)
        self.feed(event)

    @invariant()
    def the_scene_is_whole(self) -> None:
        scene = self.machine.scene
        REACHED[scene.state] += 1
        assert scene.state in TABLE
        assert (scene.visit is None) == (scene.state is State.ATTRACT)
        assert (scene.sorry is not None) == (scene.state is State.SORRY)
        assert scene.countdown_left_s is None or scene.state is State.CAMERA
        visit = scene.visit
        if visit is not None and scene.state in (State.REVIEW, State.SAVING, State.LETTER, State.VOICE, State.RESULT):
            assert visit.still is not None
        if visit is not None and visit.speech is not None:
            assert visit.speech.audio == visit.letter.encode(), "the voice reads another letter"
        if scene.state is State.THANKS:
            assert visit is not None
            assert visit.receipt is not None

    @invariant()
    def nothing_of_a_visitor_remains_at_rest(self) -> None:
        scene = self.machine.scene
        if scene.state is State.ATTRACT:
            own = {"language", "camera", "touched_at_s", "entered_at_s"}
            fresh = Scene()
            assert all(
                getattr(scene, field.name) == getattr(fresh, field.name)
                for field in fields(scene)
                if field.name not in own
            )

    @invariant()
    def silence_always_ends_a_visit(self) -> None:
        """Unless the booth itself owes an answer, a silent room is at rest after a while, whatever the state."""
        machine = VisitMachine(self.machine.rules)
        machine.scene = replace(self.machine.scene)
        if machine.scene.is_busy or machine.scene.state is State.SAVING or machine.scene.shutter_at_s is not None:
            return
        now_s = self.now_s
        for _ in range(30):
            now_s += 20
            machine.handle(e.Tick(), now_s=now_s)
        assert machine.scene.state is State.ATTRACT


def test_any_order_of_events_keeps_the_promises(is_long: bool) -> None:
    REACHED.clear()
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        AnyVisit,
        settings=settings(
            max_examples=2000 if is_long else 60,
            stateful_step_count=120,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            derandomize=not is_long,
        ),
    )
    assert set(REACHED) == set(State), "the campaign did not reach every screen"
