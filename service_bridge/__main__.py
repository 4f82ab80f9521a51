"""The booth site's local server: takes visits in, has pictures made, delivers memories."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boothkit.settings import Loaded
    from service_bridge.settings import BridgeSettings


def main(argv: list[str] | None = None) -> int:
    """Run one of the bridge's commands; the exit code is 0 when it worked."""
    arguments = _create_parser().parse_args(argv)
    from boothkit.errors import BoothError
    from boothkit.settings import SettingsError, load_settings
    from service_bridge.settings import BridgeSettings

    try:
        loaded = load_settings(BridgeSettings, section="bridge", config_file=arguments.config)
        run: Callable[[Loaded[BridgeSettings], argparse.Namespace], int] = arguments.run
        return run(loaded, arguments)
    except (SettingsError, BoothError) as error:
        print(error, file=sys.stderr)
        return 1


def _create_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="memorial-booth bridge", description=__doc__)
    parser.add_argument("--config", type=Path, help="settings file (TOML); BOOTH_CONFIG when not given")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, "serve", _serve, "serve until stopped")
    _add(commands, "config", _show_config, "print the settings in force and where each comes from")
    code = _add(commands, "enrolment-code", _create_code, "print a code that lets one device in, once, for 15 minutes")
    code.add_argument("--role", choices=("kiosk", "staff"), required=True)
    enrol = _add(commands, "enrol", _enrol, "enrol this site at the memorial service")
    enrol.add_argument("--code", required=True, help="code from the memorial service's staff")
    enrol.add_argument("--name", default="booth", help="name of this site, as the hall will see it")
    _add(commands, "booths", _list_booths, "list the devices that were enrolled here")
    revoke = _add(commands, "revoke", _revoke, "refuse a device's token from now on")
    revoke.add_argument("booth_id")
    return parser


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[Loaded[BridgeSettings], argparse.Namespace], int],
    sentence: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=sentence, description=sentence)
    parser.add_argument("--config", type=Path, default=argparse.SUPPRESS, help="settings file (TOML)")
    parser.set_defaults(run=run)
    return parser


def _serve(loaded: Loaded[BridgeSettings], _: argparse.Namespace) -> int:
    from boothkit.files import DataFolderLock
    from boothkit.logs import configure_logging
    from boothkit.web import serve
    from service_bridge.app import build_bridge, create_app

    settings = loaded.settings
    configure_logging(program="bridge", json_lines=settings.server.json_logs, level=settings.server.log_level)
    with DataFolderLock(settings.store.data_dir.resolve()):
        app = create_app(build_bridge(settings))
        serve(app, uds=settings.server.socket, host=settings.server.host, port=settings.server.port)
    return 0


def _show_config(loaded: Loaded[BridgeSettings], _: argparse.Namespace) -> int:
    from boothkit.settings import render_settings

    print(render_settings(loaded))
    return 0


def _create_code(loaded: Loaded[BridgeSettings], arguments: argparse.Namespace) -> int:
    from service_bridge.app import open_database
    from service_bridge.workflow.enrolment import Enrolment

    database = open_database(loaded.settings)
    print(Enrolment(database, loaded.settings.enrolment).create_code(arguments.role))
    database.close()
    return 0


def _enrol(loaded: Loaded[BridgeSettings], arguments: argparse.Namespace) -> int:
    from boothkit.files import publish_file
    from service_bridge.app import token_file
    from service_bridge.clients.memorial import MemorialClient
    from service_bridge.clients.transport import ServiceError

    path = token_file(loaded.settings)
    try:
        answer = MemorialClient(loaded.settings.memorial, path).enrol(arguments.code, arguments.name)
    except ServiceError as error:
        print(f"The memorial service did not enrol this site: {error}.", file=sys.stderr)
        return 1
    publish_file(path, answer.token.encode())
    print(f"Enrolled as {answer.booth_id}.")
    return 0


def _list_booths(loaded: Loaded[BridgeSettings], _: argparse.Namespace) -> int:
    from boothkit.clock import to_text
    from service_bridge.app import open_database
    from service_bridge.workflow.enrolment import Enrolment

    database = open_database(loaded.settings)
    for booth in Enrolment(database, loaded.settings.enrolment).list_booths():
        state = "revoked" if booth.revoked_at else "active"
        print(f"{booth.booth_id}  {booth.role:<5}  {state:<7}  {to_text(booth.created_at)}  {booth.name}")
    database.close()
    return 0


def _revoke(loaded: Loaded[BridgeSettings], arguments: argparse.Namespace) -> int:
    from service_bridge.app import open_database
    from service_bridge.workflow.enrolment import Enrolment

    database = open_database(loaded.settings)
    is_revoked = Enrolment(database, loaded.settings.enrolment).revoke(arguments.booth_id)
    database.close()
    print(
        "Revoked." if is_revoked else "There is no such active device.", file=sys.stdout if is_revoked else sys.stderr
    )
    return 0 if is_revoked else 1


if __name__ == "__main__":
    sys.exit(main())
