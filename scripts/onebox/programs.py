"""The five programs of the one-machine booth, with what each needs and how it says that it is ready."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from boothkit.supervisor import Probe, Program
from scripts.onebox.commands import MEMORIAL_BOOTH
from scripts.onebox.enrolment import Enrolment
from scripts.onebox.folders import Folders
from scripts.onebox.options import Options
from scripts.onebox.probes import http_ready, port_open
from scripts.onebox.site import HOST, Ports

NAMES = ("nginx", "memorial", "generator", "bridge", "kiosk")
# Qt's offscreen platform has a screen of 800 x 800 unless a file tells it another.
BOOTH_SCREEN = {
    "screens": [
        {
            "name": "booth",
            "x": 0,
            "y": 0,
            "width": 1080,
            "height": 1920,
            "logicalDpi": 96,
            "logicalBaseDpi": 96,
            "dpr": 1,
        }
    ]
}


@dataclass(frozen=True)
class Box:
    """What the programs are made from."""

    folders: Folders
    ports: Ports
    options: Options
    environ: Mapping[str, str]
    command: tuple[str, ...] = MEMORIAL_BOOTH

    @property
    def report_file(self) -> Path:
        return self.folders.var / "visit.json"


def build_environ(folders: Folders) -> dict[str, str]:
    """What all programs and commands have in their environment."""
    return {
        "BOOTH_CONFIG": str(folders.site_file),
        # Compiled kernels; several boxes on one machine may share them.
        "NUMBA_CACHE_DIR": os.environ.get("NUMBA_CACHE_DIR", str(folders.data / "kernels")),
        "PYTHONUNBUFFERED": "1",
    }


def build_programs(box: Box, enrolment: Enrolment, *, is_kiosk_open: Probe | None = None) -> list[Program]:
    """In the order of need. Only a program that still has to be enrolled waits for the others.

    The kiosk has no address to ask: `is_kiosk_open` tells whether its window stands; without it, running is enough.
    """
    return [
        Program(
            "nginx",
            (*box.command, "nginx", "serve"),
            environ=box.environ,
            is_ready=port_open(HOST, box.ports.public),
            # The master process takes its workers along only when it is asked to end.
            death_signal=signal.SIGTERM,
        ),
        Program(
            "memorial",
            (*box.command, "memorial", "serve"),
            environ=box.environ,
            prepare=None if enrolment.is_seeded else enrolment.seed_memorial,
            is_ready=http_ready(box.folders.socket_of("memorial")),
        ),
        Program(
            "generator",
            (*box.command, "generator", "serve"),
            environ=box.environ,
            prepare=None if enrolment.is_painter_warm else enrolment.warm_painter,
            is_ready=http_ready(box.folders.socket_of("generator")),
        ),
        Program(
            "bridge",
            (*box.command, "bridge", "serve"),
            environ=box.environ,
            # The first time it also waits for the list of styles; later it has one that it kept.
            needs=() if enrolment.is_bridge_enrolled else ("nginx", "memorial", "generator"),
            prepare=None if enrolment.is_bridge_enrolled else enrolment.enrol_bridge,
            is_ready=http_ready(box.folders.socket_of("bridge")),
        ),
        build_kiosk(box, enrolment, is_kiosk_open),
    ]


def build_kiosk(box: Box, enrolment: Enrolment, is_open: Probe | None) -> Program:
    """The kiosk waits for the bridge: its first screen shows the memorials and styles that the bridge knows."""
    return Program(
        "kiosk",
        (*box.command, "kiosk", "run", *build_visitor_words(box)),
        # Its opening is seen in its log, so it must log at least so much.
        environ={**box.environ, **build_screen(box), "BOOTH_KIOSK__LOG__LOG_LEVEL": "INFO"},
        needs=("nginx", "generator", "bridge"),
        prepare=None if enrolment.is_kiosk_enrolled else enrolment.enrol_kiosk,
        is_ready=is_open,
        when_ended="leave" if box.options.is_once and box.options.is_automatic else "restart",
    )


def build_visitor_words(box: Box) -> tuple[str, ...]:
    """Command line of the automatic visitor; nothing when a person is the visitor."""
    options = box.options
    if not options.is_automatic:
        return ()
    wishes = {"--photo": options.photo, "--letter": options.letter, "--style": options.style}
    return (
        "--auto-visitor",
        *(("--once",) if options.is_once else ()),
        *("--language", options.language),
        *("--report", str(box.report_file)),
        *(word for name, wish in wishes.items() if wish is not None for word in (name, str(wish))),
    )


def build_screen(box: Box) -> dict[str, str]:
    """Environment of the kiosk's screen: the machine's own, or an upright one that nobody sees."""
    if not box.options.is_offscreen:
        return {}
    screen_file = box.folders.run / "screen.json"
    screen_file.write_text(json.dumps(BOOTH_SCREEN))
    return {"QT_QPA_PLATFORM": f"offscreen:configfile={screen_file}"}
