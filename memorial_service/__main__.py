"""The memorial service: receives memories from booths and shows them to the family."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boothkit.settings import Loaded
    from memorial_service.settings import MemorialSettings


def main(argv: list[str] | None = None) -> int:
    """Run one subcommand and return the exit code: 0 done, 1 refused, 2 wrong settings or arguments."""
    arguments = _build_parser().parse_args(argv)
    from boothkit.logs import configure_logging
    from boothkit.settings import SettingsError, load_settings
    from memorial_service.settings import MemorialSettings

    try:
        loaded = load_settings(MemorialSettings, section="memorial", config_file=arguments.config)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    logs = loaded.settings.logs
    configure_logging(program="memorial", json_lines=logs.json_lines, level=logs.level)
    return _run(loaded, arguments)


def _run(loaded: Loaded[MemorialSettings], arguments: argparse.Namespace) -> int:
    if arguments.command == "config":
        from boothkit.settings import render_settings

        print(render_settings(loaded))
        return 0
    from boothkit.errors import BoothError
    from memorial_service.errors import SchemaTooNewError

    try:
        return _serve(loaded.settings) if arguments.command == "serve" else _command(loaded.settings, arguments)
    except SchemaTooNewError as error:
        print(error, file=sys.stderr)
    except BoothError as error:
        print(error.public_message("en"), file=sys.stderr)
    return 1


def _serve(settings: MemorialSettings) -> int:
    from boothkit.web import serve
    from memorial_service.app import build_app

    server = settings.server
    serve(build_app(settings), uds=server.socket, host=server.host, port=server.port)
    return 0


def _command(settings: MemorialSettings, arguments: argparse.Namespace) -> int:
    from memorial_service import commands
    from memorial_service.halls.service import NameTakenError, NameUnknownError

    known = {
        "migrate": commands.migrate,
        "create-hall": commands.create_hall,
        "create-memorial": commands.create_memorial,
        "enrolment-code": commands.enrolment_code,
        "revoke-booth": commands.revoke_booth,
        "invite": commands.invite,
        "revoke-invitation": commands.revoke_invitation,
        "seed-demo": commands.seed_demo_data,
    }
    try:
        lines = known[arguments.command](settings, arguments)
    except (NameTakenError, NameUnknownError, commands.CommandRefusedError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0


def _build_parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--config", type=Path, metavar="FILE", help="settings file (default: $BOOTH_CONFIG)")
    parser = argparse.ArgumentParser(prog="memorial-booth memorial", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, sentence: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=sentence, description=sentence, parents=[shared])

    add("serve", "Serve until stopped; brings the database up to date first.")
    add("config", "Print the settings in force and where each comes from.")
    add("migrate", "Bring the database to the schema of this version.")
    add("seed-demo", "Make the demo memorial, once, and print how to reach it as JSON.")
    _describe_hall(add("create-hall", "Make a memorial hall."))
    _describe_memorial(add("create-memorial", "Make a memorial."))
    _describe_invitation(add("invite", "Invite one person: prints a link and a PIN."))
    enrolment = add("enrolment-code", "Print a code with which one booth site enrols itself, once.")
    enrolment.add_argument("--hall", required=True, metavar="NAME", help="the hall that the booth belongs to")
    booth = add("revoke-booth", "Refuse a booth from now on.")
    booth.add_argument("--booth", required=True, metavar="ID", help="the booth's id")
    revoked = add("revoke-invitation", "Withdraw an invitation.")
    revoked.add_argument("--invitation", required=True, metavar="ID|LINK", help="its id, or the whole link")
    return parser


def _describe_hall(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", required=True, help="the hall's name, as families read it")


def _describe_memorial(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--hall", required=True, metavar="NAME", help="the hall that keeps it")
    parser.add_argument("--code", required=True, help="what visitors type at the booth, like KIM-2026")
    parser.add_argument("--deceased-name", required=True, help="the person's name, in Korean")
    parser.add_argument("--deceased-name-en", help="the person's name, in English")
    parser.add_argument("--name-ko", help="the page's title in Korean")
    parser.add_argument("--name-en", help="the page's title in English")
    parser.add_argument("--born", type=date.fromisoformat, metavar="YYYY-MM-DD", help="day of birth")
    parser.add_argument("--died", type=date.fromisoformat, metavar="YYYY-MM-DD", help="day of death")
    parser.add_argument("--portrait", type=Path, metavar="FILE", help="a portrait (JPEG, PNG or WebP)")
    parser.add_argument(
        "--style", action="append", default=[], metavar="ID", help="a style the family allows; may be repeated"
    )


def _describe_invitation(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--memorial", required=True, metavar="CODE", help="the memorial's code")
    parser.add_argument("--guest", metavar="NAME", help="whom the invitation is for")
    parser.add_argument("--days", type=int, metavar="N", help="how many days it works (default: the setting)")


if __name__ == "__main__":
    sys.exit(main())
