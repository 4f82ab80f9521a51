"""What the person at the terminal asks for."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.onebox.words import Language, guess_language

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Options:
    """The wishes, checked and complete.

    `is_automatic`: an automatic visitor walks through the screens. `is_offscreen`: no window opens.
    `base_port`: first of the TCP ports, None keeps what the settings file says.
    """

    var: Path
    language: Language
    is_once: bool
    is_automatic: bool
    is_offscreen: bool
    is_verbose: bool
    base_port: int | None
    photo: Path | None
    letter: str | None
    style: str | None


def parse_options(argv: list[str] | None = None, environ: Mapping[str, str] | None = None) -> Options:
    """Options from the command line; what it leaves open depends on whether there is a display."""
    variables = os.environ if environ is None else environ
    given = _build_parser().parse_args(argv)
    is_offscreen = given.offscreen or not (variables.get("DISPLAY") or variables.get("WAYLAND_DISPLAY"))
    wants_visitor = given.auto_visitor or any((given.photo, given.letter is not None, given.style))
    return Options(
        var=(given.caller_folder / given.var).resolve() if given.var else ROOT / "var",
        language=given.lang or guess_language(variables),
        is_once=given.once,
        is_automatic=wants_visitor or is_offscreen,
        is_offscreen=is_offscreen,
        is_verbose=given.verbose,
        base_port=given.base_port,
        photo=(given.caller_folder / given.photo).resolve() if given.photo else None,
        letter=given.letter,
        style=given.style,
    )


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/run", description="Start the whole booth on this machine, make one visit."
    )
    parser.add_argument("--once", action="store_true", help="end when the memory is on the family page: 0, else 1")
    parser.add_argument("--photo", type=Path, metavar="FILE", help="photograph that the automatic visitor gives")
    parser.add_argument("--letter", metavar="TEXT", help="letter that the automatic visitor writes")
    parser.add_argument("--lang", choices=("ko", "en"), help="language of the visit and of this terminal")
    parser.add_argument("--style", metavar="ID", help="style that the automatic visitor chooses, e.g. ink_wash")
    parser.add_argument("--auto-visitor", action="store_true", help="automatic visitor although there is a display")
    parser.add_argument("--offscreen", action="store_true", help="open no window although there is a display")
    parser.add_argument("--base-port", type=_port, metavar="N", help="use the ports N, N+1 and N+80 (default 8600)")
    parser.add_argument("--var", type=Path, metavar="DIR", help="folder of settings, data and logs (default var)")
    parser.add_argument("--verbose", action="store_true", help="show the programs' log lines here too")
    parser.add_argument("--from", type=Path, default=Path.cwd(), dest="caller_folder", help=argparse.SUPPRESS)
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 1024 <= port <= 65535 - 80:
        raise argparse.ArgumentTypeError("choose a number from 1024 to 65455")
    return port
