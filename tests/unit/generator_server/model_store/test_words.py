"""Every sentence exists in Korean and English, with the same details, on one line."""

from __future__ import annotations

import errno
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from boothkit.errors import StorageError, StorageFullError
from generator_server.model_store import failures, words
from generator_server.model_store.disk import explain_disk
from generator_server.model_store.failures import DiskError, DiskFullError, ModelStoreError
from generator_server.model_store.words import Words, guess_language, show_size

ERRORS = [
    value
    for value in vars(failures).values()
    if isinstance(value, type) and issubclass(value, ModelStoreError) and value is not ModelStoreError
]
SENTENCES: dict[str, Mapping[Any, str]] = {**words._WORDS, **{error.code: error.message for error in ERRORS}}


@pytest.mark.parametrize("key", SENTENCES)
def test_both_languages_say_the_same(key: str) -> None:
    sentence = SENTENCES[key]
    korean, english = (set(re.findall(r"{(\w+)}", sentence[language])) for language in ("ko", "en"))
    assert korean == english
    assert "\n" not in sentence["ko"] + sentence["en"]


def test_every_error_has_its_own_code_and_a_failing_exit() -> None:
    assert len({error.code for error in ERRORS}) == len(ERRORS) > 10
    assert {error.exit_code for error in ERRORS} == {1, 2}


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "ko_KR.UTF-8"}, "ko"),
    ],
)
def test_the_terminal_decides_the_language(environ: dict[str, str], language: str) -> None:
    assert guess_language(environ) == language


def test_a_sentence_is_filled_in() -> None:
    assert Words("ko").say("missing", file="config.json") == "config.json: 파일이 없습니다."


@pytest.mark.parametrize(
    ("size_bytes", "shown"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (9_793_292, "9.8 MB"), (1_719_125_304, "1.7 GB")],
)
def test_sizes_are_shown_for_people(size_bytes: int, shown: str) -> None:
    assert show_size(size_bytes) == shown


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), DiskFullError),
        (OSError(errno.EROFS, "Read-only file system"), DiskError),
        (StorageFullError(), DiskFullError),
        (StorageError(cause="Input/output error"), DiskError),
    ],
)
def test_the_disks_refusal_is_named(error: Exception, expected: type[ModelStoreError]) -> None:
    with pytest.raises(expected, match="/srv/models"), explain_disk(Path("/srv/models")):
        raise error
