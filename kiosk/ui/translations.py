"""The screens in Korean and English: compiled catalogues, switched while the booth runs."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import PySide6
from PySide6.QtCore import QCoreApplication, QObject, QTranslator, Slot
from PySide6.QtQml import QQmlEngine

LANGUAGES = ("ko", "en")
_SOURCES = Path(__file__).with_name("i18n")


class TranslationError(Exception):
    """A catalogue is missing or cannot be compiled."""


class LanguageSwitch(QObject):
    """Installs the catalogue of one language at a time and has every text on the screen written anew."""

    def __init__(self, engine: QQmlEngine) -> None:
        super().__init__()
        self._engine = engine
        self._catalogues = {language: _load(language) for language in LANGUAGES}
        self._installed: QTranslator | None = None

    @Slot(str)
    def use(self, language: str) -> None:
        """Switch to `language` ("ko" or "en"); takes about a millisecond."""
        if self._installed is not None:
            QCoreApplication.removeTranslator(self._installed)
        self._installed = self._catalogues[language]
        QCoreApplication.installTranslator(self._installed)
        self._engine.retranslate()


def _load(language: str) -> QTranslator:
    translator = QTranslator()
    if not translator.load(str(find_catalogue(language))):
        raise TranslationError(f"the catalogue for {language!r} cannot be read")
    return translator


def find_catalogue(language: str) -> Path:
    """The compiled catalogue; compiled now when it is missing or older than its source. Raises TranslationError."""
    source = _SOURCES / f"kiosk_{language}.ts"
    compiled = source.with_suffix(".qm")
    if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
        return compiled
    return compile_catalogue(source, compiled)


def compile_catalogue(source: Path, compiled: Path) -> Path:
    """Run Qt's lrelease; in a folder that cannot be written the result goes to the folder for temporary files."""
    with tempfile.NamedTemporaryFile(suffix=".qm", delete=False) as made:
        target = Path(made.name)
    command = [str(Path(PySide6.__file__).with_name("lrelease")), "-silent", str(source), "-qm", str(target)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise TranslationError(f"lrelease: {run.stdout}{run.stderr}".strip())
    try:
        compiled.write_bytes(target.read_bytes())
    except OSError:
        return target
    target.unlink()
    return compiled
