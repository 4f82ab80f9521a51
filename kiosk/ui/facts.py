"""What the screens read, as plain values, made from the scene. No Qt and no decisions: only words and shapes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kiosk.flow.scene import Scene, State
from kiosk.flow.texts import has_words
from kiosk.flow.visit import Consents, Generation, Language, StyleSource, Visit, Words

ONE_YEAR = timedelta(days=365)
USES = ("family_page", "ai_restyle", "online_voice", "keep")
AUTHOR_LETTERS = 40
# Agreements that have no name outside the hall; other licences are shown by their own.
_LICENCES = {
    "LicenseRef-permission": Words("허락을 받아 사용", "used with permission"),
    "LicenseRef-own-work": Words("추모관이 직접 만든 그림", "the hall’s own work"),
}
_UNSEEN = Generation("queued")
_NO_VISIT = Visit(visit_id="", language="ko")


@dataclass(frozen=True)
class Facts:
    """Every value the QML files know of as `scene.<name>`.

    Times are whole seconds, parts 0 to 1, sources addresses of pictures ("" while there is none). `consents` holds
    "yes" or "no" per use that is answered. A style's `credit` is "" where nobody has to be named. `picture_state` is
    off, queued, running, waiting, failed or done, where done means that the picture is here to be looked at, waiting
    that it comes after the visit, failed that it never will. `samples` stands beside `styles`, so that a sample which
    comes late does not rebuild the cards under a finger. `is_still_here` says of an apology that nothing of the
    visitor's work is lost yet.
    """

    state: str
    language: str
    hall_name: str
    is_busy: bool
    notice: str
    idle_seconds_left: int
    has_memorials: bool
    memorials: list[dict[str, str]]
    memorial_name: str
    consents: dict[str, str]
    is_consent_answered: bool
    has_styles: bool
    styles: list[dict[str, str]]
    samples: dict[str, str]
    style_id: str
    camera_state: str
    is_counting: bool
    seconds_left: int
    part_left: float
    original_source: str
    picture_source: str
    has_picture: bool
    picture_state: str
    picture_part: float
    is_ai_generated: bool
    chosen: str
    letter: str
    has_letter: bool
    sender_name: str
    relation: str
    online_voice_allowed: bool
    voice_choice: str
    voice_state: str
    receipt_code: str
    qr_source: str
    sorry_words: str
    is_kept: bool
    is_still_here: bool
    can_leave: bool


def build_facts(
    scene: Scene,
    *,
    hall_name: Words,
    answers: Mapping[str, str],
    sources: Mapping[str, str],
    countdown_s: float,
) -> Facts:
    """The facts of a scene, the consents answered so far, and the picture addresses by name."""
    visit = scene.visit or _NO_VISIT
    language = scene.language
    return Facts(
        state=str(scene.state),
        language=language,
        hall_name=hall_name.in_language(language),
        is_busy=scene.is_busy,
        notice=str(scene.notice or ""),
        idle_seconds_left=math.ceil(scene.idle_left_s or 0.0),
        consents=dict(answers),
        is_consent_answered=all(use in answers for use in USES),
        can_leave=_can_leave(scene),
        **_choices(scene, visit, language, sources),
        **_camera(scene, countdown_s),
        **_picture(visit, sources),
        **_letter(visit),
        **_end(scene, visit, language, sources),
    )


def build_consents(answers: Mapping[str, str], today: date) -> Consents:
    """The visitor's answers as a record. Call it only when every use is answered."""
    return Consents(
        family_page=answers["family_page"] == "yes",
        ai_restyle=answers["ai_restyle"] == "yes",
        online_voice=answers["online_voice"] == "yes",
        keep_until=None if answers["keep"] == "yes" else today + ONE_YEAR,
    )


def _choices(scene: Scene, visit: Visit, language: Language, sources: Mapping[str, str]) -> dict[str, Any]:
    return {
        "has_memorials": scene.memorials is not None,
        "memorials": [
            {
                "memorial_id": memorial.memorial_id,
                "deceased_name": memorial.deceased_name,
                "name": memorial.name.in_language(language),
            }
            for memorial in scene.memorials or ()
        ],
        "memorial_name": visit.memorial.deceased_name if visit.memorial else "",
        "has_styles": scene.styles is not None,
        "styles": [
            {
                "style_id": style.style_id,
                "name": style.name.in_language(language),
                "description": style.description.in_language(language),
                "credit": write_credit(style.source, language),
            }
            for style in scene.styles or ()
        ],
        "samples": {style.style_id: sources.get(f"sample_{style.style_id}", "") for style in scene.styles or ()},
        "style_id": visit.style.style_id if visit.style else "",
    }


def write_credit(source: StyleSource | None, language: Language) -> str:
    """Author and licence in one line; a long author is cut, so that the licence stays to be seen."""
    if source is None:
        return ""
    author = source.author if len(source.author) <= AUTHOR_LETTERS else source.author[: AUTHOR_LETTERS - 1] + "…"
    words = _LICENCES.get(source.licence)
    return f"{author} · {words.in_language(language) if words else source.licence}"


def _camera(scene: Scene, countdown_s: float) -> dict[str, Any]:
    left_s = scene.countdown_left_s
    return {
        "camera_state": scene.camera,
        "is_counting": left_s is not None,
        "seconds_left": math.ceil(left_s or 0.0),
        "part_left": (left_s or 0.0) / countdown_s,
    }


def _picture(visit: Visit, sources: Mapping[str, str]) -> dict[str, Any]:
    generation = visit.generation or _UNSEEN
    has_output = visit.output is not None
    engine = visit.output.engine if visit.output else generation.engine
    return {
        "original_source": sources.get("original", ""),
        "picture_source": sources.get("picture", ""),
        "has_picture": has_output,
        "picture_state": "off" if visit.style is None else _picture_state(generation, has_output=has_output),
        "picture_part": 1.0 if has_output else generation.progress,
        "is_ai_generated": engine not in ("", "painter"),
        "chosen": visit.chosen,
    }


def _picture_state(generation: Generation, *, has_output: bool) -> str:
    """A picture that is ready at the bridge but not fetched yet is still on its way for the visitor."""
    if has_output:
        return "done"
    return "running" if generation.state == "done" else generation.state


def _letter(visit: Visit) -> dict[str, Any]:
    return {
        "letter": visit.letter,
        "has_letter": has_words(visit.letter),
        "sender_name": visit.sender_name,
        "relation": visit.relation,
        "online_voice_allowed": visit.consents.online_voice,
        "voice_choice": visit.voice_choice or "",
        "voice_state": visit.voice_state,
    }


def _can_leave(scene: Scene) -> bool:
    """Not at rest, and not while a finish is on its way."""
    return scene.visit is not None and not (scene.state is State.RESULT and scene.is_busy)


def _is_still_here(scene: Scene) -> bool:
    """True when an apology concerns a photograph that a retry sends again as it is."""
    sorry, visit = scene.sorry, scene.visit
    return sorry is not None and sorry.retry_to is not State.CAMERA and visit is not None and visit.still is not None


def _end(scene: Scene, visit: Visit, language: Language, sources: Mapping[str, str]) -> dict[str, Any]:
    return {
        "receipt_code": visit.receipt.code if visit.receipt else "",
        "qr_source": sources.get("qr", ""),
        "sorry_words": scene.sorry.words.in_language(language) if scene.sorry else "",
        "is_kept": scene.sorry is not None and scene.sorry.is_kept,
        "is_still_here": _is_still_here(scene),
    }
