"""A real HTTP server on this machine that speaks the hub's protocol as far as a pull needs it, with faults."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

_API = re.compile(r"/api/models/([^/]+/[^/]+)/revision/(.+)")
_FILE = re.compile(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)")


def make_weights(*names: str, size_bytes: int = 24) -> bytes:
    """A `.safetensors` file with one tensor of bytes for each name."""
    tensors = {
        name: {"dtype": "U8", "shape": [size_bytes], "data_offsets": [at * size_bytes, (at + 1) * size_bytes]}
        for at, name in enumerate(names)
    }
    header = json.dumps(tensors).encode()
    values = bytes(range(256)) * (len(names) * size_bytes // 256 + 1)
    return len(header).to_bytes(8, "little") + header + values[: len(names) * size_bytes]


@dataclass
class Repository:
    """What the hub holds under one name, at one commit and the branch `main`."""

    commit: str
    files: dict[str, bytes]
    licence: str | None = "mit"

    def describe(self, name: str) -> dict[str, Any]:
        return {
            "id": name,
            "sha": self.commit,
            "cardData": {"license": self.licence} if self.licence else {},
            "siblings": [self.describe_file(file) for file in self.files],
        }

    def describe_file(self, file: str) -> dict[str, Any]:
        data = self.files[file]
        described: dict[str, Any] = {"rfilename": file, "size": len(data), "blobId": git_hash(data)}
        if file.endswith(".safetensors"):
            described["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 130}
        return described


@dataclass
class Request:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]


@dataclass
class RunningHub:
    """The hub at `url`. Faults are set by the tests; `requests` is what came so far.

    `cuts` gives a file's next answers a length after which the connection breaks; `spoiled` is sent instead of a
    file's content; `refusals` maps the end of a path to a status and headers; `sizes` lies about a file's size.
    """

    url: str
    repositories: dict[str, Repository] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    cuts: dict[str, list[int]] = field(default_factory=dict)
    spoiled: dict[str, bytes] = field(default_factory=dict)
    refusals: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    page: bytes | None = None
    stalled: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event | None = None

    def list_ranges(self, file: str) -> list[str | None]:
        """The Range header of each GET of a file, None where there was none."""
        gets = [request for request in self.requests if request.method == "GET" and request.path.endswith(file)]
        return [request.headers.get("range") for request in gets]


def git_hash(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0%b" % (len(data), data)).hexdigest()


@contextmanager
def running_hub(host: str = "127.0.0.1") -> Iterator[RunningHub]:
    """Start, and stop at the end."""
    server = ThreadingHTTPServer((host, 0), _Handler)
    server.daemon_threads = True
    hub = RunningHub(f"http://{host}:{server.server_port}")
    server.hub = hub  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    @property
    def hub(self) -> RunningHub:
        return self.server.hub  # type: ignore[attr-defined,no-any-return]

    def _answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.hub.requests.append(Request(self.command, path, headers))
        refusal = next((refusal for end, refusal in self.hub.refusals.items() if path.endswith(end)), None)
        if refusal is not None:
            self._send(refusal[0], b"{}", refusal[1])
        elif self.hub.page is not None:
            self._send(200, self.hub.page, {"Content-Type": "text/html"})
        elif match := _API.fullmatch(path):
            self._answer_listing(match[1], match[2])
        elif match := _FILE.fullmatch(path):
            self._answer_file(match[1], match[3])
        else:
            self._send(404, b"{}", {})

    def _answer_listing(self, name: str, revision: str) -> None:
        repository = self.hub.repositories.get(name)
        if repository is None:
            self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"})
        elif revision not in (repository.commit, "main"):
            self._send(404, b"{}", {"X-Error-Code": "RevisionNotFound"})
        else:
            described = repository.describe(name)
            for sibling in described["siblings"]:
                sibling["size"] = self.hub.sizes.get(sibling["rfilename"], sibling["size"])
            self._send(200, json.dumps(described).encode(), {"Content-Type": "application/json"})

    def _answer_file(self, name: str, file: str) -> None:
        repository = self.hub.repositories[name]
        data = self.hub.spoiled.get(file, repository.files[file])
        described = repository.describe_file(file)
        headers = {
            "ETag": f'"{described["lfs"]["sha256"] if "lfs" in described else described["blobId"]}"',
            "X-Repo-Commit": repository.commit,
            "X-Linked-Size": str(len(data)),
            "Accept-Ranges": "bytes",
        }
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if asked is None:
            self._send(200, data, headers, cut=self._next_cut(file))
            return
        start = int(asked[1])
        headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        self._send(206, data[start:], headers, cut=self._next_cut(file))

    def _next_cut(self, file: str) -> int | None:
        cuts = self.hub.cuts.get(file, [])
        return cuts.pop(0) if cuts and self.command == "GET" else None

    def _send(self, status: int, body: bytes, headers: dict[str, str], cut: int | None = None) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        self.wfile.write(body[:cut])
        if cut is not None:
            self.wfile.flush()
            self.stall()
            self.close_connection = True

    def stall(self) -> None:
        """Hold the answer where it is cut, until the test lets it go."""
        self.hub.stalled.set()
        if self.hub.go_on is not None:
            self.hub.go_on.wait(30)
