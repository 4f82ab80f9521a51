"""Stands for `memorial-booth` in tests of the main job: the same commands, but nothing behind them.

FAKE_VISIT says how the visit goes: ok, failed, silent, crash, lost, undelivered, other_original.
"""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import socketserver
import sys
import time
import tomllib
from pathlib import Path
from urllib.parse import parse_qs

SITE = tomllib.loads(Path(os.environ["BOOTH_CONFIG"]).read_text())
VAR = Path(os.environ["BOOTH_CONFIG"]).parent
CALLS = VAR / "calls"
DELIVERED = VAR / "delivered"
VISIT = os.environ.get("FAKE_VISIT", "ok")
MEMORY = "01938f6e-0000-7000-8000-000000000001"
PHOTO = b"photograph"
DEMONSTRATION = {
    "hall": "Demo",
    "memorial_id": "m1",
    "memorial_code": "AB12",
    "invitation_url": "http://127.0.0.1:1/i/token",
    "pin": "1234",
    "more": "is passed over",
}


def note(call: str) -> None:
    with CALLS.open("a") as calls:
        calls.write(f"{call}\n")


class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.answer(b"ready")

    def answer(self, body: bytes, media_type: str = "text/html") -> None:
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


class FamilySite(Ready):
    def do_GET(self) -> None:
        if self.path == "/i/token":
            self.answer(b"<form method=post><input name=pin></form>")
        elif self.path.startswith("/media/"):
            self.answer(b"other" if VISIT == "other_original" else PHOTO, "image/jpeg")
        elif "/memory/" in self.path:
            self.answer(f"<img src=/media/{MEMORY}/original>".encode())
        else:
            note(f"GET {self.path}")
            self.answer(f"<a href=/m/m1/memory/{MEMORY}>x</a>".encode() if DELIVERED.exists() else b"empty")

    def do_POST(self) -> None:
        fields = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        assert fields == {"pin": ["1234"]}
        self.send_response(303)
        self.send_header("Location", "/m/m1")
        self.end_headers()


class UnixServer(socketserver.ThreadingUnixStreamServer):
    def get_request(self) -> tuple[object, object]:
        request, _ = super().get_request()
        return request, ("unix", 0)


def serve(program: str) -> None:
    if program == "nginx":
        port = int(SITE["nginx"]["public_listen"].rpartition(":")[2])
        http.server.ThreadingHTTPServer(("127.0.0.1", port), FamilySite).serve_forever()
    socket = Path(SITE[program]["server"]["socket"])
    socket.unlink(missing_ok=True)
    UnixServer(str(socket), Ready).serve_forever()


def visit(words: list[str]) -> int:
    if VISIT == "crash":
        return 3
    print("The booth is open. action=kiosk.opened", flush=True)
    print(json.dumps({"step": "language", "seconds": 0.1}), flush=True)
    if VISIT == "silent":
        time.sleep(60)
    if VISIT == "lost":
        time.sleep(0.5)
        return 3
    print("a log line", flush=True)
    print(json.dumps({"step": "capture", "seconds": 0.2}), flush=True)
    if VISIT != "undelivered":
        DELIVERED.touch()
    report = {
        "visit_id": MEMORY,
        "receipt_code": "K7F2-9QXM-4T",
        "memorial_id": "m1",
        "style_id": "ink_wash",
        "engine": "painter",
        "language": "en",
        "photo_sha256": hashlib.sha256(PHOTO).hexdigest(),
        "steps": [{"step": "language", "seconds": 0.1}, {"step": "capture", "seconds": 0.2}],
        "result": "failed" if VISIT == "failed" else "ok",
        "reason": "no camera",
    }
    Path(words[words.index("--report") + 1]).write_text(json.dumps(report))
    if "--once" not in words:
        time.sleep(60)
    return 0


def main(words: list[str]) -> int:
    note(" ".join(words))
    match words:
        case [program, "serve"]:
            serve(program)
        case ["memorial", "seed-demo"]:
            print(json.dumps(DEMONSTRATION))
        case ["kiosk", "run", *rest]:
            return visit(rest)
        case [_, "enrolment-code", *_]:
            print("ABCD-EFGH")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
