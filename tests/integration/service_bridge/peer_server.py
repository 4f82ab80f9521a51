"""A small real HTTP server for the other end of the bridge's wires, with faults on demand."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self


@dataclass(frozen=True)
class Call:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """What to answer. `then` runs after the answer is decided and before it is sent."""

    status: int = 200
    body: bytes = b""
    media_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_json(cls, content: Any, status: int = 200, **headers: str) -> Reply:
        return cls(status, json.dumps(content).encode(), headers=dict(headers))


class CutError(Exception):
    """Close the connection without an answer."""


Fault = Callable[["PeerServer", "Exchange"], Reply | None]


@dataclass
class Exchange:
    """One request being answered: `read` takes the body, `serve` runs the peer's ordinary answer."""

    call: Call
    serve: Callable[..., Reply]
    read_some: Callable[[int], bytes]


class PeerServer:
    """Base of the peers. `faults` are used up one per matching request; without one the ordinary answer is given."""

    def __init__(self, *, fault_path: str, certificate: Path | None = None, key: Path | None = None) -> None:
        self.calls: list[Call] = []
        self.faults: deque[Fault] = deque()
        self.permanent_fault: Fault | None = None
        self.released = threading.Event()
        self._fault_path = fault_path
        self._lock = threading.Lock()
        self._port = 0
        self._certificate, self._key = certificate, key
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"{'https' if self._certificate else 'http'}://127.0.0.1:{self._port}"

    def start(self) -> Self:
        self.released.clear()
        handler = type("Handler", (_Handler,), {"owner": self})
        self._server = _Server(("127.0.0.1", self._port), handler)
        self._port = self._server.server_address[1]
        if self._certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self._certificate, self._key)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def stop(self) -> None:
        """Refuse connections from now on; `start` listens on the same port again."""
        self.released.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def answer(self, call: Call) -> Reply:
        raise NotImplementedError

    def take_fault(self, path: str) -> Fault | None:
        if self._fault_path not in path:
            return None
        with self._lock:
            return self.faults.popleft() if self.faults else self.permanent_fault

    def note(self, call: Call) -> None:
        with self._lock:
            self.calls.append(call)

    def calls_to(self, part: str) -> list[Call]:
        with self._lock:
            return [call for call in self.calls if part in call.path]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False
    request_queue_size = 64

    def server_bind(self) -> None:
        # A small window, so that a slow reader is felt by the sender and not swallowed by the kernel.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        super().server_bind()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that is cut on purpose is no news."""


class _Handler(BaseHTTPRequestHandler):
    owner: PeerServer
    protocol_version = "HTTP/1.1"

    def _handle(self) -> None:
        fault = self.owner.take_fault(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        call = Call(self.command, self.path, dict(self.headers), b"")
        whole: list[bytes] = []

        left = length

        def read_some(count: int) -> bytes:
            nonlocal left
            data = self.rfile.read(min(count, left))
            left -= len(data)
            return data

        def serve(body: bytes | None = None) -> Reply:
            if not whole:
                whole.append(read_some(length) if body is None else body)
            complete = Call(call.method, call.path, call.headers, whole[0])
            self.owner.note(complete)
            return self.owner.answer(complete)

        try:
            reply = fault(self.owner, Exchange(call, serve, read_some)) if fault else serve()
            if reply is None:
                reply = serve()
        except CutError:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        read_some(length)
        self._send(reply)

    do_GET = do_POST = do_PUT = _handle  # noqa: N815 - names of the base class

    def _send(self, reply: Reply) -> None:
        self.close_connection = True
        self.send_response(reply.status)
        for name, value in {"Content-Type": reply.media_type, "Connection": "close", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Tests read `calls` instead."""


def cut_after(count: int) -> Fault:
    """Take `count` bytes of the body, then close."""

    def fault(_: PeerServer, exchange: Exchange) -> Reply | None:
        exchange.read_some(count)
        raise CutError

    return fault


def lose_answer(_: PeerServer, exchange: Exchange) -> Reply | None:
    """Do the work and close without a word."""
    exchange.serve()
    raise CutError


def black_hole(peer: PeerServer, _: Exchange) -> Reply | None:
    """Say nothing until the peer is stopped or released."""
    peer.released.wait(30)
    raise CutError


def answer_with(status: int, *, body: bytes = b"{}", media_type: str = "application/json", **headers: str) -> Fault:
    """Answer with this and do no work."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _peer, _exchange: Reply(status, body, media_type, given)


def read_slowly(*, bytes_per_s: int) -> Fault:
    """Take the body at the pace of a bad link, then answer as usual."""
    piece = max(bytes_per_s // 20, 1)

    def fault(_: PeerServer, exchange: Exchange) -> Reply | None:
        pieces = []
        while data := exchange.read_some(piece):
            pieces.append(data)
            time.sleep(0.05)
        return exchange.serve(b"".join(pieces))

    return fault
