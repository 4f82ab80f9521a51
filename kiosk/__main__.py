"""The touch kiosk that a visitor meets: camera, picture, letter, voice."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boothkit.settings import Loaded
    from kiosk.auto_visitor import Wishes
    from kiosk.settings import KioskSettings

_LETTERS = {
    "ko": "할머니, 보고 싶어요. 주신 사랑을 잊지 않고 잘 지낼게요.",
    "en": "Grandmother, I miss you. Thank you for everything you gave us.",
}
_SENDERS = {"ko": ("박서연", "손녀"), "en": ("Seoyeon Park", "granddaughter")}


def main(argv: list[str] | None = None) -> int:
    """Run one of the kiosk's commands; the exit code is 0 when it worked."""
    arguments = _create_parser().parse_args(argv)
    from boothkit.errors import BoothError
    from boothkit.settings import SettingsError, load_settings
    from kiosk.settings import KioskSettings

    try:
        loaded = load_settings(KioskSettings, section="kiosk", config_file=arguments.config)
        run: Callable[[Loaded[KioskSettings], argparse.Namespace], int] = arguments.run
        return run(loaded, arguments)
    except (SettingsError, BoothError) as error:
        print(error, file=sys.stderr)
        return 1


def _create_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="memorial-booth kiosk", description=__doc__)
    parser.add_argument("--config", type=Path, help="settings file (TOML); BOOTH_CONFIG when not given")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_run(commands)
    enrol = _add(commands, "enrol", _enrol, "enrol this kiosk at the bridge")
    enrol.add_argument("--code", required=True, help="code from the bridge's enrolment-code command")
    enrol.add_argument("--name", default="kiosk", help="name of this kiosk, as the staff will see it")
    _add(commands, "config", _show_config, "print the settings in force and where each comes from")
    return parser


def _add_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = _add(commands, "run", _run, "open the kiosk's window")
    run.add_argument("--windowed", action="store_true", help="an ordinary window instead of the full screen")
    run.add_argument("--size", type=_parse_size, metavar="WIDTHxHEIGHT", help="size of the window, like 1080x1920")
    run.add_argument("--photo", type=Path, help="photograph that the recorded camera shows")
    run.add_argument("--auto-visitor", action="store_true", help="an automatic visitor walks once through the screens")
    run.add_argument("--language", choices=("ko", "en"), default="ko", help="language of the automatic visitor")
    run.add_argument("--letter", help="letter of the automatic visitor")
    run.add_argument("--style", help="style the automatic visitor chooses")
    run.add_argument("--once", action="store_true", help="end after the automatic visit; 0 when it succeeded")
    run.add_argument("--report", type=Path, help="file for the automatic visitor's report (JSON)")


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[Loaded[KioskSettings], argparse.Namespace], int],
    sentence: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=sentence, description=sentence)
    parser.add_argument("--config", type=Path, default=argparse.SUPPRESS, help="settings file (TOML)")
    parser.set_defaults(run=run)
    return parser


def _parse_size(text: str) -> tuple[int, int]:
    width, cross, height = text.partition("x")
    if not (cross and width.isdecimal() and height.isdecimal() and int(width) >= 640 and int(height) >= 640):
        raise argparse.ArgumentTypeError(f"{text!r} is not like 1080x1920 (each side at least 640)")
    return int(width), int(height)


def _run(loaded: Loaded[KioskSettings], arguments: argparse.Namespace) -> int:
    from kiosk.app import RunOptions, run_kiosk
    from kiosk.ui.fonts import NoKoreanFontError

    options = RunOptions(
        size=arguments.size,
        is_windowed=arguments.windowed,
        photo=arguments.photo,
        wishes=_build_wishes(arguments) if arguments.auto_visitor else None,
        is_once=arguments.once,
        report_file=arguments.report,
    )
    try:
        return run_kiosk(loaded.settings, options)
    except NoKoreanFontError as error:
        print(error, file=sys.stderr)
        return 1


def _build_wishes(arguments: argparse.Namespace) -> Wishes:
    from kiosk.auto_visitor import Wishes

    sender_name, relation = _SENDERS[arguments.language]
    letter = _LETTERS[arguments.language] if arguments.letter is None else arguments.letter
    return Wishes(arguments.language, letter, sender_name, relation, arguments.style)


def _enrol(loaded: Loaded[KioskSettings], arguments: argparse.Namespace) -> int:
    from kiosk.bridge.client import BridgeClient
    from kiosk.bridge.token import TokenFile

    settings = loaded.settings
    client = BridgeClient(settings.bridge, TokenFile(settings.store.data_dir / "token"))
    print(client.enrol(arguments.code, name=arguments.name))
    return 0


def _show_config(loaded: Loaded[KioskSettings], arguments: argparse.Namespace) -> int:
    from boothkit.settings import render_settings

    print(render_settings(loaded))
    return 0


if __name__ == "__main__":
    sys.exit(main())
