"""Page texts: English stands in the templates, Korean in the translators' file."""

from __future__ import annotations

from gettext import NullTranslations
from pathlib import Path

from boothkit.web.catalogues import read_translations

CATALOGUE = Path(__file__).parent / "locale" / "ko" / "LC_MESSAGES" / "messages.po"


def load_translations(language: str) -> NullTranslations:
    """The texts of one language. Raises FileNotFoundError, or babel's PoFileError for a file that cannot be read."""
    return NullTranslations() if language == "en" else read_translations(CATALOGUE, language)
