"""The commands of one program."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from boothkit.errors import ConflictError
from boothkit.settings import Loaded, SettingsGroup, load_settings
from boothkit.subcommands import Subcommands


class LampSettings(SettingsGroup):
    """Settings of a program that exists only here."""

    watts: int = 40


def load(config_file: Path | None) -> Loaded[LampSettings]:
    return load_settings(LampSettings, section="lamp", config_file=config_file, environ={})


def shine(loaded: Loaded[LampSettings], arguments: argparse.Namespace) -> int:
    print(f"{loaded.settings.watts} W, {arguments.colour}")
    return 7


def break_down(_: Loaded[LampSettings], __: argparse.Namespace) -> int:
    raise ConflictError


@pytest.fixture
def lamp() -> Subcommands[LampSettings]:
    commands = Subcommands("lamp", "Gives light.", load)
    commands.add("shine", shine, "be a light").add_argument("--colour", default="white")
    commands.add("break", break_down, "give no light")
    commands.add_config()
    return commands


@pytest.fixture
def config(tmp_path: Path) -> str:
    file = tmp_path / "site.toml"
    file.write_text("[lamp]\nwatts = 60\n")
    return str(file)


def test_a_command_gets_settings_and_arguments(
    lamp: Subcommands[LampSettings], capsys: pytest.CaptureFixture[str]
) -> None:
    assert lamp.run(["shine", "--colour", "red"]) == 7
    assert capsys.readouterr().out == "40 W, red\n"


@pytest.mark.parametrize("place", ["before", "after"])
def test_the_settings_file_may_stand_before_and_after_the_command(
    lamp: Subcommands[LampSettings], config: str, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    option = ["--config", config]
    assert lamp.run([*option, "shine"] if place == "before" else ["shine", *option]) == 7
    assert capsys.readouterr().out == "60 W, white\n"


def test_config_shows_what_is_in_force_and_where_it_comes_from(
    lamp: Subcommands[LampSettings], config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lamp.run(["config", "--config", config]) == 0
    shown = capsys.readouterr().out
    assert "watts = 60" in shown
    assert "site.toml" in shown


def test_a_failure_is_told_in_a_sentence(lamp: Subcommands[LampSettings], capsys: pytest.CaptureFixture[str]) -> None:
    assert lamp.run(["break"]) == 1
    assert capsys.readouterr().err == ConflictError.message["en"] + "\n"


def test_settings_that_cannot_be_read_are_told(
    lamp: Subcommands[LampSettings], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lamp.run(["--config", str(tmp_path / "absent.toml"), "shine"]) == 1
    assert "absent.toml" in capsys.readouterr().err


def test_a_command_that_is_not_known_is_wrong_usage(lamp: Subcommands[LampSettings]) -> None:
    with pytest.raises(SystemExit) as caught:
        lamp.run(["explode"])
    assert caught.value.code == 2
