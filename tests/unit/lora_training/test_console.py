"""What the commands say, and that strangers' file names cannot steer a terminal."""

from __future__ import annotations

import io

from lora_training.console import ProgressLine, say


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_both_languages_are_said_and_control_characters_shown_harmless() -> None:
    stream = io.StringIO()
    say("그림\x1b[2J", "picture\u202e", to=stream)
    assert stream.getvalue() == "그림?[2J\npicture?\n"


def test_progress_is_drawn_on_a_terminal_and_cleared_at_the_end() -> None:
    terminal = Terminal()
    line = ProgressLine({"read": "reading"}, terminal)
    line.show("read", 1, 2)
    assert terminal.getvalue().endswith("reading ██████████░░░░░░░░░░ 1/2")
    line.show("read", 2, 2)
    assert terminal.getvalue().endswith("2/2\r\x1b[K")


def test_progress_is_silent_elsewhere() -> None:
    stream = io.StringIO()
    ProgressLine({"read": "reading"}, stream).show("read", 1, 2)
    assert stream.getvalue() == ""
