"""What of a request can be answered back as it came."""

from __future__ import annotations

from typing import Any

DEEPEST = 32


def check_writable(value: Any, depth: int = 0) -> None:
    """Raise ValueError for half a surrogate pair in a text or name, and for nesting deeper than DEEPEST."""
    if depth > DEEPEST:
        raise ValueError(f"the request is nested more than {DEEPEST} levels deep")
    if isinstance(value, str):
        _check_unicode(value)
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_unicode(name)
            check_writable(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            check_writable(item, depth + 1)


def _check_unicode(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("a text holds half a surrogate pair") from None
