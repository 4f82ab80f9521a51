"""What the booth shows at one moment: the state, the visit, and the few facts that each screen needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.errors import SorryReason
from kiosk.flow.effects import Effect
from kiosk.flow.ports import CameraState
from kiosk.flow.visit import Language, Memorial, Style, Visit, Words


class State(StrEnum):
    """One screen each."""

    ATTRACT = "attract"
    LANGUAGE = "language"
    MEMORIAL = "memorial"
    CONSENT = "consent"
    STYLE = "style"
    CAMERA = "camera"
    REVIEW = "review"
    SAVING = "saving"
    LETTER = "letter"
    VOICE = "voice"
    RESULT = "result"
    THANKS = "thanks"
    SORRY = "sorry"


class Notice(StrEnum):
    """A soft word on the screen that goes away with the visitor's next step."""

    CODE_UNKNOWN = "code_unknown"
    CODE_UNCHECKED = "code_unchecked"
    LIST_UNAVAILABLE = "list_unavailable"
    NOT_ENROLLED = "not_enrolled"
    FAMILY_PAGE_NEEDED = "family_page_needed"
    CAMERA_LOST = "camera_lost"
    STILL_FAILED = "still_failed"


@dataclass(frozen=True)
class Sorry:
    """What did not work. A retry is always possible and leads to `retry_to`, under a new id if `needs_new_id`.

    `words` say it to the visitor. `is_kept`: the visitor had finished, so the booth keeps the memory and goes on
    sending it by itself unless the visitor leaves with VisitLeft, which erases it.
    """

    reason: SorryReason
    words: Words
    retry_to: State
    needs_new_id: bool = False
    is_kept: bool = False


@dataclass(frozen=True)
class Rules:
    """The times of this booth, in seconds, and where new ids come from."""

    new_visit_id: Callable[[], str]
    default_language: Language = "ko"
    countdown_s: float = 5.0
    idle_warning_s: float = 60.0
    letter_idle_warning_s: float = 180.0
    idle_answer_s: float = 30.0
    thanks_s: float = 45.0
    camera_patience_s: float = 30.0
    list_retry_s: float = 3.0


@dataclass(frozen=True)
class Scene:
    """Everything the screens may read. A new scene replaces the old one after each accepted event.

    language            of the visit, in attract the booth's own
    visit               None only in attract
    memorials, styles   None while the list is on its way
    camera              state of the device
    countdown_left_s    seconds until the shutter, None when not counting (camera)
    is_busy             an answer is awaited: code check (memorial), shutter (camera), finish (result)
    notice              a soft word, or None
    sorry               set in sorry only
    idle_left_s         seconds until the screen closes for want of a touch, None while nobody is missed; what is not
                        finished is erased then

    The fields after the blank line are the machine's own: monotonic moments in seconds.
    """

    state: State = State.ATTRACT
    language: Language = "ko"
    visit: Visit | None = None
    memorials: tuple[Memorial, ...] | None = None
    styles: tuple[Style, ...] | None = None
    camera: CameraState = "off"
    countdown_left_s: float | None = None
    is_busy: bool = False
    notice: Notice | None = None
    sorry: Sorry | None = None
    idle_left_s: float | None = None

    shutter_at_s: float | None = field(default=None, repr=False)
    touched_at_s: float = field(default=0.0, repr=False)
    entered_at_s: float = field(default=0.0, repr=False)
    due_at_s: float | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Step:
    """Outcome of an accepted event."""

    scene: Scene
    effects: tuple[Effect, ...] = ()
