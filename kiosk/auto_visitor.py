"""An automatic visitor: walks once through the real screens with real touches, for demonstrations and acceptance.

It finds the controls by their objectName, touches their middle with mouse events, and writes on the booth's own
keyboard, key by key; a long letter goes on through the same input path after its first part.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QTimer, Slot

from boothkit.logs import get_logger
from kiosk.flow.scene import Scene, State
from kiosk.flow.texts import has_words
from kiosk.flow.visit import Language, Visit
from kiosk.ui.fingers import Fingers
from kiosk.ui.window import BoothWindow

log = get_logger(__name__)

_POLL_MS = 15
_SCREEN_S = 10.0
_LIST_S = 20.0
_CAMERA_S = 20.0
_HAND_OVER_S = 30.0
_VOICE_S = 60.0
_PICTURE_S = 90.0
_FINISH_S = 30.0
TYPED_CHARACTERS = 60


@dataclass(frozen=True)
class Wishes:
    """What this visitor wants. Without `style_id` the first style is taken."""

    language: Language
    letter: str
    sender_name: str
    relation: str
    style_id: str | None = None


@dataclass(frozen=True)
class StepTime:
    """How long one step of the visit took, in seconds."""

    step: str
    seconds: float


@dataclass
class Report:
    """What happened. `reason` is empty when `result` is ok."""

    language: Language
    result: str = "ok"
    reason: str = ""
    visit_id: str = ""
    receipt_code: str = ""
    memorial_id: str = ""
    style_id: str = ""
    engine: str = ""
    photo_sha256: str = ""
    steps: list[StepTime] = field(default_factory=list)


class VisitStuckError(Exception):
    """The visit did not go on; the message names the step and what was waited for."""


@dataclass(frozen=True)
class Wait:
    """Until `is_there` is true, for at most `limit_s` seconds; `what` says it in words."""

    what: str
    is_there: Callable[[], bool]
    limit_s: float


class AutoVisitor(QObject):
    """Walks when it is started, by a timer on the window's thread. `on_step` and `on_end` are called there too."""

    def __init__(
        self,
        booth: BoothWindow,
        wishes: Wishes,
        *,
        on_step: Callable[[StepTime], None],
        on_end: Callable[[Report], None],
    ) -> None:
        super().__init__()
        self._booth = booth
        self._wishes = wishes
        self._on_step = on_step
        self._on_end = on_end
        self._fingers = Fingers(booth.window)
        self._report = Report(wishes.language)
        self._step, self._step_began_s = "begin", 0.0
        self._wait: Wait | None = None
        self._wait_began_s = 0.0
        self._walk = self._walk_through()
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self._go_on)

    def start(self) -> None:
        self._step_began_s = self._wait_began_s = time.monotonic()
        self._timer.start()

    @Slot()
    def _go_on(self) -> None:
        """One look: is what we wait for there? Then take the next touches up to the next wait."""
        try:
            self._look()
        except StopIteration:
            self._end()
        except (VisitStuckError, LookupError) as error:
            self._report.result, self._report.reason = "failed", f"{self._step}: {error}"
            self._end()

    def _look(self) -> None:
        wait, now_s = self._wait, time.monotonic()
        if wait is not None and not wait.is_there():
            self._refuse_apology()
            if now_s - self._wait_began_s > wait.limit_s:
                raise VisitStuckError(f"waited {wait.limit_s:g} s for {wait.what}")
            return
        self._note_facts()
        self._wait, self._wait_began_s = next(self._walk), now_s

    def _refuse_apology(self) -> None:
        sorry = self._scene.sorry
        if sorry is not None:
            raise VisitStuckError(f"the booth apologised: {sorry.words.in_language('en')}")

    def _end(self) -> None:
        self._timer.stop()
        log.info("The automatic visitor has ended.", action="auto_visitor.ended", result=self._report.result)
        self._on_end(self._report)

    def _done(self, step: str, following: str) -> None:
        now_s = time.monotonic()
        taken = StepTime(step, round(now_s - self._step_began_s, 3))
        self._report.steps.append(taken)
        self._step, self._step_began_s = following, now_s
        self._on_step(taken)

    def _note_facts(self) -> None:
        """The scene is empty after the farewell, so the facts are taken down as they come."""
        visit = self._scene.visit
        if visit is not None:
            report = self._report
            report.visit_id = visit.visit_id
            report.memorial_id = visit.memorial.memorial_id if visit.memorial else ""
            report.style_id = visit.style.style_id if visit.style else ""
            report.engine = visit.output.engine if visit.output else ""
            report.photo_sha256 = visit.still.sha256 if visit.still else ""
            report.receipt_code = visit.receipt.code if visit.receipt else ""

    @property
    def _scene(self) -> Scene:
        return self._booth.views.visit.scene

    @property
    def _visit(self) -> Visit:
        visit = self._scene.visit
        if visit is None:
            raise VisitStuckError("the visit is over")
        return visit

    # --- the walk ----------------------------------------------------------------------------------------------------

    def _walk_through(self) -> Iterator[Wait]:
        yield from self._arrive()
        yield from self._choose()
        yield from self._be_photographed()
        yield from self._write()
        yield from self._listen()
        yield from self._hand_over()

    def _arrive(self) -> Iterator[Wait]:
        yield from self._touch_on(State.ATTRACT, "beginButton")
        self._done("begin", "language")
        yield from self._touch_on(State.LANGUAGE, f"language_{self._wishes.language}")
        self._done("language", "memorial")

    def _choose(self) -> Iterator[Wait]:
        yield self._on(State.MEMORIAL)
        yield Wait("the list of memorials", lambda: bool(self._scene.memorials), _LIST_S)
        memorial_id = (self._scene.memorials or ())[0].memorial_id
        yield from self._touch_on(State.MEMORIAL, f"memorial_{memorial_id}")
        self._done("memorial", "consent")
        for use in ("family_page", "ai_restyle", "online_voice", "keep"):
            yield from self._touch_on(State.CONSENT, f"consent_{use}Yes")
        yield from self._touch_on(State.CONSENT, "consentNextButton")
        self._done("consent", "style")
        yield self._on(State.STYLE)
        yield Wait("the list of styles", lambda: bool(self._scene.styles), _LIST_S)
        offered = [style.style_id for style in self._scene.styles or ()]
        style_id = self._wishes.style_id or offered[0]
        if style_id not in offered:
            raise VisitStuckError(f"the style {style_id} is not offered here, only {', '.join(offered)}")
        yield from self._choose_style(style_id)
        yield from self._touch_on(State.STYLE, "styleNextButton")
        self._done("style", "capture")

    def _choose_style(self, style_id: str) -> Iterator[Wait]:
        """Touch the style's card. Before the first frame all cards lie in one place, so that another may be touched."""
        while self._visit.style is None or self._visit.style.style_id != style_id:
            yield from self._touch_on(State.STYLE, f"style_{style_id}")
            yield Wait("a chosen style", lambda: self._visit.style is not None, _SCREEN_S)

    def _be_photographed(self) -> Iterator[Wait]:
        yield self._on(State.CAMERA)
        yield Wait("the camera", lambda: self._scene.camera == "live", _CAMERA_S)
        yield from self._touch_on(State.CAMERA, "shutterButton")
        yield self._on(State.REVIEW, limit_s=_CAMERA_S)
        self._done("capture", "review")
        yield from self._touch_on(State.REVIEW, "keepButton")
        self._done("review", "hand_over")
        yield self._on(State.LETTER, limit_s=_HAND_OVER_S)
        self._done("hand_over", "letter")

    def _write(self) -> Iterator[Wait]:
        wishes = self._wishes
        fields = (
            ("senderNameField", wishes.sender_name),
            ("relationField", wishes.relation),
            ("letterArea", wishes.letter),
        )
        for name, text in fields:
            yield from self._touch_on(State.LETTER, name)
            yield from self._type(text)
        yield from self._touch_on(State.LETTER, "letterNextButton")
        yield self._on(State.VOICE)
        self._done("letter", "voice")

    def _type(self, text: str) -> Iterator[Wait]:
        """Key by key, one each time the timer comes round, so that the window draws in between."""
        keyboard = self._booth.views.keyboard
        for key in keyboard.list_touches(text[:TYPED_CHARACTERS]):
            if key.is_on_keyboard:
                yield self._shows(key.name)
                self._fingers.tap(key.name)
            else:
                keyboard.insert(key.name)
        keyboard.flush()
        if text[TYPED_CHARACTERS:]:
            keyboard.insert(text[TYPED_CHARACTERS:])

    def _listen(self) -> Iterator[Wait]:
        wants_voice = has_words(self._visit.letter)
        yield from self._touch_on(State.VOICE, "voiceReadButton" if wants_voice else "voiceNoneButton")
        yield Wait("the voice", lambda: self._visit.voice_state != "making", _VOICE_S)
        if self._visit.voice_state in ("failed", "unreadable"):
            yield from self._touch_on(State.VOICE, "voiceNoneButton")
        yield from self._touch_on(State.VOICE, "voiceNextButton")
        self._done("voice", "picture")

    def _hand_over(self) -> Iterator[Wait]:
        yield self._on(State.RESULT)
        yield Wait("the picture", self._is_picture_settled, _PICTURE_S)
        self._done("picture", "finish")
        if self._visit.output is not None:
            yield from self._touch_on(State.RESULT, "choosePictureButton")
        yield from self._touch_on(State.RESULT, "finishButton")
        yield self._on(State.THANKS, limit_s=_FINISH_S)
        self._done("finish", "thanks")
        yield from self._touch_on(State.THANKS, "doneButton")
        yield self._on(State.ATTRACT)
        self._done("thanks", "end")

    def _is_picture_settled(self) -> bool:
        generation = self._visit.generation
        has_given_up = generation is not None and generation.state in ("waiting", "failed", "off")
        return self._visit.output is not None or has_given_up or self._visit.style is None

    # --- touches -----------------------------------------------------------------------------------------------------

    def _on(self, state: State, *, limit_s: float = _SCREEN_S) -> Wait:
        return Wait(f"the screen {state}", lambda: self._scene.state is state, limit_s)

    def _shows(self, name: str) -> Wait:
        return Wait(f"the control {name}", lambda: self._fingers.can_tap(name), _SCREEN_S)

    def _touch_on(self, state: State, name: str) -> Iterator[Wait]:
        yield self._on(state)
        yield self._shows(name)
        self._fingers.tap(name)
