"""`memorial-booth style studio`: the web page on which staff teach the booth a style."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boothkit.settings import Loaded
    from lora_training.studio.settings import TrainingSettings

_SENTENCE = "Serve the page on which staff teach a style; set-password sets their password."
_SECTION = "training"


def add_command(commands: Any) -> None:
    """Put the command into the program's parser."""
    parser: argparse.ArgumentParser = commands.add_parser("studio", help=_SENTENCE, description=_SENTENCE)
    parser.set_defaults(run=run)
    parser.add_argument(
        "action",
        nargs="?",
        choices=("serve", "set-password", "config"),
        default="serve",
        help="serve the page (what is done when nothing is named), set the staff's password, or print the settings",
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings file (default: $BOOTH_CONFIG)")
    parser.add_argument("--port", type=int, metavar="N", help="another port than that of the settings")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="another folder than that of the settings")
    parser.add_argument("--models", type=Path, metavar="FOLDER", help="folder of base models")


def run(arguments: argparse.Namespace) -> int:
    """Carry out the action and return the exit code: 0 done, 1 refused, 2 wrong settings or no password."""
    from boothkit.settings import SettingsError, load_settings
    from lora_training.studio.settings import TrainingSettings

    try:
        loaded = load_settings(TrainingSettings, section=_SECTION, config_file=arguments.config)
        settings = _apply(loaded.settings, arguments)
    except SettingsError as error:
        _print(str(error), to=sys.stderr)
        return 2
    if arguments.action == "config":
        return _show(loaded)
    return _set_password(settings) if arguments.action == "set-password" else _serve(settings)


def _apply(settings: TrainingSettings, arguments: argparse.Namespace) -> TrainingSettings:
    """What was typed wins over file and environment. Raises SettingsError."""
    from pydantic import ValidationError

    from boothkit.settings import SettingsError
    from lora_training.studio.settings import TrainingSettings

    changed = settings.model_dump()
    for group, name, value in (
        ("studio", "port", arguments.port),
        ("projects", "data_dir", arguments.data),
        ("projects", "models_dir", arguments.models),
    ):
        if value is not None:
            changed[group][name] = value
    try:
        return TrainingSettings.model_validate(changed)
    except ValidationError as error:
        raise SettingsError([f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]) from None


def _serve(settings: TrainingSettings) -> int:
    from boothkit.data_folder import DataFolderLock
    from boothkit.logs import configure_logging
    from boothkit.web import serve
    from lora_training.console import say
    from lora_training.studio.errors import PasswordMissingError
    from lora_training.studio.web.app import build_app

    logs, studio = settings.logs, settings.studio
    configure_logging(program="studio", json_lines=logs.json_lines, level=logs.level)
    with DataFolderLock(settings.projects.data_dir):
        try:
            app = build_app(settings)
        except PasswordMissingError as error:
            _print(f"{error.public_message('ko')}\n{error.public_message('en')}", to=sys.stderr)
            return 2
        if studio.socket is None:
            address = f"http://{studio.host}:{studio.port}"
            say(f"이 주소를 브라우저로 열어 주세요: {address}", f"Open this address in a browser: {address}")
            sys.stdout.flush()
        serve(app, uds=studio.socket, host=studio.host, port=studio.port)
    return 0


def _set_password(settings: TrainingSettings) -> int:
    """Asks twice on a terminal; elsewhere the first line of the input is taken."""
    import getpass

    from boothkit.files import make_folder
    from lora_training.console import say
    from lora_training.studio.access.passwords import keep_password

    if sys.stdin.isatty():
        password = getpass.getpass("비밀번호 · Password: ")
        again = getpass.getpass("한 번 더 · Again: ")
    else:
        password = again = sys.stdin.readline().rstrip("\n")
    make_folder(settings.projects.data_dir)
    keep_password(settings.projects.data_dir, password, again)
    say("직원 비밀번호를 정했습니다. 모두 다시 로그인합니다.", "The password is set. Everybody signs in again.")
    return 0


def _show(loaded: Loaded[TrainingSettings]) -> int:
    from boothkit.settings import render_settings

    _print(render_settings(loaded))
    return 0


def _print(text: str, to: Any = None) -> None:
    from lora_training.console import print_lines

    print_lines(*text.splitlines(), to=to)
