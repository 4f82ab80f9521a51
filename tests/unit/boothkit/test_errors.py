"""Every public error speaks both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from boothkit import errors, files, image_errors, images
from boothkit.errors import BoothError
from boothkit.web import problems, requests


def all_errors(kind: type[BoothError] = BoothError) -> Iterator[type[BoothError]]:
    yield kind
    for inner in kind.__subclasses__():
        if inner.__module__.startswith("boothkit."):
            yield from all_errors(inner)


def test_the_list_below_is_not_empty() -> None:
    modules = {kind.__module__ for kind in all_errors()}
    assert modules >= {module.__name__ for module in (errors, files, image_errors, problems, requests)}


@pytest.mark.parametrize("kind", list(all_errors()), ids=lambda kind: kind.__name__)
def test_an_error_has_a_face_in_both_languages(kind: type[BoothError]) -> None:
    assert 400 <= kind.status < 600
    assert kind.code == kind.code.lower()
    for words in (kind.title, kind.message):
        assert set(words) == {"ko", "en"}
        assert any("가" <= letter <= "힣" for letter in words["ko"])
        assert words["en"].isascii()
        assert "!" not in words["ko"] + words["en"]


def test_codes_are_unique() -> None:
    codes = [kind.code for kind in all_errors()]
    assert len(codes) == len(set(codes))


def test_details_fill_the_message() -> None:
    error = images.ImageTooLargeError(max_megabytes=12)
    assert "12 MB" in error.public_message("en")
    assert "12 MB" in error.public_message("ko")
    assert str(error) == error.public_message("en")


def test_a_missing_detail_never_breaks_the_message() -> None:
    assert "{max_megabytes}" in images.ImageTooLargeError().public_message("en")


def test_an_unknown_language_is_korean() -> None:
    error = errors.NotFoundError()
    assert error.public_message("fr") == error.message["ko"]
