"""Every word exists in both languages."""

from __future__ import annotations

import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from boothkit.errors import BoothError
from memorial_service import errors
from memorial_service.web.catalogues import LANGUAGES, catalogue_path, load_translations

WEB = Path(errors.__file__).parent / "web"


def list_messages() -> set[str]:
    found = extract_from_dir(
        str(WEB),
        method_map=[("**/templates/**.html", "jinja2")],
        options_map={"**": {"trimmed": "true", "silent": "false"}},
    )
    return {str(message) for _, _, message, _, _ in found}


def read(language: str) -> Catalog:
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_what_the_pages_say_and_nothing_else(language: str) -> None:
    catalogue = read(language)
    kept = {str(message.id) for message in catalogue if message.id}
    assert kept == list_messages()
    for message in catalogue:
        if message.id:
            assert message.string and not message.fuzzy, message.id
            assert not list(message.check(catalogue)), "the same placeholders on both sides"


def test_texts_are_read_without_a_build_step() -> None:
    assert load_translations("ko").gettext("Letter") == "편지"
    assert load_translations("en").gettext("Letter") == "Letter"


def list_errors() -> Iterator[type[BoothError]]:
    for value in vars(errors).values():
        if isinstance(value, type) and issubclass(value, BoothError) and value is not BoothError:
            yield value


@pytest.mark.parametrize("kind", list(list_errors()), ids=lambda kind: kind.__name__)
def test_errors_speak_both_languages_with_the_same_placeholders(kind: type[BoothError]) -> None:
    for texts in (kind.title, kind.message):
        assert set(texts) == {"ko", "en"}
        fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in texts.values()]
        assert fields[0] == fields[1]
        assert not any("!" in text for text in texts.values()), "calm words only"


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_calm(language: str) -> None:
    assert not any("!" in str(message.string) for message in read(language) if message.id)
