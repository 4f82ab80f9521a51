"""Page texts in Korean and English."""

from __future__ import annotations

from pathlib import Path

from babel.support import Translations

from boothkit.web.catalogues import read_translations

LANGUAGES = ("ko", "en")
LOCALE_DIR = Path(__file__).parent / "locale"


def catalogue_path(language: str) -> Path:
    """Where a language's texts are kept."""
    return LOCALE_DIR / language / "LC_MESSAGES" / "messages.po"


def load_translations(language: str) -> Translations:
    """The texts of one language. Raises FileNotFoundError, or babel's PoFileError for a file that cannot be read."""
    return read_translations(catalogue_path(language), language)
