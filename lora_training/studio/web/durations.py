"""How long something still takes, as people say it."""

from __future__ import annotations

_MINUTE_S = 60
_HOUR_S = 3600


def describe_duration(seconds: float, language: str) -> str:
    """`약 3분`, `about 2 h 10 min`: never more exact than a guess can be."""
    if seconds < _MINUTE_S:
        return "less than a minute" if language == "en" else "1분 안"
    minutes = round(seconds / _MINUTE_S)
    if seconds < _HOUR_S:
        return f"about {minutes} min" if language == "en" else f"약 {minutes}분"
    hours, rest = divmod(round(minutes / 10) * 10, 60)
    if language == "en":
        return f"about {hours} h {rest} min" if rest else f"about {hours} h"
    return f"약 {hours}시간 {rest}분" if rest else f"약 {hours}시간"
