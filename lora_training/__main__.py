"""Teaches the booth a new style from a folder of pictures."""

from __future__ import annotations

import argparse
import os
import sys

from lora_training import (
    captioning_command,
    evaluating_command,
    preparing_command,
    publishing_command,
    studio_command,
    training_command,
)

_COMMANDS = (
    preparing_command,
    captioning_command,
    training_command,
    evaluating_command,
    publishing_command,
    studio_command,
)
"""Each has `add_command(commands)`, which sets `run`; its heavy parts are imported when it runs."""


def main(argv: list[str] | None = None) -> int:
    """Run one of the commands and return the exit code."""
    arguments = _build_parser().parse_args(argv)
    from boothkit.errors import BoothError
    from lora_training.failure_note import describe_failure, write_note

    try:
        code: int = arguments.run(arguments)
    except BoothError as error:
        print(f"{error.public_message('ko')}\n{error.public_message('en')}", file=sys.stderr)
        write_note([describe_failure(error)], os.environ)
        return 1
    return code


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="memorial-booth style", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in _COMMANDS:
        command.add_command(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
