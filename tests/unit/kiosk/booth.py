"""Drives the machine by hand: a clock, events one after the other, and all effects so far."""

from __future__ import annotations

from itertools import count

from kiosk.flow import events as e
from kiosk.flow.effects import Effect
from kiosk.flow.scene import Rules, Scene, State
from kiosk.flow.visit import Generation, Visit
from kiosk.flow.visit_machine import VisitMachine
from tests.unit.kiosk.samples import CONSENTS, MEMORIAL, NOW, RECEIPT, STYLE, make_still


class Booth:
    """A machine at a moment in time."""

    def __init__(self) -> None:
        numbers = count(1)
        self.rules = Rules(new_visit_id=lambda: f"visit-{next(numbers)}")
        self.machine = VisitMachine(self.rules)
        self.now_s = 1000.0
        self.effects: list[Effect] = []

    @property
    def scene(self) -> Scene:
        return self.machine.scene

    @property
    def state(self) -> State:
        return self.scene.state

    @property
    def visit(self) -> Visit:
        assert self.scene.visit is not None
        return self.scene.visit

    def send(self, event: e.Event) -> list[Effect]:
        """Send an event that must be accepted; returns its effects."""
        outcome = self.machine.handle(event, now_s=self.now_s)
        assert outcome.is_accepted, f"{event} was ignored in {self.state}"
        self.effects += outcome.effects
        return list(outcome.effects)

    def refuses(self, event: e.Event) -> bool:
        outcome = self.machine.handle(event, now_s=self.now_s)
        return not outcome.is_accepted and not outcome.effects

    def wait(self, seconds: float) -> list[Effect]:
        """Let time pass in ticks of 0.1 s."""
        before = len(self.effects)
        end_s = self.now_s + seconds
        while self.now_s < end_s - 1e-9:
            self.now_s = min(self.now_s + 0.1, end_s)
            self.send(e.Tick())
        return self.effects[before:]

    def go_to(self, state: State) -> Booth:
        """Walk the straight way until `state`."""
        for event in self._way():
            if self.state is state:
                return self
            if event is None:
                self.wait(self.rules.countdown_s + 0.1)
            else:
                self.send(event)
        assert self.state is state, f"no straight way to {state}"
        return self

    def _way(self) -> list[e.Event | None]:
        visit_id = "visit-1"
        return [
            e.VisitBegun(),
            e.LanguageChosen("ko"),
            e.MemorialsLoaded(visit_id, (MEMORIAL,)),
            e.MemorialChosen(MEMORIAL.memorial_id),
            e.ConsentsGiven(CONSENTS),
            e.StylesLoaded(visit_id, (STYLE,)),
            e.StyleChosen(STYLE.style_id),
            e.StyleConfirmed(),
            e.CameraChanged("live"),
            e.ShutterPressed(),
            None,
            e.StillTaken(visit_id, make_still()),
            e.CaptureApproved(),
            e.CaptureSaved(visit_id, NOW),
            e.GenerationChanged(visit_id, Generation("running", "painter", 0.5)),
            e.LetterDrafted("편지", "김민수", "손자"),
            e.LetterConfirmed(),
            e.VoiceChosen("none"),
            e.VoiceConfirmed(),
            e.FinishPressed(),
            e.FinishSaved(visit_id, RECEIPT),
        ]


def find(effects: list[Effect], kind: type[Effect]) -> Effect:
    """The only effect of this kind."""
    found = [effect for effect in effects if isinstance(effect, kind)]
    assert len(found) == 1, f"{len(found)} x {kind.__name__} in {effects}"
    return found[0]
