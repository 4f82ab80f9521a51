"""A real HTTP server that speaks the bridge's contract, with an in-memory store and faults on demand."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import cv2
import numpy as np

TOKEN = "token-of-this-booth-000000000000"
MEMORIALS = [
    {
        "memorial_id": "0193a1b2-0000-7000-8000-000000000001",
        "code": "ROSE-12",
        "name": {"ko": "김영희 님을 기리며", "en": "In memory of Kim Younghee"},
        "deceased_name": "김영희",
        "style_ids": ["watercolour", "ink_wash"],
    }
]
STYLES: list[dict[str, Any]] = [
    {
        "style_id": style_id,
        "name": {"ko": ko, "en": en},
        "description": {"ko": f"{ko} 화풍", "en": f"{en} look"},
        "engines": ["painter"],
        "revision": "1",
        "sample_url": f"/api/v1/styles/{style_id}/sample",
    }
    for style_id, ko, en in (("watercolour", "수채화", "Watercolour"), ("ink_wash", "수묵화", "Ink wash"))
]
PICTURE = cv2.imencode(".png", np.full((40, 30, 3), 200, np.uint8))[1].tobytes()
PICTURE_ID = hashlib.sha256(PICTURE).hexdigest()
AUDIO = b"\0\0\0\x18ftypM4A sound"


@dataclass
class StoredVisit:
    """What the bridge keeps of one visit."""

    image: bytes
    wish: dict[str, str]
    finish: dict[str, Any] | None = None


@dataclass
class ContractBridge:
    """Starts on a free port of the loopback. `faults` maps "METHOD name" to a queue of faults, used up one by one.

    Faults: an int (a problem answer with that status), "cut" (the connection ends after the work is done, so the
    answer is lost), "html" (a log-in page), "slow" (no answer), "drip" (an endless slow answer), "redirect".
    `before_answer` is told of each call, in the server's thread.
    """

    visits: dict[str, StoredVisit] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    faults: dict[str, list[int | str]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    statuses: list[str] = field(default_factory=lambda: ["queued", "running", "done"])
    cuts_stream_after: int | None = None
    captures_seen: list[str] = field(default_factory=list)
    finishes: list[dict[str, Any]] = field(default_factory=list)
    enrolment_code: str = "K7F2-9QXM"
    styles: list[dict[str, Any]] = field(default_factory=lambda: STYLES)
    before_answer: Callable[[str], None] = lambda call: None

    def __enter__(self) -> ContractBridge:
        self.lock = threading.Lock()
        self.gone = threading.Event()
        self.server = _Server(("127.0.0.1", 0), _Handler)
        self.server.bridge = self
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        self.gone.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def take_fault(self, call: str) -> int | str | None:
        with self.lock:
            self.calls[call] += 1
            waiting = self.faults.get(call)
            return waiting.pop(0) if waiting else None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    bridge: ContractBridge

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        self._route("GET")

    def do_PUT(self) -> None:
        self._route("PUT")

    def do_POST(self) -> None:
        self._route("POST")

    def do_DELETE(self) -> None:
        self._route("DELETE")

    def _route(self, method: str) -> None:
        bridge = self.server.bridge
        address = urlsplit(self.path)
        parts = [unquote(part) for part in address.path.removeprefix("/api/v1/").split("/")]
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        name = parts[2] if parts[0] == "visits" and len(parts) > 2 else ("visit" if parts[0] == "visits" else parts[0])
        bridge.before_answer(f"{method} {name}")
        fault = bridge.take_fault(f"{method} {name}")
        if fault is not None and fault != "cut":
            self._misbehave(fault)
            return
        if parts[0] != "enrolments" and self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._problem(401, "unauthorized")
            return
        self._lose_answer = fault == "cut"
        if name == "progress":
            self._stream(parts[1])
            return
        answer = getattr(self, f"_{method.lower()}_{name}")(parts, query, body)
        self._send(*answer)

    # --- endpoints ---

    def _post_enrolments(self, parts: list[str], query: dict[str, str], body: bytes) -> tuple[int, Any]:
        if json.loads(body)["code"] != self.server.bridge.enrolment_code:
            return 403, "enrolment_refused"
        return 201, {"booth_id": "booth-1", "token": TOKEN}

    def _get_memorials(self, parts: list[str], query: dict[str, str], body: bytes) -> tuple[int, Any]:
        if len(parts) == 1:
            return 200, MEMORIALS
        found = [memorial for memorial in MEMORIALS if str(memorial["code"]).lower() == parts[1].lower()]
        return (200, found[0]) if found else (404, "memorial_not_found")

    def _get_styles(self, parts: list[str], query: dict[str, str], body: bytes) -> tuple[int, Any]:
        return (200, PICTURE) if len(parts) > 1 else (200, self.server.bridge.styles)

    def _put_capture(self, parts: list[str], query: dict[str, str], body: bytes) -> tuple[int, Any]:
        bridge, visit_id = self.server.bridge, parts[1]
        sha256 = hashlib.sha256(body).hexdigest()
        expected = f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:"
        if self.headers.get("Content-Digest") != expected:
            return 422, "digest_mismatch"
        with bridge.lock:
            bridge.captures_seen.append(visit_id)
            if visit_id in bridge.erased:
                return 410, "visit_erased"
            stored = bridge.visits.get(visit_id)
            if stored is not None and (stored.image, stored.wish) != (body, query):
                return 409, "capture_differs"
            bridge.visits.setdefault(visit_id, StoredVisit(body, query))
        saved = {"visit_id": visit_id, "state": "captured", "sha256": sha256, "saved_at": "2026-01-02T03:04:05Z"}
        return (200 if stored else 201), saved

    def _post_finish(self, parts: list[str], query: dict[str, str], body: bytes) -> tuple[int, Any]:
        bridge, visit_id = self.server.bridge, parts[1]
        request = json.loads(body)
        with bridge.lock:
            stored = bridge.visits.get(visit_id)
            if stored is None:
                return 404, "visit_not_found"
            if stored.finish is not None and stored.finish != request:
                return 409, "finish_differs"
            if not request["consents"]["family_page"]:
                return 422, "family_page_consent_missing"
            is_new = stored.finish is None
            stored.finish = request
            if is_new:
                bridge.finishes.append(request)
        receipt = {
            "code": f"RC-{visit_id[-6:]}",
            "visit_id": visit_id,
            "memorial_name": "김영희",
            "private_url": "https://memorial.example/r/1",
        }
        return (201 if is_new else 200), {"receipt": receipt, "saved_at": "2026-01-02T03:05:05Z"}

    def _delete_visit(self, parts: list[str], query: dict[str, str], body: bytes) -> tuple[int, Any]:
        bridge, visit_id = self.server.bridge, parts[1]
        with bridge.lock:
            stored = bridge.visits.get(visit_id)
            if stored is None:
                return 404, "visit_not_found"
            if stored.finish is not None:
                return 409, "visit_finished"
            del bridge.visits[visit_id]
            bridge.erased.add(visit_id)
        return 204, b""

    def _post_speech(self, parts: list[str], query: dict[str, str], body: bytes) -> tuple[int, Any]:
        if not any(letter.isalnum() for letter in json.loads(body)["text"]):
            return 422, "nothing_to_read"
        return 200, {"made_by": "espeak-ng", "duration_s": 2.5, "sha256": hashlib.sha256(AUDIO).hexdigest()}

    def _get_voice(self, parts: list[str], query: dict[str, str], body: bytes) -> tuple[int, Any]:
        return 200, AUDIO

    def _get_outputs(self, parts: list[str], query: dict[str, str], body: bytes) -> tuple[int, Any]:
        return (200, PICTURE) if parts[3] == PICTURE_ID else (404, "not_found")

    def _stream(self, visit_id: str) -> None:
        bridge = self.server.bridge
        if visit_id not in bridge.visits:
            self._problem(404, "visit_not_found")
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        for sent, state in enumerate(bridge.statuses):
            if bridge.cuts_stream_after is not None and sent >= bridge.cuts_stream_after:
                bridge.cuts_stream_after = None
                self._cut()
                return
            status = {
                "visit_id": visit_id,
                "state": "captured",
                "generation": {
                    "state": state,
                    "engine": "painter",
                    "progress": sent / max(1, len(bridge.statuses) - 1),
                    "output_id": PICTURE_ID if state == "done" else None,
                    "seed": 7,
                },
            }
            self.wfile.write(f": hello\n\nevent: status\ndata: {json.dumps(status)}\n\n".encode())
            self.wfile.flush()
            time.sleep(0.02)

    # --- answers and faults ---

    def _send(self, status: int, content: Any) -> None:
        if status >= 400:
            self._problem(status, content)
            return
        if self._lose_answer:
            self._cut()
            return
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        kind = "application/json" if not isinstance(content, bytes) else _kind_of(content)
        self._write(status, kind, body)

    def _problem(self, status: int, code: str) -> None:
        document = {"type": f"urn:memorial-booth:problem:{code}", "title": code, "status": status, "detail": code}
        extra = {"Retry-After": "0"} if status in (429, 503) else {}
        self._write(status, "application/problem+json", json.dumps(document).encode(), extra)

    def _misbehave(self, fault: int | str) -> None:
        match fault:
            case int():
                self._problem(fault, "asked_for")
            case "html":
                self._write(200, "text/html", b"<html>Please log in to the network</html>")
            case "html404":
                self._write(404, "text/html", b"<html>Nothing here</html>")
            case "redirect":
                self._write(302, "text/html", b"", {"Location": "http://login.example/"})
            case "truncated":
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", "1000")
                self.end_headers()
                self.wfile.write(b'{"visit')
                self.wfile.flush()
                self._cut()
            case "reset":
                self._cut()
            case "slow":
                self.server.bridge.gone.wait(10)
                self._cut()
            case "drip":
                self._drip()

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "100000")
        self.end_headers()
        while not self.server.bridge.gone.wait(0.05):
            self.wfile.write(b" ")
            self.wfile.flush()

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _write(self, status: int, kind: str, body: bytes, extra: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (extra or {}).items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _kind_of(content: bytes) -> str:
    return "audio/mp4" if content == AUDIO else "image/png"
