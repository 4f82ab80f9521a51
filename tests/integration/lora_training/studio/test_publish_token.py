"""The publish token of the settings reaches the commands of the studio, and nobody else on the machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from boothkit.waiting import wait_until
from lora_training.studio.settings import TrainingSettings
from lora_training.studio.web.app import build_site
from lora_training.studio.work import commands
from tests.integration.lora_training.studio.staff import PASSWORD
from tests.unit.lora_training.studio.test_projects import make_details

TOKEN = "publish-token-of-the-hall"


class Generator(HTTPServer):
    """Notes who asks, and knows no styles."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.shown: list[str | None] = []


class _Answer(BaseHTTPRequestHandler):
    server: Generator

    def do_GET(self) -> None:
        self.server.shown.append(self.headers.get("Authorization"))
        body = json.dumps({"style_id": "first", "current": None, "revisions": []}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def generator() -> Iterator[Generator]:
    with Generator() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(5)


def test_commands_get_the_token_in_their_environment_only(generator: Generator, tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{generator.server_port}"
    settings = TrainingSettings.model_validate(
        {
            "studio": {"password": PASSWORD},
            "projects": {"data_dir": tmp_path},
            "publishing": {"generators": [address], "token": TOKEN},
        }
    )
    site = build_site(settings, {})
    site.store.create(make_details(style_id="first"))
    asked = commands.ask_revisions(site.store.folder("first"), "first", [address], settings.publishing.token_file)
    assert TOKEN not in json.dumps(asked)
    site.keeper.ask("first", "rollback", asked)

    def is_done() -> bool:
        site.keeper.tick()
        job = site.store.get("first").job
        return job is not None and not job.is_active

    wait_until(is_done, "the job")
    job = site.store.get("first").job
    assert job is not None and job.state == "done"
    assert generator.shown == [f"Bearer {TOKEN}"]
    kept = "".join(path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.is_file())
    assert TOKEN not in kept, "neither in the record nor in the log"
    assert TOKEN not in str(settings) and TOKEN not in repr(settings)
    site.intake.close()
