"""The front door of the booth site and of the family site: nginx with limits, private media and load balancing."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def main(argv: list[str] | None = None) -> int:
    """Run `memorial-booth nginx serve|test|render|config`; exit code 2 when the settings cannot be used."""
    arguments = _parse(argv)
    from boothkit.settings import SettingsError
    from nginx.launch import FrontDoorError

    try:
        return _run(arguments.command, arguments.config)
    except (SettingsError, FrontDoorError) as error:
        print(error, file=sys.stderr)
        return 2


def _parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="memorial-booth nginx", description=__doc__)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--config", type=Path, metavar="FILE", help="settings file (default: $BOOTH_CONFIG)")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, sentence in (
        ("serve", "become nginx"),
        ("test", "let nginx check the configuration"),
        ("render", "print nginx's configuration"),
        ("config", "print the settings in force and where each came from"),
    ):
        commands.add_parser(name, parents=[common], help=sentence)
    return parser.parse_args(argv)


def _run(command: str, config_file: Path | None) -> int:
    from boothkit.settings import load_settings, render_settings
    from nginx import launch
    from nginx.render import render
    from nginx.settings import NginxSettings

    loaded = load_settings(NginxSettings, section="nginx", config_file=config_file)
    if command == "config":
        print(render_settings(loaded))
    elif command == "render":
        print(render(loaded.settings))
    else:
        launch.prepare(loaded.settings)
        launch.check(loaded.settings)
        if command == "serve":
            launch.check_addresses(loaded.settings)
            launch.become_nginx(loaded.settings)
        print("nginx accepts its configuration.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
