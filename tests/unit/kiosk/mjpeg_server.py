"""A network camera: a real HTTP server that sends JPEGs as multipart/x-mixed-replace, and dies or freezes on demand."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import cv2
import numpy as np


class NetworkCamera:
    """Streams numbered frames at 25 per second until told otherwise. Context manager; restarts on the same port."""

    def __init__(self, *, width: int = 320, height: int = 240) -> None:
        self.size = (width, height)
        self.frozen = threading.Event()
        self.stopped = threading.Event()
        self.viewers = 0
        self.port = 0
        self._server: _Server | None = None

    def __enter__(self) -> NetworkCamera:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.die()

    def start(self) -> None:
        self.stopped = threading.Event()
        self._server = _Server(("127.0.0.1", self.port), _Handler)
        self._server.camera = self
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def die(self) -> None:
        """Unplug: the stream ends and nobody answers any more."""
        self.stopped.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/stream"

    def make_frame(self, number: int) -> bytes:
        width, height = self.size
        image = np.full((height, width, 3), 60, np.uint8)
        cv2.circle(image, (20 + number * 7 % (width - 40), height // 2), 15, (200, 180, 160), -1)
        return bytes(cv2.imencode(".jpg", image)[1])


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    camera: NetworkCamera

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A viewer that hung up is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        camera = self.server.camera
        stopped = camera.stopped
        camera.viewers += 1
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        number = 0
        try:
            while not stopped.is_set():
                if not camera.frozen.is_set():
                    frame = camera.make_frame(number)
                    head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(frame)}\r\n\r\n"
                    self.wfile.write(head.encode() + frame + b"\r\n")
                    number += 1
                time.sleep(0.04)
        finally:
            camera.viewers -= 1
