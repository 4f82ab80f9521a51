"""What a member of staff should know about the pictures they gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from painter.atlas.errors import InvalidAtlasError

RECOMMENDED_PICTURES = 20


@dataclass(frozen=True)
class AtlasNote:
    """A remark in words that can be shown; no note means that the pictures are a good set."""

    code: str
    text: Mapping[str, str]  # by language: "ko", "en"


_NOTES = (
    AtlasNote(
        "few_pictures",
        {
            "ko": f"그림이 적습니다. {RECOMMENDED_PICTURES}장 이상이면 여러 사진에 더 잘 어울립니다.",
            "en": f"There are few pictures. With {RECOMMENDED_PICTURES} or more, the style suits more photos.",
        },
    ),
    AtlasNote(
        "duplicates_dropped",
        {
            "ko": "거의 같은 그림은 한 번만 사용했습니다.",
            "en": "Pictures that are almost the same were used only once.",
        },
    ),
    AtlasNote(
        "too_alike",
        {
            "ko": "그림들의 색이 서로 매우 비슷합니다. 밝은 그림과 어두운 그림, 다른 색의 그림을 더해 주십시오.",
            "en": "The pictures' colours are much alike. Please add lighter, darker and differently coloured ones.",
        },
    ),
    AtlasNote(
        "small_pictures",
        {
            "ko": "작은 그림이 많아 붓 자국이 흐릿할 수 있습니다. 긴 변이 600픽셀 이상이면 좋습니다.",
            "en": "Many pictures are small, so brush marks may look soft. A long side of 600 pixels or more is better.",
        },
    ),
)


def get_note(code: str) -> AtlasNote:
    """The note with this code; raises InvalidAtlasError."""
    for note in _NOTES:
        if note.code == code:
            return note
    raise InvalidAtlasError(f"There is no note {code!r}.")
