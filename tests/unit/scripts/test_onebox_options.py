"""What the command line asks for, and what follows from the display."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.onebox.options import ROOT, parse_options
from scripts.onebox.screen import count_columns, pad
from scripts.onebox.words import STEPS, WORDS, Words, guess_language

NO_DISPLAY: dict[str, str] = {}
DISPLAY = {"DISPLAY": ":0"}


@pytest.mark.parametrize("environ", [DISPLAY, {"WAYLAND_DISPLAY": "wayland-0"}])
def test_with_a_display_a_person_is_the_visitor(environ: dict[str, str]) -> None:
    options = parse_options([], environ)
    assert (options.is_automatic, options.is_offscreen) == (False, False)


def test_without_a_display_an_automatic_visitor_comes() -> None:
    options = parse_options([], NO_DISPLAY)
    assert (options.is_automatic, options.is_offscreen, options.is_once) == (True, True, False)


@pytest.mark.parametrize("words", [["--photo", "a.jpg"], ["--letter", ""], ["--style", "ink_wash"], ["--auto-visitor"]])
def test_wishes_for_the_visit_bring_the_automatic_visitor_to_the_window(words: list[str]) -> None:
    options = parse_options(words, DISPLAY)
    assert (options.is_automatic, options.is_offscreen) == (True, False)


def test_offscreen_can_be_asked_for() -> None:
    options = parse_options(["--offscreen"], DISPLAY)
    assert (options.is_automatic, options.is_offscreen) == (True, True)


def test_file_names_are_those_of_the_callers_folder(tmp_path: Path) -> None:
    options = parse_options(["--from", str(tmp_path), "--photo", "a.jpg", "--var", "booth"], NO_DISPLAY)
    assert options.photo == tmp_path / "a.jpg"
    assert options.var == tmp_path / "booth"
    assert parse_options([], NO_DISPLAY).var == ROOT / "var"


@pytest.mark.parametrize("port", ["80", "65500", "many"])
def test_ports_that_cannot_be_are_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_options(["--base-port", port], NO_DISPLAY)
    assert "--base-port" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "ko_KR.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_terminals_language_is_guessed_and_can_be_said(environ: dict[str, str], language: str) -> None:
    assert guess_language(environ) == language
    assert parse_options([], environ).language == language
    assert parse_options(["--lang", "ko"], environ).language == "ko"


@pytest.mark.parametrize("texts", [WORDS, STEPS])
def test_every_text_exists_in_both_languages(texts: dict[str, dict[str, str]]) -> None:
    for key, versions in texts.items():
        assert set(versions) == {"ko", "en"}, key
        assert all(versions.values()), key


def test_both_languages_tell_the_same_details() -> None:
    for key, versions in WORDS.items():
        names = [sorted(part.split("}")[0].split(":")[0] for part in text.split("{")[1:]) for text in versions.values()]
        assert names[0] == names[1], key


def test_a_step_without_a_name_keeps_its_own() -> None:
    assert Words("ko").name_step("letter") == "편지"
    assert Words("en").name_step("new_step") == "new_step"


def test_hangul_takes_two_columns() -> None:
    assert count_columns("편지 a") == 6
    assert pad("편지", 6) == "편지  "
