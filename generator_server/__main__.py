"""Makes the pictures, behind the AUTOMATIC1111 web UI's API."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boothkit.settings import Loaded
    from generator_server.settings import GeneratorSettings


def main(argv: list[str] | None = None) -> int:
    """Run one of the generator's commands and return the exit code."""
    arguments = _build_parser().parse_args(argv)
    from boothkit.settings import SettingsError

    try:
        loaded = _load(arguments.config)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    commands = {"serve": _serve, "config": _show_config, "warm-up": _warm_up, "styles": _show_styles}
    return commands[arguments.command](loaded)


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="memorial-booth generator", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, sentence in (
        ("serve", "Serve until stopped."),
        ("config", "Show the settings in force and where each comes from."),
        ("warm-up", "Compile the painter and make the styles' sample pictures, so that a start is quick."),
        ("styles", "List the style packs; exit code 1 when one is refused."),
    ):
        command = commands.add_parser(name, help=sentence, description=sentence)
        command.add_argument("--config", type=Path, metavar="FILE", help="settings file instead of $BOOTH_CONFIG")
    return parser


def _load(config: Path | None) -> Loaded[GeneratorSettings]:
    from boothkit.settings import load_settings
    from generator_server.settings import GeneratorSettings

    return load_settings(GeneratorSettings, section="generator", config_file=config)


def _serve(loaded: Loaded[GeneratorSettings]) -> int:
    from boothkit.logs import configure_logging
    from boothkit.web import serve
    from generator_server.app import create_app
    from generator_server.diffusion.compiling import keep_compiled_code

    server = loaded.settings.server
    keep_compiled_code(loaded.settings.diffusion, loaded.settings.store.data_dir)
    configure_logging(program="generator", json_lines=server.json_logs, level=server.log_level)
    serve(create_app(loaded.settings), uds=server.socket, host=server.host, port=server.port)
    return 0


def _show_config(loaded: Loaded[GeneratorSettings]) -> int:
    from boothkit.settings import render_settings

    print(render_settings(loaded))
    return 0


def _warm_up(loaded: Loaded[GeneratorSettings]) -> int:
    import painter
    from generator_server.engines import PainterEngine
    from generator_server.runner import EngineWorker, Router, SampleShelf
    from generator_server.styles import open_catalog

    painter.warm_up_all()
    catalog = open_catalog(loaded.settings)
    worker = EngineWorker(PainterEngine(catalog), size=loaded.settings.queue.size)
    shelf = SampleShelf(loaded.settings.store.data_dir / "samples", Router([worker]))
    worker.start()
    try:
        for pack in catalog.list_packs():
            if pack.manifest.painter:
                print(f"{pack.style_id} {pack.revision}: sample of {len(shelf.get_sample(pack))} bytes")
    finally:
        worker.close()
    return 0


def _show_styles(loaded: Loaded[GeneratorSettings]) -> int:
    from generator_server.diffusion.style_check import find_style_fault
    from generator_server.styles import open_catalog

    catalog = open_catalog(loaded.settings, find_style_fault)
    for pack in catalog.list_packs():
        print(f"{pack.style_id:<20} {pack.revision:<20} {pack.manifest.name.ko} / {pack.manifest.name.en}")
    for problem in catalog.list_problems():
        print(f"{problem.folder:<20} refused", file=sys.stderr)
        for sentence in problem.sentences:
            print(f"    {sentence}", file=sys.stderr)
    return 1 if catalog.list_problems() else 0


if __name__ == "__main__":
    sys.exit(main())
