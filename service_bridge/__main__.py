"""The booth site's local server: takes visits in, has pictures made, delivers memories."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from boothkit.subcommands import Subcommands

if TYPE_CHECKING:
    from boothkit.settings import Loaded
    from service_bridge.settings import BridgeSettings


def main(argv: list[str] | None = None) -> int:
    """Run one of the bridge's commands; the exit code is 0 when it worked."""
    return _create_commands().run(argv)


def _load(config_file: Path | None) -> Loaded[BridgeSettings]:
    from boothkit.settings import load_settings
    from service_bridge.settings import BridgeSettings

    return load_settings(BridgeSettings, section="bridge", config_file=config_file)


def _create_commands() -> Subcommands[BridgeSettings]:
    commands = Subcommands("bridge", __doc__, _load)
    commands.add("serve", _serve, "serve until stopped")
    commands.add_config()
    code = commands.add("enrolment-code", _create_code, "print a code that lets one device in, once, for 15 minutes")
    code.add_argument("--role", choices=("kiosk", "staff"), required=True)
    enrol = commands.add("enrol", _enrol, "enrol this site at the memorial service")
    enrol.add_argument("--code", required=True, help="code from the memorial service's staff")
    enrol.add_argument("--name", default="booth", help="name of this site, as the hall will see it")
    commands.add("booths", _list_booths, "list the devices that were enrolled here")
    revoke = commands.add("revoke", _revoke, "refuse a device's token from now on")
    revoke.add_argument("booth_id")
    return commands


def _serve(loaded: Loaded[BridgeSettings], _: argparse.Namespace) -> int:
    from boothkit.data_folder import DataFolderLock
    from boothkit.logs import configure_logging
    from boothkit.web import serve
    from service_bridge.app import build_bridge, create_app

    settings = loaded.settings
    configure_logging(program="bridge", json_lines=settings.server.json_logs, level=settings.server.log_level)
    with DataFolderLock(settings.store.data_dir.resolve()):
        app = create_app(build_bridge(settings))
        serve(app, uds=settings.server.socket, host=settings.server.host, port=settings.server.port)
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
