"""What the machine asks for. The runner performs each one off the window's thread and answers with events."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.flow.visit import FinishRequest, HandOver, Language, Still


@dataclass(frozen=True)
class Effect:
    """Base of all effects; each belongs to one visit."""

    visit_id: str


@dataclass(frozen=True)
class LoadMemorials(Effect):
    """Answer: MemorialsLoaded or MemorialsFailed."""


@dataclass(frozen=True)
class FindMemorial(Effect):
    """Answer: MemorialFound, MemorialUnknown or MemorialCheckFailed."""

    code: str


@dataclass(frozen=True)
class LoadStyles(Effect):
    """Answer: StylesLoaded, then StyleSampleLoaded for each sample that comes; or StylesFailed."""

    memorial_id: str


@dataclass(frozen=True)
class OpenCamera(Effect):
    """Answers by CameraChanged."""


@dataclass(frozen=True)
class CloseCamera(Effect):
    """Nobody is to be filmed any more."""


@dataclass(frozen=True)
class TakeStill(Effect):
    """Photograph at `at_s` (monotonic) and journal it. Answer: StillTaken or StillFailed."""

    at_s: float


@dataclass(frozen=True)
class DiscardStill(Effect):
    """Erase the photograph that was not approved."""


@dataclass(frozen=True)
class SaveCapture(Effect):
    """Journal the approval, then hand over. The bridge starts the generation. Answer: CaptureSaved, CaptureNotSaved."""

    hand_over: HandOver
    still: Still


@dataclass(frozen=True)
class WatchProgress(Effect):
    """Follow the picture. Answers: GenerationChanged, again and again."""


@dataclass(frozen=True)
class LoadOutput(Effect):
    """Fetch the finished picture. Answer: OutputLoaded; a failure is tried again by the runner."""

    output_id: str
    engine: str


@dataclass(frozen=True)
class RequestSpeech(Effect):
    """Answer: SpeechMade or VoiceFailed."""

    text: str = field(repr=False)
    language: Language
    online_voice: bool


@dataclass(frozen=True)
class Finish(Effect):
    """Journal the finish request, then send it. Answer: FinishSaved or FinishNotSaved."""

    request: FinishRequest


@dataclass(frozen=True)
class EraseVisit(Effect):
    """Erase the visit here and at the bridge; what cannot be reached now is erased later."""


@dataclass(frozen=True)
class CloseVisit(Effect):
    """The visit is over on the screen: stop watching and forget it in memory. Always the last effect of a visit."""
