"""What is wrong with one field of a request, in Korean and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Only what a person at the other end can act on has its own sentence; the rest share one.
_KOREAN_BY_KIND = {
    "missing": "필수 항목입니다.",
    "string_too_long": "너무 깁니다.",
    "string_too_short": "너무 짧습니다.",
    "too_long": "항목이 너무 많습니다.",
    "too_short": "항목이 부족합니다.",
    "extra_forbidden": "알 수 없는 항목입니다.",
    "json_invalid": "올바른 JSON이 아닙니다.",
    "enum": "선택할 수 없는 값입니다.",
    "literal_error": "선택할 수 없는 값입니다.",
}
_KOREAN_OTHERWISE = "값이 올바르지 않습니다."


@dataclass(frozen=True)
class FieldFault:
    """One wrong field: its dotted name, a sentence in each language, a stable kind, and the request's part it is in."""

    field: str
    ko: str
    en: str
    kind: str = "invalid"
    place: str = "body"

    def describe(self, language: str) -> dict[str, str]:
        """As a member of a problem's `errors`. The value that was sent is never repeated."""
        message = self.en if language == "en" else self.ko
        return {"in": self.place, "field": self.field, "type": self.kind, "message": message}


def read_fault(wrong: Mapping[str, Any], *, prefix: tuple[str, ...] = (), place: str = "body") -> FieldFault:
    """A fault out of one of pydantic's errors; `prefix` names what the checked data are a part of."""
    kind = wrong["type"]
    field = ".".join((*prefix, *(str(part) for part in wrong["loc"])))
    return FieldFault(field, _KOREAN_BY_KIND.get(kind, _KOREAN_OTHERWISE), wrong["msg"], kind, place)
