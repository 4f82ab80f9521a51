"""One invented scene for every screen of the kiosk, for screenshots and for the tests of the screens' layout."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

import painter
from kiosk.errors import NoRoomError
from kiosk.flow.scene import Notice, Scene, Sorry, State
from kiosk.flow.visit import (
    Consents,
    Generation,
    Language,
    Memorial,
    Output,
    Receipt,
    Speech,
    Still,
    Style,
    StyleSource,
    Visit,
    Words,
)

HALL = Words("한빛 추모관", "Hanbit Memorial Hall")
ANSWERS = {"family_page": "yes", "ai_restyle": "yes", "online_voice": "no", "keep": "yes"}
_TAKEN_AT = datetime(2026, 3, 14, 5, 30, tzinfo=UTC)
_MEMORIALS = (
    Memorial("m1", "SOON", Words("할머니 김순례 님을 기리며", "In memory of our grandmother"), "김순례"),
    Memorial("m2", "JUNG", Words("이정호 님의 자리", "The place of Lee Jungho"), "이정호"),
    Memorial(
        "m3", "MARY", Words("메리 헨더슨 선생님을 기억하며", "Remembering Mary Henderson, teacher"), "Mary Henderson"
    ),
)
_STYLES = tuple(
    Style(
        info.style_id,
        Words(info.name["ko"], info.name["en"]),
        Words(*(info.description[name] for name in ("ko", "en"))),
    )
    for info in painter.list_styles()
)
# As staff publish them: in their own words, of any length, each with its source.
_PUBLISHED = (
    Style(
        "lake_prints",
        Words("호숫가의 아침을 담은 목판화", "Woodcuts of a morning at the lake"),
        Words("안개 낀 물가의 부드러운 푸른빛", "The soft blue of water in the mist"),
        source=StyleSource("김화가", "CC0-1.0"),
    ),
    Style(
        "grandmothers_album",
        Words("할머니의 오래된 사진첩 빛깔", "The colours of grandmother's old album"),
        Words("햇볕에 바랜 종이와 따뜻한 갈색", "Paper faded by the sun, warm browns"),
        source=StyleSource("Hanbit Memorial Hall", "LicenseRef-permission"),
    ),
    Style(
        "temple_patterns",
        Words("단청 무늬 채색화", "Painted temple patterns"),
        Words("처마 아래의 붉은빛과 초록빛", "Reds and greens from under the eaves"),
        source=StyleSource("이정호 선생님과 가족", "CC-BY-NC-ND-4.0"),
    ),
)
_LETTERS = Words(
    "할머니, 보고 싶어요.\n어릴 때 손잡고 시장에 가던 길이 자꾸 생각나요. 끓여 주시던 된장찌개 냄새도 잊지 않을게요.",
    "Grandmother, I miss you.\nI keep thinking of the way to the market, hand in hand. "
    "I will not forget the smell of your soup.",
)
_NAMES = Words("박서연", "Seoyeon Park")
_RELATIONS = Words("손녀", "granddaughter")


@dataclass(frozen=True)
class Shot:
    """A scene with what the window needs beside it. `marks` are settings of the window itself, by name."""

    name: str
    scene: Scene
    answers: Mapping[str, str]
    marks: frozenset[str] = frozenset()


def list_shots(language: Language, *, has_pictures: bool = True) -> tuple[Shot, ...]:
    """Every screen in its order, filled in `language`. Without pictures it is quick, for tests of the layout."""
    photo = painter.sample_portrait()
    still = _make_still(photo)
    styles = tuple(
        replace(style, sample=_paint_sample(photo, style.style_id)) if has_pictures else style for style in _STYLES
    )
    picture = _encode(".png", painter.paint(photo, style="watercolour") if has_pictures else photo)
    return _compose(language, still, styles, Output("o1", "painter", picture))


def _compose(language: Language, still: Still, styles: tuple[Style, ...], output: Output) -> tuple[Shot, ...]:
    start = Visit("v1", language)
    chosen = replace(start, memorial=_MEMORIALS[0], consents=Consents(True, True, False, None), style=styles[0])
    taken = replace(chosen, still=still)
    saved = replace(taken, saved_at=_TAKEN_AT, generation=Generation("running", "painter", 0.4))
    written = replace(
        saved,
        letter=_LETTERS.in_language(language),
        sender_name=_NAMES.in_language(language),
        relation=_RELATIONS.in_language(language),
    )
    spoken = replace(
        written, voice_choice="letter_read_aloud", voice_state="ready", speech=Speech(b"x", "espeak-ng", 8.0, language)
    )
    painted = replace(spoken, output=output, generation=Generation("done", "painter", 1.0, "o1"))
    thanked = replace(painted, receipt=Receipt("K7F2-9QXM-4T", "", "https://memorial.example/r/K7F29QXM4T", _TAKEN_AT))
    full = NoRoomError()
    sorry = Sorry(full.reason, Words(full.public_message("ko"), full.public_message("en")), State.SAVING)

    def shot(name: str, state: State, visit: Visit | None, *marks: str, **facts: Any) -> Shot:
        scene = replace(Scene(state=state, language=language, visit=visit, camera="live"), **facts)
        return Shot(name, scene, ANSWERS if "answered" in marks else {}, frozenset(marks))

    return (
        shot("01_attract", State.ATTRACT, None),
        shot("02_language", State.LANGUAGE, start),
        shot("03_memorial", State.MEMORIAL, start, memorials=_MEMORIALS),
        shot("03_memorial_not_enrolled", State.MEMORIAL, start, notice=Notice.NOT_ENROLLED),
        shot("03_code", State.MEMORIAL, start, "code", memorials=_MEMORIALS, notice=Notice.CODE_UNKNOWN),
        shot("04_consent", State.CONSENT, replace(chosen, style=None)),
        shot("04_consent_answered", State.CONSENT, replace(chosen, style=None), "answered"),
        shot("05_style", State.STYLE, chosen, styles=styles),
        shot("05_style_many", State.STYLE, replace(chosen, style=_PUBLISHED[0]), styles=_add_published(styles)),
        shot("05_style_few", State.STYLE, replace(chosen, style=_PUBLISHED[-1]), styles=_add_published(styles)[-3:]),
        shot("06_camera", State.CAMERA, chosen, "preview"),
        shot("06_countdown", State.CAMERA, chosen, "preview", countdown_left_s=2.6),
        shot("06_camera_lost", State.CAMERA, chosen, camera="lost", notice=Notice.CAMERA_LOST),
        shot("07_review", State.REVIEW, taken),
        shot("08_saving", State.SAVING, taken),
        shot("09_letter_empty", State.LETTER, saved),
        shot("09_letter", State.LETTER, written),
        shot("10_voice", State.VOICE, replace(written, voice_choice=None)),
        shot("10_voice_ready", State.VOICE, spoken),
        shot("10_voice_failed", State.VOICE, replace(spoken, voice_state="failed", speech=None)),
        shot("10_voice_unreadable", State.VOICE, replace(spoken, letter="...", voice_state="unreadable", speech=None)),
        shot("11_result_coming", State.RESULT, spoken),
        shot("11_result", State.RESULT, painted),
        shot("11_result_original_only", State.RESULT, replace(spoken, style=None, chosen="original")),
        shot("12_thanks", State.THANKS, thanked),
        shot("12_thanks_closing", State.THANKS, thanked, idle_left_s=20.0),
        shot("13_sorry", State.SORRY, taken, sorry=sorry),
        shot("13_sorry_kept", State.SORRY, painted, sorry=replace(sorry, is_kept=True)),
        shot("14_idle", State.REVIEW, taken, idle_left_s=20.0),
        shot("15_leave", State.LETTER, written, "leave"),
    )


def _add_published(styles: tuple[Style, ...]) -> tuple[Style, ...]:
    """Styles as they come with the product and those of a hall, which borrow samples from them."""
    return (*styles, *(replace(style, sample=styles[-1 - place].sample) for place, style in enumerate(_PUBLISHED)))


def _make_still(photo: NDArray[np.uint8]) -> Still:
    image = _encode(".jpg", photo)
    return Still(image, hashlib.sha256(image).hexdigest(), photo.shape[1], photo.shape[0], _TAKEN_AT)


def _paint_sample(photo: NDArray[np.uint8], style_id: str) -> bytes:
    return _encode(".webp", painter.paint(photo, style=style_id))


def _encode(kind: str, rgb: NDArray[np.uint8]) -> bytes:
    return cv2.imencode(kind, cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))[1].tobytes()


def photo_frame() -> NDArray[np.uint8]:
    """What the camera would see: the portrait in BGR."""
    return cv2.cvtColor(painter.sample_portrait(), cv2.COLOR_RGB2BGR).astype(np.uint8)
