"""The commands of the studio and the generators: who is shown the token, and what is known after a failure."""

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
from lora_training.studio.web.site import Site
from lora_training.studio.web.view import view_style
from lora_training.studio.work import commands
from lora_training.studio.work.generator_words import GENERATOR_WORDS
from lora_training.studio.work.job import Command, JobKind
from lora_training.studio.work.revisions import list_generators
from tests.integration.lora_training.studio.staff import PASSWORD
from tests.unit.lora_training.studio.test_projects import make_details

NOT_THERE = "http://127.0.0.1:9"
TOKEN = "publish-token-of-the-hall"


class Generator(HTTPServer):
    """Notes who asks, and knows no styles."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.shown: list[str | None] = []
        self.refuses = False
        self.address = f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: Generator

    def do_GET(self) -> None:
        self.server.shown.append(self.headers.get("Authorization"))
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        if self.server.refuses:
            self.send_error(401)
            return
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


@pytest.fixture
def site(generator: Generator, tmp_path: Path) -> Iterator[Site]:
    """A studio with one style, that may publish to the generator."""
    settings = TrainingSettings.model_validate(
        {
            "studio": {"password": PASSWORD},
            "projects": {"data_dir": tmp_path},
            "publishing": {"generators": [generator.address], "token": TOKEN},
        }
    )
    made = build_site(settings, {})
    made.store.create(make_details(style_id="first"))
    yield made
    made.intake.close()


def work(site: Site, kind: JobKind, asked: tuple[Command, ...]) -> str:
    """How the job ended."""
    site.keeper.ask("first", kind, asked)

    def has_ended() -> bool:
        site.keeper.tick()
        return not site.store.get("first").is_busy

    wait_until(has_ended, "the job")
    job = site.store.get("first").job
    assert job is not None
    return job.state


def test_commands_get_the_token_in_their_environment_only(site: Site, generator: Generator, tmp_path: Path) -> None:
    asked = commands.ask_revisions(site.store.folder("first"), "first", [generator.address], None)
    assert TOKEN not in json.dumps(asked)
    assert work(site, "rollback", asked) == "done"
    assert generator.shown == [f"Bearer {TOKEN}"]
    kept = "".join(path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.is_file())
    assert TOKEN not in kept, "neither in the record nor in the log"
    assert TOKEN not in str(site.settings) and TOKEN not in repr(site.settings)


def test_after_a_failure_staff_read_who_refused_and_what_the_others_hold(site: Site, generator: Generator) -> None:
    folder = site.store.folder("first")
    asked = commands.withdraw("first", [NOT_THERE], None)
    asked += commands.ask_revisions(folder, "first", [generator.address], None)
    assert work(site, "withdraw", asked) == "failed"
    assert [holding.generator for holding in list_generators(folder)] == [generator.address]
    said = view_style(site, "first")
    assert said.list_failures("en") == [f"{NOT_THERE}: {GENERATOR_WORDS['network'][1]}"]
    assert said.list_failures("ko") == [f"{NOT_THERE}: {GENERATOR_WORDS['network'][0]}"]
    assert work(site, "rollback", asked[1:]) == "done"
    assert view_style(site, "first").list_failures("en") == [], "what is past is not told again"


def test_every_generator_that_refused_is_named(site: Site, generator: Generator) -> None:
    generator.refuses = True
    asked = commands.withdraw("first", [generator.address, NOT_THERE], None)
    assert work(site, "withdraw", asked) == "failed"
    refused, not_there = view_style(site, "first").list_failures("en")
    assert refused == f"{generator.address}: {GENERATOR_WORDS['unauthorized'][1]}"
    assert not_there.startswith(NOT_THERE)
