"""Cleaning of what people typed: one Unicode form, no control characters, nothing else changed."""

from __future__ import annotations

import re
import unicodedata

# C0 and C1 controls except tab and line feed; they have no meaning in a letter and PostgreSQL refuses NUL.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def clean_text(text: str) -> str:
    """A letter: NFC, line ends as line feeds, no controls, no blank space around it."""
    unified = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _CONTROLS.sub("", unified).strip()


def clean_line(text: str) -> str:
    """A name: like `clean_text`, on one line with single spaces."""
    return " ".join(clean_text(text).split())
