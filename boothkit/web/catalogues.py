"""Page texts, read from the translators' own files at start: nothing has to be compiled."""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations


def read_translations(path: Path, language: str) -> Translations:
    """The texts of one language. Raises FileNotFoundError, or babel's PoFileError for a file that cannot be read."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)
