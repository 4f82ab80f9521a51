"""Lines of several programs on one terminal."""

from __future__ import annotations

import io

import pytest

from boothkit.merged_log import MergedLog


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_names_are_aligned_and_plain_when_the_output_is_a_file() -> None:
    stream = io.StringIO()
    log = MergedLog(["nginx", "memorial"], stream=stream)
    log.print_line("nginx", "started")
    log.print_line("memorial", "ready")
    assert stream.getvalue() == "nginx    | started\nmemorial | ready\n"


def test_programs_have_different_colours_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    log = MergedLog(["nginx", "bridge"], stream=stream)
    log.print_line("nginx", "a")
    log.print_line("bridge", "b")
    assert stream.getvalue() == "\033[36mnginx  |\033[0m a\n\033[33mbridge |\033[0m b\n"


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Terminal()
    MergedLog(["nginx"], stream=stream).print_line("nginx", "a")
    assert stream.getvalue() == "nginx | a\n"


def test_an_unknown_program_is_printed_too() -> None:
    stream = io.StringIO()
    MergedLog([], stream=stream).print_line("guest", "hello")
    assert stream.getvalue() == "guest | hello\n"
