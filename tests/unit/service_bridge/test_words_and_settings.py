"""Words for people in both languages, and settings for operators."""

from __future__ import annotations

import inspect
import re

import pytest

from boothkit.errors import BoothError
from service_bridge import errors
from service_bridge.http.cause_words import describe_cause
from service_bridge.settings import BridgeSettings
from service_bridge.visits.states import WAITS_FOR_SERVICE, Cause
from service_bridge.workflow.reconciler import longest_wait_s

ONLY_OF_PICTURES = {Cause.UNKNOWN_STYLE, Cause.BAD_PICTURE}
ERRORS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, BoothError) and kind.__module__ == errors.__name__
]


@pytest.mark.parametrize("cause", [cause for cause in Cause if cause not in ONLY_OF_PICTURES])
def test_staff_read_every_cause_in_their_language(cause: Cause) -> None:
    korean, english = describe_cause(cause.value, "ko"), describe_cause(cause.value, "en")
    assert re.search("[가-힣]", korean)
    assert re.fullmatch("[ -~]+", english)
    assert (korean, english) != (describe_cause(None, "ko"), describe_cause(None, "en"))


def test_what_has_no_cause_is_on_its_way() -> None:
    assert describe_cause(None, "en") == "It is being delivered."


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_speaks_both_languages_calmly(kind: type[BoothError]) -> None:
    for words in (kind.title, kind.message):
        assert set(words) == {"ko", "en"}
        assert re.search("[가-힣]", words["ko"])
        assert "!" not in words["ko"] + words["en"]


def test_error_codes_are_unique() -> None:
    codes = [kind.code for kind in ERRORS]
    assert len(codes) == len(set(codes))


def test_waiting_for_the_picture_is_not_waiting_for_the_service() -> None:
    assert Cause.PICTURE_PENDING not in WAITS_FOR_SERVICE
    assert Cause.STORAGE not in WAITS_FOR_SERVICE


def test_every_setting_has_a_sentence_with_an_end() -> None:
    for group_name, group in BridgeSettings.model_fields.items():
        assert group.annotation is not None
        for name, field in group.annotation.model_fields.items():
            assert field.description, f"{group_name}.{name}"
            assert field.description.endswith("."), f"{group_name}.{name}"


def test_the_longest_wait_covers_every_kind_of_waiting() -> None:
    settings = BridgeSettings()
    longest = longest_wait_s(settings.generator, settings.memorial, settings.policy)
    assert longest == settings.memorial.refused_retry_s == 900.0
