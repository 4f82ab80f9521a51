"""Staff of the studio read words of its pages, whatever ends a job."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import lora_training
from boothkit.errors import BoothError
from lora_training.__main__ import main
from lora_training.failure_note import NOTE_VARIABLE, Failure, read_note
from lora_training.publishing.refusals import WORDS as CAUSES
from lora_training.studio.web.catalogues import CATALOGUE
from lora_training.studio.work.failure_words import WORDS, explain_failure
from lora_training.studio.work.generator_words import GENERATOR_WORDS

PACKAGE = Path(lora_training.__file__).parent
STUDIO = PACKAGE / "studio"
ALL_WORDS = [*WORDS.items(), *GENERATOR_WORDS.items()]


def list_codes() -> Iterator[str]:
    """The codes of all errors outside the studio's own pages: whatever a command of a job can end with."""
    for file in PACKAGE.rglob("*.py"):
        if STUDIO in file.parents:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Assign(targets=[ast.Name(id="code")], value=ast.Constant(value=str(code))):
                    yield code


def test_every_error_has_words_for_staff() -> None:
    codes = set(list_codes())
    assert len(codes) > 25
    assert codes | {"storage_full", "storage_error"} == set(WORDS)


def test_every_refusal_of_a_generator_has_words_for_staff() -> None:
    assert set(CAUSES) == set(GENERATOR_WORDS)


@pytest.mark.parametrize(("code", "words"), ALL_WORDS)
def test_the_words_are_none_of_the_command_line(code: str, words: tuple[str, str]) -> None:
    for sentence in words:
        filled = sentence.format(step=7)
        assert not re.search(r"--|`|memorial-booth|\b(train|prepare|caption|run)\b|명령", filled), filled
        assert filled.endswith(".")


def test_buttons_are_called_as_on_the_pages() -> None:
    with CATALOGUE.open("rb") as file:
        texts = [(str(message.id), str(message.string)) for message in read_po(file, locale="ko")]
    for code, (korean, english) in ALL_WORDS:
        named, called = re.findall("‘(.+?)’", korean), re.findall("“(.+?)”", english)
        assert len(named) == len(called), code
        for name in named:
            assert any(shown.startswith(name) for _, shown in texts), name
        for name in called:
            assert any(shown.startswith(name) for shown, _ in texts), name


def test_a_command_leaves_what_ended_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    note = tmp_path / "failure.json"
    monkeypatch.setenv(NOTE_VARIABLE, str(note))
    assert main(["caption", str(tmp_path / "none")]) == 1
    (failure,) = read_note(note)
    assert failure.code == "dataset_missing"
    assert "`prepare`" in capsys.readouterr().err, "at the terminal a command is named"
    assert explain_failure(failure, "en") == WORDS["dataset_missing"][1]


def test_an_error_of_another_part_keeps_its_own_sentence() -> None:
    failure = Failure("other", BoothError.message["ko"], BoothError.message["en"])
    assert explain_failure(failure, "ko") == BoothError.message["ko"]
    assert explain_failure(failure, "en") == BoothError.message["en"]


def test_a_generators_own_reason_has_general_words() -> None:
    failure = Failure("engine_failed", "-", "-", place="http://a")
    assert explain_failure(failure, "en") == f"http://a: {WORDS['generator_refused'][1]}"


@pytest.mark.parametrize("text", ["", "{", '[{"code": 1', "\x00"])
def test_half_a_note_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "note").write_text(text)
    assert read_note(tmp_path / "note") == ()


def test_what_is_said_of_the_cause_is_filled_in() -> None:
    failure = Failure(**json.loads('{"code": "training_memory", "ko": "", "en": "", "details": {"step": "12"}}'))
    assert "step 12" in explain_failure(failure, "en")
