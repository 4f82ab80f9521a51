"""Making the app starts nothing: the API's description can be written without processes or threads."""

from __future__ import annotations

import threading
from pathlib import Path

import psutil
from starlette.testclient import TestClient

from generator_server.app import create_app
from generator_server.settings import GeneratorSettings, StoreSettings, StylesSettings
from tests.unit.generator_server.engines import StepEngine


def test_making_the_app_starts_no_process_and_no_thread(tmp_path: Path) -> None:
    children, threads = psutil.Process().children(), threading.active_count()
    app = create_app(GeneratorSettings(styles=StylesSettings(folder=tmp_path)))
    assert "/sdapi/v1/img2img" in app.openapi()["paths"]
    assert psutil.Process().children() == children
    assert threading.active_count() == threads


def test_clips_that_a_killed_process_left_are_gone_after_the_start(tmp_path: Path) -> None:
    left = tmp_path / "work" / "clip-1" / "source"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"somebody's film")
    settings = GeneratorSettings(store=StoreSettings(data_dir=tmp_path))
    with TestClient(create_app(settings, make_engines=lambda _settings, _catalog: [StepEngine()])):
        assert not left.exists()
