"""A server that answers as Google's speech address does, or misbehaves on request. Google itself is not ours."""

from __future__ import annotations

import base64
import json
import socket
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.unit.voice.sounds import make_sound


class GoogleStandIn(ThreadingHTTPServer):
    """`behaviour`: speak, refuse, empty, junk, drip or redirect. `heard` is what clients sent to be spoken."""

    daemon_threads = True

    def __init__(self, behaviour: str, mp3: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behaviour = behaviour
        self.mp3 = mp3
        self.heard: list[tuple[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/_/TranslateWebserverUi/data/batchexecute"


class _Handler(BaseHTTPRequestHandler):
    server: GoogleStandIn

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        asked = json.loads(urllib.parse.parse_qs(body)["f.req"][0])[0][0][1]
        text, language = json.loads(asked)[:2]
        self.server.heard.append((text, language))
        getattr(self, f"_{self.server.behaviour}")()

    def _speak(self) -> None:
        inner = json.dumps([base64.b64encode(self.server.mp3).decode()])
        outer = json.dumps([["wrb.fr", "jQ1olc", inner, None, None, None, "generic"]], separators=(",", ":"))
        self._answer(200, b")]}'\n\n" + outer.encode())

    def _refuse(self) -> None:
        self._answer(429, b"")

    def _empty(self) -> None:
        self._answer(200, b")]}'\n\n[]")

    def _junk(self) -> None:
        self._answer(200, rb'"jQ1olc","[\"' + base64.b64encode(b"no sound at all") + rb'\"]"')

    def _redirect(self) -> None:
        self._answer(302, b"", location="http://127.0.0.1:9/")

    def _drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(100):
            try:
                self.wfile.write(b" ")
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.1)

    def _answer(self, status: int, body: bytes, location: str | None = None) -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Tests need no access log."""


@contextmanager
def google_that(behaviour: str, folder: Path) -> Iterator[GoogleStandIn]:
    """A running stand-in; its voice is one second of a tone in MP3."""
    server = GoogleStandIn(behaviour, make_sound(folder / "google.mp3", seconds=1))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def black_hole() -> Iterator[str]:
    """An address that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"


def closed_port() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"
