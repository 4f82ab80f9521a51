"""The generator with a painter that never ends: `python -m ... --config FILE`."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Callable
from pathlib import Path

from boothkit.settings import load_settings
from boothkit.web import serve
from generator_server.app import create_app
from generator_server.engines import GenerationRequest, Output, PainterEngine, Progress
from generator_server.settings import GeneratorSettings


class HangingPainter(PainterEngine):
    """Breaks its promise to stop when it is asked to, as a driver that hangs does."""

    def generate(
        self, request: GenerationRequest, report: Callable[[Progress], None], is_cancelled: Callable[[], bool]
    ) -> tuple[Output, ...]:
        threading.Event().wait()
        raise AssertionError("nobody ends this wait")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", type=Path)
    settings = load_settings(GeneratorSettings, section="generator", config_file=parser.parse_args().config).settings
    app = create_app(settings, make_engines=lambda _settings, catalog: [HangingPainter(catalog)])
    serve(app, uds=None, host=settings.server.host, port=settings.server.port)


if __name__ == "__main__":
    main()
