"""A small strict generator for the publisher's tests: the answers of `/v1/style-packs`, with faults on demand."""

from __future__ import annotations

import json
import tempfile
import threading
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lora_training.packing.archive import hash_pack

TOKEN = "correct-horse-battery"


class RefusalError(Exception):
    """An answer that is a problem."""

    def __init__(self, status: int, code: str, **members: Any) -> None:
        super().__init__(code)
        self.status = status
        self.problem = {"type": f"urn:memorial-booth:problem:{code}", "title": code, "detail": f"({code})", **members}


@dataclass
class StandIn:
    """What is published, and every request that came: method, path with query."""

    url: str = ""
    styles: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    uploads: int = 0
    fault: RefusalError | None = None
    plain_answer: bytes | None = None
    redirect_to: str | None = None

    def answer(self, method: str, address: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        self.requests.append(f"{method} {address}")
        if headers.get("authorization") != f"Bearer {TOKEN}":
            raise RefusalError(401, "unauthorized")
        if self.fault is not None:
            raise self.fault
        parts = urlsplit(address)
        assert parts.path.startswith("/v1/style-packs/")
        style_id, _, action = parts.path.removeprefix("/v1/style-packs/").partition("/")
        if method == "PUT" and not action:
            assert headers["content-type"] == "application/zip"
            return self._publish(style_id, body, parse_qs(parts.query).get("memorial_id", []))
        if style_id not in self.styles:
            raise RefusalError(404, "style_not_found")
        known = self.styles[style_id]
        if (method, action) == ("GET", ""):
            return 200, describe(known)
        if (method, action) == ("POST", "rollback"):
            known["current"] = self._find(known, json.loads(body)["revision"])
            return 200, describe(known)["current"]
        if (method, action) == ("PUT", "memorials"):
            known["memorial_ids"] = json.loads(body)["memorial_ids"]
            return 200, describe(known)
        assert (method, action) == ("DELETE", "")
        known["current"] = None
        return 204, None

    def _publish(self, style_id: str, body: bytes, memorial_ids: list[str]) -> tuple[int, Any]:
        self.uploads += 1
        manifest, sha256 = read_pack(style_id, body)
        known = self.styles.setdefault(
            style_id, {"style_id": style_id, "current": None, "memorial_ids": [], "revisions": []}
        )
        if known["revisions"] and manifest["revision"] <= known["revisions"][-1]["revision"]:
            raise RefusalError(409, "revision_taken")
        if memorial_ids:
            known["memorial_ids"] = memorial_ids
        fresh = {"revision": manifest["revision"], "sha256": sha256, "published_at": "2026-11-21T10:00:00Z"}
        known["revisions"].append(fresh)
        known["current"] = fresh
        known["manifest"] = manifest
        return 201, describe(known)["current"]

    def _find(self, known: dict[str, Any], revision: int) -> dict[str, Any]:
        found = [item for item in known["revisions"] if item["revision"] == revision]
        if not found:
            raise RefusalError(404, "revision_not_found")
        record: dict[str, Any] = found[0]
        return record


def describe(known: dict[str, Any]) -> dict[str, Any]:
    current = known["current"]
    offered = current and {**current, "style_id": known["style_id"], "memorial_ids": known["memorial_ids"]}
    return {"style_id": known["style_id"], "current": offered, "revisions": known["revisions"]}


def read_pack(style_id: str, body: bytes) -> tuple[dict[str, Any], str]:
    """The manifest and the hash of a pack that came as an archive."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(BytesIO(body)) as archive:
        archive.extractall(folder)
        manifest = tomllib.loads((Path(folder) / "style.toml").read_text())
        assert manifest["style_id"] == style_id
        return manifest, hash_pack(Path(folder))


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """One that answers on loopback until the block ends."""
    generator = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length)
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                status, content = generator.answer(self.command, self.path, headers, body)
            except RefusalError as refusal:
                status, content = refusal.status, refusal.problem
            if generator.redirect_to:
                status = 307
            data = generator.plain_answer or (b"" if content is None else json.dumps(content).encode())
            self.send_response(status)
            if generator.redirect_to:
                self.send_header("Location", generator.redirect_to)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_PUT = do_POST = do_DELETE = handle_any  # noqa: N815 - http.server calls these names

        def log_message(self, *_: object) -> None:
            """The tests look at `requests`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    generator.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield generator
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
