"""Frozen records of one visit and of what it meets. No Qt, no I/O.

Text for visitors comes as `Words` in both languages, so that switching the language needs no second request.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Language = Literal["ko", "en"]
VoiceChoice = Literal["none", "letter_read_aloud"]
PictureChoice = Literal["picture", "original"]
GenerationState = Literal["queued", "running", "done", "waiting", "failed", "off"]
VoiceState = Literal["none", "making", "ready", "failed", "unreadable"]

LETTER_MAX_CHARACTERS = 5000
SENDER_NAME_MAX_CHARACTERS = 80
RELATION_MAX_CHARACTERS = 40
NO_STYLE_ID = "none"


@dataclass(frozen=True)
class Words:
    """One text in both languages."""

    ko: str
    en: str

    def in_language(self, language: Language) -> str:
        return self.en if language == "en" else self.ko


@dataclass(frozen=True)
class Memorial:
    """A memorial the visitor may choose. `code` is what a person types; `style_ids` what its family allows."""

    memorial_id: str
    code: str
    name: Words
    deceased_name: str
    style_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class StyleSource:
    """Who made a style, and its licence."""

    author: str
    licence: str


@dataclass(frozen=True)
class Style:
    """A look to choose from. `sample` is an image/webp file, empty until it has come.

    `live_lut` is the look's table of colours for the live picture, (17, 17, 17, 3) bytes by red, green and blue; empty
    for a style that has none. `source` is shown with the style; None where nobody has to be named.
    """

    style_id: str
    name: Words
    description: Words
    sample: bytes = field(default=b"", repr=False)
    live_lut: bytes = field(default=b"", repr=False)
    source: StyleSource | None = None


@dataclass(frozen=True)
class Consents:
    """What the visitor agreed to, per use; silence is never consent.

    Consent to keep a voice has no field: it is given by choosing a voice and taken back by choosing none.
    `keep_until` is None for "for ever".
    """

    family_page: bool = False
    ai_restyle: bool = False
    online_voice: bool = False
    keep_until: date | None = None


@dataclass(frozen=True)
class Still:
    """A photograph as taken: `image` holds the whole JPEG file, never mirrored; `sha256` (hex) is its hash.

    `image` is kept byte for byte up to the family's page. `taken_at` is UTC.
    """

    image: bytes = field(repr=False)
    sha256: str
    width_px: int
    height_px: int
    taken_at: datetime
    media_type: str = "image/jpeg"


@dataclass(frozen=True)
class Generation:
    """How far the picture is. `progress` is 0 to 1; `output_id` names the image once `state` is `done`."""

    state: GenerationState
    engine: str = ""
    progress: float = 0.0
    output_id: str = ""
    seed: int | None = None


@dataclass(frozen=True)
class Output:
    """A finished picture: `image` is a whole PNG file."""

    output_id: str
    engine: str
    image: bytes = field(repr=False)


@dataclass(frozen=True)
class Speech:
    """The letter read aloud, as the visitor hears it: `audio` is a whole audio/mp4 file."""

    audio: bytes = field(repr=False)
    made_by: str
    duration_s: float
    language: Language
    media_type: str = "audio/mp4"


@dataclass(frozen=True)
class Receipt:
    """The bridge's word that the visit is saved: the visitor's code and private link."""

    code: str
    memorial_name: str
    private_url: str
    saved_at: datetime


@dataclass(frozen=True)
class HandOver:
    """What goes to the bridge with the capture."""

    visit_id: str
    memorial_id: str
    style_id: str
    language: Language
    ai_restyle: bool
    sha256: str
    media_type: str


@dataclass(frozen=True)
class FinishRequest:
    """What goes to the bridge when the visitor hands the memory to the family."""

    visit_id: str
    letter: str = field(repr=False)
    sender_name: str = field(repr=False)
    relation: str = field(repr=False)
    language: Language
    voice: VoiceChoice
    chosen: PictureChoice
    consents: Consents


@dataclass(frozen=True)
class Visit:
    """One pass through the booth. Everything the visitor gave is in here, and nowhere else in the kiosk's memory.

    `still` is there from review on; `saved_at` once the bridge has the capture; `generation` and `output` as the
    picture comes along; `voice_choice` None until the visitor has answered; `receipt` from thanks on.
    `hand_over` and `finish` are what was sent: tried again, they are the same to the last letter.
    """

    visit_id: str
    language: Language
    memorial: Memorial | None = None
    consents: Consents = Consents()
    style: Style | None = None
    still: Still | None = field(default=None, repr=False)
    saved_at: datetime | None = None
    generation: Generation | None = None
    output: Output | None = field(default=None, repr=False)
    chosen: PictureChoice = "picture"
    letter: str = field(default="", repr=False)
    sender_name: str = field(default="", repr=False)
    relation: str = field(default="", repr=False)
    voice_choice: VoiceChoice | None = None
    voice_state: VoiceState = "none"
    speech: Speech | None = field(default=None, repr=False)
    hand_over: HandOver | None = field(default=None, repr=False)
    finish: FinishRequest | None = field(default=None, repr=False)
    receipt: Receipt | None = None


Stage = Literal["draft", "approved", "finishing", "erasing"]


@dataclass(frozen=True)
class JournalEntry:
    """How far a visit got, as the disk remembers it.

    draft      photographed, not approved: nobody may send it
    approved   `hand_over` is set; the bridge has it once `is_handed_over`
    finishing  `finish` is set too; the bridge has not answered yet
    erasing    the content is gone here, and the bridge has to erase its copy
    """

    visit_id: str
    stage: Stage
    hand_over: HandOver | None = None
    is_handed_over: bool = False
    finish: FinishRequest | None = None


def build_hand_over(visit: Visit) -> HandOver:
    """The hand-over of an approved capture. Raises ValueError while memorial or still are missing.

    Without a style no picture is asked for; the field is then filled with NO_STYLE_ID.
    """
    if visit.memorial is None or visit.still is None:
        raise ValueError("a hand-over needs a memorial and a still")
    return HandOver(
        visit_id=visit.visit_id,
        memorial_id=visit.memorial.memorial_id,
        style_id=visit.style.style_id if visit.style else NO_STYLE_ID,
        language=visit.language,
        ai_restyle=visit.style is not None and visit.consents.ai_restyle,
        sha256=visit.still.sha256,
        media_type=visit.still.media_type,
    )


def build_finish(visit: Visit) -> FinishRequest:
    """The finish request: name and relation on one line each.

    A letter that was read aloud keeps the language in which the visitor heard it.
    """
    return FinishRequest(
        visit_id=visit.visit_id,
        letter=visit.letter,
        sender_name=" ".join(visit.sender_name.split()),
        relation=" ".join(visit.relation.split()),
        language=visit.speech.language if visit.speech else visit.language,
        voice=visit.voice_choice or "none",
        chosen=visit.chosen if visit.style is not None else "original",
        consents=visit.consents,
    )
