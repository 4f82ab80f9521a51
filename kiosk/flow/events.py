"""Everything that can happen to a visit: touches of the visitor, results of effects, and the passing of time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.errors import KioskError
from kiosk.flow.ports import CameraState
from kiosk.flow.visit import (
    Consents,
    Generation,
    Language,
    Memorial,
    Output,
    PictureChoice,
    Receipt,
    Speech,
    Still,
    Style,
    VoiceChoice,
)


@dataclass(frozen=True)
class Event:
    """Base of all events."""


class VisitorEvent(Event):
    """Something the visitor did; it answers the idle warning."""


@dataclass(frozen=True)
class ResultEvent(Event):
    """What came of an effect. It is void when the visit it belongs to is over."""

    visit_id: str


# --- the passing of time and the devices -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Tick(Event):
    """Time has passed. Sent every 50 to 100 ms; countdown and idle time read the clock given with it."""


@dataclass(frozen=True)
class CameraChanged(Event):
    """The camera's supervisor reports a new state."""

    state: CameraState


# --- the visitor -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Touched(VisitorEvent):
    """The screen was touched, or the visitor listens to a voice: somebody is there. Changes nothing else."""


@dataclass(frozen=True)
class VisitBegun(VisitorEvent):
    """attract: begin."""


@dataclass(frozen=True)
class LanguageChosen(VisitorEvent):
    """language: choose and go on. In every later state: switch the language and stay."""

    language: Language


@dataclass(frozen=True)
class BackPressed(VisitorEvent):
    """One screen back, where that is possible. During the countdown it stops the countdown."""


@dataclass(frozen=True)
class VisitLeft(VisitorEvent):
    """Leave at once. Before `thanks` everything is erased; in `thanks` it is simply the end."""


@dataclass(frozen=True)
class MemorialChosen(VisitorEvent):
    """memorial: one of the list."""

    memorial_id: str


@dataclass(frozen=True)
class MemorialCodeEntered(VisitorEvent):
    """memorial: a typed code, looked up at the bridge."""

    code: str


@dataclass(frozen=True)
class ConsentsGiven(VisitorEvent):
    """consent: every question is answered, go on. Refused without `family_page`."""

    consents: Consents


@dataclass(frozen=True)
class StyleChosen(VisitorEvent):
    """style: mark one (stays)."""

    style_id: str


@dataclass(frozen=True)
class StyleConfirmed(VisitorEvent):
    """style: go on with the marked one."""


@dataclass(frozen=True)
class ShutterPressed(VisitorEvent):
    """camera: start the countdown. Refused while the camera is not live."""


@dataclass(frozen=True)
class RetakePressed(VisitorEvent):
    """review: drop this photograph and return to the camera."""


@dataclass(frozen=True)
class CaptureApproved(VisitorEvent):
    """review: keep this photograph; it is handed over now."""


@dataclass(frozen=True)
class LetterDrafted(VisitorEvent):
    """letter: what stands in the fields now. What is longer than the limits in visit.py is cut."""

    letter: str = field(repr=False)
    sender_name: str = field(repr=False)
    relation: str = field(repr=False)


@dataclass(frozen=True)
class LetterConfirmed(VisitorEvent):
    """letter: go on with what was drafted last; an empty letter is allowed."""


@dataclass(frozen=True)
class VoiceChosen(VisitorEvent):
    """voice: mark one (stays). Reading aloud needs a letter and starts at once; the same again retries a failure."""

    choice: VoiceChoice


@dataclass(frozen=True)
class VoiceConfirmed(VisitorEvent):
    """voice: go on with the marked choice. Refused while the voice is being made."""


@dataclass(frozen=True)
class PictureChosen(VisitorEvent):
    """result: which of the two stands in front (stays)."""

    chosen: PictureChoice


@dataclass(frozen=True)
class FinishPressed(VisitorEvent):
    """result: hand everything to the family."""


@dataclass(frozen=True)
class RetryPressed(VisitorEvent):
    """sorry: try again what did not work."""


@dataclass(frozen=True)
class SendLaterAccepted(VisitorEvent):
    """sorry, only when `is_kept`: go home; the booth keeps what was finished and goes on sending it."""


# --- results ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MemorialsLoaded(ResultEvent):
    memorials: tuple[Memorial, ...]


@dataclass(frozen=True)
class MemorialsFailed(ResultEvent):
    error: KioskError


@dataclass(frozen=True)
class MemorialFound(ResultEvent):
    memorial: Memorial


@dataclass(frozen=True)
class MemorialUnknown(ResultEvent):
    """No memorial has this code."""


@dataclass(frozen=True)
class MemorialCheckFailed(ResultEvent):
    error: KioskError


@dataclass(frozen=True)
class StylesLoaded(ResultEvent):
    styles: tuple[Style, ...]


@dataclass(frozen=True)
class StylesFailed(ResultEvent):
    error: KioskError


@dataclass(frozen=True)
class StyleSampleLoaded(ResultEvent):
    style_id: str
    sample: bytes = field(repr=False)


@dataclass(frozen=True)
class StillTaken(ResultEvent):
    """The photograph is in the journal."""

    still: Still


@dataclass(frozen=True)
class StillFailed(ResultEvent):
    error: KioskError


@dataclass(frozen=True)
class CaptureSaved(ResultEvent):
    """The bridge has the capture on disk."""

    saved_at: datetime


@dataclass(frozen=True)
class CaptureNotSaved(ResultEvent):
    error: KioskError


@dataclass(frozen=True)
class GenerationChanged(ResultEvent):
    generation: Generation


@dataclass(frozen=True)
class OutputLoaded(ResultEvent):
    output: Output


@dataclass(frozen=True)
class SpeechMade(ResultEvent):
    """`letter` is the text that was read: a voice that reads an older letter is not kept."""

    letter: str = field(repr=False)
    speech: Speech


@dataclass(frozen=True)
class VoiceFailed(ResultEvent):
    letter: str = field(repr=False)
    error: KioskError


@dataclass(frozen=True)
class FinishSaved(ResultEvent):
    """The bridge has everything: from here on "saved" is true."""

    receipt: Receipt


@dataclass(frozen=True)
class FinishNotSaved(ResultEvent):
    """Not saved at the bridge. The request is in the journal when `is_kept`."""

    error: KioskError
    is_kept: bool
