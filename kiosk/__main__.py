"""The touch kiosk that a visitor meets: camera, picture, letter, voice."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from boothkit.subcommands import Subcommands

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
    return _create_commands().run(argv)


def _load(config_file: Path | None) -> Loaded[KioskSettings]:
    from boothkit.settings import load_settings
    from kiosk.settings import KioskSettings

    return load_settings(KioskSettings, section="kiosk", config_file=config_file)


def _create_commands() -> Subcommands[KioskSettings]:
    commands = Subcommands("kiosk", __doc__, _load)
    _add_run(commands)
    enrol = commands.add("enrol", _enrol, "enrol this kiosk at the bridge")
    enrol.add_argument("--code", required=True, help="code from the bridge's enrolment-code command")
    enrol.add_argument("--name", default="kiosk", help="name of this kiosk, as the staff will see it")
    commands.add_config()
    return commands


def _add_run(commands: Subcommands[KioskSettings]) -> None:
    run = commands.add("run", _run, "open the kiosk's window")
    run.add_argument("--windowed", action="store_true", help="an ordinary window instead of the full screen")
    run.add_argument("--size", type=_parse_size, metavar="WIDTHxHEIGHT", help="size of the window, like 1080x1920")
    run.add_argument("--photo", type=Path, help="photograph that the recorded camera shows")
    run.add_argument("--auto-visitor", action="store_true", help="an automatic visitor walks once through the screens")
    run.add_argument("--language", choices=("ko", "en"), default="ko", help="language of the automatic visitor")
    run.add_argument("--letter", help="letter of the automatic visitor")
    run.add_argument("--style", help="style the automatic visitor chooses")
    run.add_argument("--once", action="store_true", help="end after the automatic visit; 0 when it succeeded")
    run.add_argument("--report", type=Path, help="file for the automatic visitor's report (JSON)")


def _parse_size(text: str) -> tuple[int, int]:
    width, cross, height = text.partition("x")
    if not (cross and width.isdecimal() and height.isdecimal() and int(width) >= 640 and int(height) >= 640):
        raise argparse.ArgumentTypeError(f"{text!r} is not like 1080x1920 (each side at least 640)")
    return int(width), int(height)


def _run(loaded: Loaded[KioskSettings], arguments: argparse.Namespace) -> int:
    from kiosk.app import RunOptions, run_kiosk
    from kiosk.leaving import leave
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
        return leave(run_kiosk(loaded.settings, options))
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


if __name__ == "__main__":
    sys.exit(main())
