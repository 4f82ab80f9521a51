"""Says which texts of the kiosk's window and of the family pages are not translated into Korean and English.

Three things are wrong: a text in the sources that a catalogue does not have, one in a catalogue without its
translation, and one in a catalogue that no source uses any more.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
LUPDATE = Path(sys.executable).with_name("pyside6-lupdate")
LANGUAGES = ("ko", "en")
WINDOW = ROOT / "kiosk" / "ui"
WEB = ROOT / "memorial_service"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]

Message = tuple[str, str]


def read_ts(file: Path) -> dict[Message, bool]:
    """(context, text) -> is translated in full, of a Qt catalogue. Texts marked as no longer used are left out."""
    messages = {}
    for context in ElementTree.parse(file).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            if translation is None or translation.get("type") not in ("vanished", "obsolete"):
                messages[context.findtext("name", ""), message.findtext("source", "")] = _is_complete(translation)
    return messages


def _is_complete(translation: ElementTree.Element | None) -> bool:
    if translation is None or translation.get("type") == "unfinished":
        return False
    forms = [form.text for form in translation.iter("numerusform")] or [translation.text]
    return all(form and form.strip() for form in forms)


def extract_ts(folder: Path, language: str) -> set[Message]:
    """Texts that the sources below `folder` use, by Qt's own tool."""
    sources = sorted(str(file) for ending in ("qml", "py") for file in folder.rglob(f"*.{ending}"))
    with tempfile.TemporaryDirectory() as scratch:
        catalogue = Path(scratch, f"fresh_{language}.ts")
        words = [str(LUPDATE), *sources, "-ts", str(catalogue), "-target-language", language]
        subprocess.run(words, check=True, capture_output=True)
        return set(read_ts(catalogue))


def find_window_problems(window: Path) -> Iterator[str]:
    """Problems of the kiosk's catalogues, one sentence each."""
    for language in LANGUAGES:
        catalogues = sorted((window / "i18n").glob(f"*_{language}.ts"))
        kept = {message: done for file in catalogues for message, done in read_ts(file).items()}
        yield from compare(f"kiosk {language}", extract_ts(window, language), kept)


def read_catalogue(file: Path) -> dict[Message, bool]:
    """(context, text) -> is translated in full, of a gettext catalogue."""
    with file.open("rb") as stream:
        catalogue = read_po(stream)
    return {
        (message.context or "", _first(message.id)): bool(message.string)
        and all(message.string if isinstance(message.string, tuple | list) else [message.string])
        and not message.fuzzy
        for message in catalogue
        if message.id
    }


def extract_web(folder: Path) -> set[Message]:
    """Texts that the programs and templates below `folder` use."""
    found = extract_from_dir(str(folder), METHODS, {"**": {"trimmed": "true", "silent": "false"}})
    return {(context or "", _first(text)) for _, _, text, _, context in found}


def find_web_problems(web: Path) -> Iterator[str]:
    """Problems of the web service's catalogues, one sentence each."""
    used = extract_web(web)
    for language in LANGUAGES:
        catalogues = sorted((web / "web" / "locale" / language).rglob("*.po"))
        kept = {message: done for file in catalogues for message, done in read_catalogue(file).items()}
        yield from compare(f"memorial {language}", used, kept)


def compare(where: str, used: set[Message], kept: dict[Message, bool]) -> Iterator[str]:
    """Sentences on what is used and what a catalogue has."""
    yield from (f"{where}: not in the catalogue: {text!r}" for _, text in sorted(used - kept.keys()))
    yield from (f"{where}: not translated: {text!r}" for (_, text), done in sorted(kept.items()) if not done)
    yield from (f"{where}: not used any more: {text!r}" for _, text in sorted(kept.keys() - used))


def _first(text: str | list[str] | tuple[str, ...]) -> str:
    """The singular, where a text has a plural."""
    return text if isinstance(text, str) else text[0]


def main() -> int:
    problems = [*find_window_problems(WINDOW), *find_web_problems(WEB)]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
