"""The commands of one program, each with its own help and all with `--config` and a `config` command.

Nothing heavy is imported before a command runs, so that help is quick.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from boothkit.settings import Loaded, SettingsGroup

S = TypeVar("S", bound="SettingsGroup")


class Subcommands(Generic[S]):
    """`memorial-booth PROGRAM COMMAND ...`. `load` reads the program's settings from a file, or from BOOTH_CONFIG."""

    def __init__(self, program: str, description: str | None, load: Callable[[Path | None], Loaded[S]]) -> None:
        self._load = load
        self._parser = argparse.ArgumentParser(prog=f"memorial-booth {program}", description=description)
        self._parser.add_argument("--config", type=Path, help="settings file (TOML); BOOTH_CONFIG when not given")
        self._commands = self._parser.add_subparsers(required=True, metavar="COMMAND")

    def add(
        self, name: str, run: Callable[[Loaded[S], argparse.Namespace], int], sentence: str
    ) -> argparse.ArgumentParser:
        """A command that `run` carries out and gives the exit code of; more arguments go to the parser it returns."""
        parser = self._commands.add_parser(name, help=sentence, description=sentence)
        parser.add_argument("--config", type=Path, default=argparse.SUPPRESS, help="settings file (TOML)")
        parser.set_defaults(run=run)
        return parser

    def add_config(self) -> None:
        """The command `config`."""
        self.add("config", _show_config, "print the settings in force and where each comes from")

    def run(self, argv: Sequence[str] | None) -> int:
        """Carry out one command. What a person should know of a failure goes to stderr, and the exit code is 1."""
        arguments = self._parser.parse_args(argv)
        from boothkit.errors import BoothError
        from boothkit.settings import SettingsError

        try:
            code: int = arguments.run(self._load(arguments.config), arguments)
        except (SettingsError, BoothError) as error:
            print(error, file=sys.stderr)  # noqa: T201 - a command speaks to the person who typed it
            return 1
        return code


def _show_config(loaded: Loaded[S], _: argparse.Namespace) -> int:
    from boothkit.settings import render_settings

    print(render_settings(loaded))  # noqa: T201 - as above
    return 0
