"""Making the app starts nothing: the API's description can be written without processes or threads."""

from __future__ import annotations

import threading
from pathlib import Path

import psutil

from generator_server.app import create_app
from generator_server.settings import GeneratorSettings, StylesSettings


def test_making_the_app_starts_no_process_and_no_thread(tmp_path: Path) -> None:
    children, threads = psutil.Process().children(), threading.active_count()
    app = create_app(GeneratorSettings(styles=StylesSettings(folder=tmp_path)))
    assert "/sdapi/v1/img2img" in app.openapi()["paths"]
    assert psutil.Process().children() == children
    assert threading.active_count() == threads
