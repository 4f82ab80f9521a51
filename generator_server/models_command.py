"""Brings model files to this host, lists them and checks them against what was pulled."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from boothkit.subcommands import Subcommands

if TYPE_CHECKING:
    from boothkit.settings import Loaded
    from generator_server.model_store.words import Words
    from generator_server.settings import GeneratorSettings

# What a shell gives for a program that Ctrl-C ended.
INTERRUPTED = 130
Run = Callable[["Loaded[GeneratorSettings]", argparse.Namespace, "Words"], int]


def main(argv: list[str] | None = None) -> int:
    """Run one command. Exit code 1: it failed, or files differ; 2: it must be asked differently."""
    commands = Subcommands("models", __doc__, _load)
    pull = commands.add("pull", partial(_answer, _pull), "fetch one model from the hub, at a fixed commit")
    pull.add_argument("name", metavar="NAME", nargs="?", help="known name or owner/name; lists the known when left out")
    pull.add_argument("--revision", help="commit, tag or branch, instead of the known commit")
    pull.add_argument(
        "--to", dest="models", type=Path, metavar="FOLDER", help="folder of models instead of the settings'"
    )
    pull.add_argument("--endpoint", metavar="URL", help="another hub; HF_ENDPOINT or the public one when not given")
    show = commands.add("list", partial(_answer, _list), "show what is in the folder of models; reads no weights")
    verify = commands.add("verify", partial(_answer, _verify), "read every file and compare it with its manifest")
    verify.add_argument("name", metavar="NAME", nargs="?", help="one model; all of them when left out")
    for parser in (show, verify):
        parser.add_argument("--models", type=Path, metavar="FOLDER", help="folder of models instead of the settings'")
    commands.add_config()
    return commands.run(argv)


def _load(config: Path | None) -> Loaded[GeneratorSettings]:
    from boothkit.settings import load_settings
    from generator_server.settings import GeneratorSettings

    return load_settings(GeneratorSettings, section="generator", config_file=config)


def _answer(run: Run, loaded: Loaded[GeneratorSettings], arguments: argparse.Namespace) -> int:
    """Carry out one command in the terminal's language; a failure is one sentence on stderr."""
    from generator_server.model_store.failures import ModelStoreError
    from generator_server.model_store.words import Words, guess_language

    words = Words(guess_language())
    try:
        return run(loaded, arguments, words)
    except ModelStoreError as error:
        print(error.public_message(words.language), file=sys.stderr)  # noqa: T201 - a command speaks to its operator
        return error.exit_code
    except KeyboardInterrupt:
        print(words.say("stopped"), file=sys.stderr)  # noqa: T201 - as above
        return INTERRUPTED


def _pull(loaded: Loaded[GeneratorSettings], arguments: argparse.Namespace, words: Words) -> int:
    from generator_server.model_store.commands import pull_model, show_known
    from generator_server.model_store.known import choose_wish, load_known_models

    if arguments.name is None:
        return show_known(words)
    wish = choose_wish(arguments.name, arguments.revision, load_known_models())
    return pull_model(wish, _get_folder(loaded, arguments, "--to"), arguments.endpoint, words)


def _list(loaded: Loaded[GeneratorSettings], arguments: argparse.Namespace, words: Words) -> int:
    from generator_server.model_store.commands import show_models

    return show_models(_get_folder(loaded, arguments, "--models"), words)


def _verify(loaded: Loaded[GeneratorSettings], arguments: argparse.Namespace, words: Words) -> int:
    from generator_server.model_store.commands import verify_models

    return verify_models(_get_folder(loaded, arguments, "--models"), arguments.name, words)


def _get_folder(loaded: Loaded[GeneratorSettings], arguments: argparse.Namespace, option: str) -> Path:
    """The folder that was named, else that of the settings. Raises NoModelsFolderError."""
    from generator_server.model_store.failures import NoModelsFolderError

    folder: Path | None = arguments.models or loaded.settings.diffusion.models
    if folder is None:
        raise NoModelsFolderError(option=option)
    return folder


if __name__ == "__main__":
    sys.exit(main())
