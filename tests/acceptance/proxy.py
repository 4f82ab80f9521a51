"""A small HTTP proxy that stands where the internet would be, and breaks what it is told to break."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from scripts.onebox.site import HOST

_TIMEOUT_S = 60.0
_OF_ONE_CONNECTION = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


@dataclass(frozen=True)
class Request:
    """A request as it came, whole."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = field(repr=False)

    @property
    def memory_id(self) -> str | None:
        """The memory that it delivers, or None for any other request."""
        head, _, memory_id = self.path.rpartition("/")
        return memory_id if self.method == "PUT" and head == "/api/v1/memories" else None


@dataclass(frozen=True)
class Reply:
    """An answer, whole."""

    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)


Rule = Callable[[Request], Reply | None]
"""What the proxy answers; None cuts the connection without an answer."""


class FaultProxy:
    """Passes everything on to `upstream_port` unless `rule` says otherwise. `deliveries` keeps all that passed."""

    def __init__(self) -> None:
        self.upstream_port = 0
        self.rule: Rule = self.forward
        self.deliveries: list[tuple[str, int]] = []
        self._server = self._open(0)
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def forward(self, request: Request) -> Reply:
        """Have the upstream answer."""
        with contextlib.closing(HTTPConnection(HOST, self.upstream_port, timeout=_TIMEOUT_S)) as connection:
            connection.request(request.method, request.path, request.body, request.headers)
            answer = connection.getresponse()
            reply = Reply(answer.status, dict(answer.getheaders()), answer.read())
        if request.memory_id is not None:
            self.deliveries.append((request.memory_id, reply.status))
        return reply

    @contextlib.contextmanager
    def ruled(self, rule: Rule) -> Iterator[None]:
        """Answer deliveries of memories by this rule as long as the block runs; everything else passes."""
        self.rule = lambda request: rule(request) if request.memory_id else self.forward(request)
        try:
            yield
        finally:
            self.rule = self.forward

    @contextlib.contextmanager
    def refusing(self) -> Iterator[None]:
        """Connections are refused as long as the block runs."""
        self._close()
        try:
            yield
        finally:
            self._server = self._open(self.port)

    def statuses_of(self, memory_id: str) -> list[int]:
        """What the upstream answered to each delivery of a memory."""
        return [status for delivered, status in self.deliveries if delivered == memory_id]

    def _open(self, port: int) -> ThreadingHTTPServer:
        proxy = self

        class Handler(_Handler):
            owner = proxy

        server = _Server((HOST, port), Handler)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return server

    def _close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that broke is what this proxy is for."""


class _Handler(BaseHTTPRequestHandler):
    owner: FaultProxy

    def handle_any(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _OF_ONE_CONNECTION}
        reply = self.owner.rule(Request(self.command, self.path, headers, self.rfile.read(length)))
        if reply is None:
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            if name.lower() not in _OF_ONE_CONNECTION:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    do_GET = do_PUT = do_POST = handle_any  # noqa: N815 -- the standard library's names

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the programs' own lines tell the story."""
