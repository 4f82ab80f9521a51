"""A booth site for tests: settings with short waits, a kiosk's requests, and both ways to run the bridge."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import requests
import uvicorn
from fastapi import FastAPI
from PIL import Image

from boothkit.digests import content_digest
from boothkit.ids import new_id
from boothkit.waiting import wait_until
from service_bridge.settings import BridgeSettings
from service_bridge.visits.records import Language
from tests.integration.service_bridge.fake_memorial import MEMORIAL_ID, TOKEN

QUICK: dict[str, dict[str, Any]] = {
    "store": {"free_space_floor_bytes": 0, "busy_timeout_s": 2.0},
    "generator": {"connect_timeout_s": 1.0, "paint_timeout_s": 10.0, "retry_base_s": 0.1, "retry_cap_s": 0.3},
    "memorial": {
        "connect_timeout_s": 1.0,
        "read_timeout_s": 1.0,
        "slowest_link_bytes_per_s": 1e9,
        "retry_base_s": 0.1,
        "retry_cap_s": 0.3,
        "refused_retry_s": 60.0,
    },
    "policy": {"generation_patience_s": 5.0},
    "workflow": {"queue_polling_s": 0.05, "reconcile_interval_s": 0.3, "stale_after_s": 1.5},
    "catalogue": {"fresh_for_s": 0.2, "timeout_s": 1.0},
    "progress": {"heartbeat_s": 0.5, "poll_s": 0.05},
}


def make_settings(
    data_dir: Path, *, generator_url: str, memorial_url: str, **changes: Mapping[str, Any]
) -> BridgeSettings:
    """Short waits; `changes` are groups of settings to lay over them."""
    return BridgeSettings.model_validate(merge_settings(data_dir, generator_url, memorial_url, changes))


def merge_settings(
    data_dir: Path, generator_url: str, memorial_url: str, changes: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    groups = {name: dict(group) for name, group in QUICK.items()}
    groups["store"]["data_dir"] = str(data_dir)
    groups["generator"]["url"] = generator_url
    groups["memorial"]["url"] = memorial_url
    for name, group in changes.items():
        groups.setdefault(name, {}).update(group)
    return groups


def give_token(data_dir: Path, token: str = TOKEN) -> None:
    """What `enrol` would have left."""
    data_dir.mkdir(parents=True, exist_ok=True)
    (data_dir / "memorial.token").write_text(token)


def make_photo(seed: int = 0, size: tuple[int, int] = (480, 640)) -> bytes:
    """A JPEG that no other seed makes."""
    random = np.random.default_rng(seed)
    small = Image.fromarray(random.integers(0, 255, (16, 12, 3), np.uint8))
    buffer = io.BytesIO()
    small.resize(size, Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class MadeVoice:
    """A voice as the tests' voice maker gives it."""

    audio: bytes
    media_type: str
    duration_s: float
    made_by: str
    cause: str | None


class PlainVoices:
    """A voice maker that writes the text down instead of speaking it."""

    def __init__(self) -> None:
        self.read: list[str] = []
        self.failure: Exception | None = None

    def read_aloud(self, text: str, *, language: Language, online_allowed: bool) -> MadeVoice:
        self.read.append(text)
        if self.failure is not None:
            raise self.failure
        made_by = "google" if online_allowed else "espeak-ng"
        return MadeVoice(f"{language}:{text}".encode(), "audio/mp4", 1.5, made_by, None)

    def encode(self, recording: bytes, *, declared_duration_s: float) -> MadeVoice:
        return MadeVoice(b"encoded " + recording, "audio/mp4", declared_duration_s, "visitor", None)


class Kiosk:
    """A kiosk's requests."""

    def __init__(self, base: str, token: str) -> None:
        self._base = base
        self._headers = {"Authorization": f"Bearer {token}"}

    def call(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **options: Any) -> Any:
        wanted = {**self._headers, **(headers or {})}
        return requests.request(method, f"{self._base}{path}", headers=wanted, timeout=30, **options)

    def capture(self, visit_id: str, photo: bytes, *, digest: str | None = None, **choices: str) -> Any:
        query = {
            "memorial_id": MEMORIAL_ID,
            "style_id": "watercolour",
            "language": "ko",
            "ai_restyle": "true",
            **choices,
        }
        headers = {"Content-Type": "image/jpeg", "Content-Digest": digest or content_digest(sha256_of(photo))}
        return self.call("PUT", f"/api/v1/visits/{visit_id}/capture", params=query, headers=headers, data=photo)

    def finish(self, visit_id: str, **changes: Any) -> Any:
        return self.call("POST", f"/api/v1/visits/{visit_id}/finish", json=finish_body(**changes))

    def status(self, visit_id: str) -> dict[str, Any]:
        answer = self.call("GET", f"/api/v1/visits/{visit_id}")
        assert answer.status_code == 200, answer.text
        status: dict[str, Any] = answer.json()
        return status

    def wait_for_status(self, visit_id: str, part: str, state: str) -> dict[str, Any]:
        """Until `generation`, `voice` or `delivery` is in a state."""

        def look() -> dict[str, Any] | None:
            status = self.status(visit_id)
            return status if status[part]["state"] == state else None

        found: dict[str, Any] = wait_until(look, what=f"{part} {state}, at the end {self.status(visit_id)}")
        return found

    def visit(self, photo: bytes | None = None, **changes: Any) -> str:
        """A whole visit; the id of it."""
        visit_id = new_id()
        assert self.capture(visit_id, photo or make_photo()).status_code == 201
        assert self.finish(visit_id, **changes).status_code == 201
        return visit_id


def finish_body(**changes: Any) -> dict[str, Any]:
    consents = {"family_page": True, "ai_restyle": True, "voice": True, "online_voice": False, "keep_until": None}
    consents.update(changes.pop("consents", {}))
    return {
        "letter": "할머니, 보고 싶어요.",
        "sender_name": "손녀",
        "relation": "손녀",
        "language": "ko",
        "voice": "none",
        "chosen": "picture",
        "consents": consents,
        **changes,
    }


class ServerThread:
    """The app under uvicorn in a thread of this process."""

    def __init__(self, app: FastAPI) -> None:
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    @property
    def url(self) -> str:
        host, port = self._server.servers[0].sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"

    def __enter__(self) -> Self:
        self._thread.start()
        wait_until(lambda: self._server.started, what="the server to start")
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)


class BridgeProcess:
    """The real bridge as its own process, which can be killed."""

    def __init__(self, folder: Path, groups: dict[str, Any]) -> None:
        self._folder = folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._config = folder / "site.toml"
        groups = {**groups, "server": {"port": self.port, "json_logs": True}}
        self._config.write_text(_to_toml(groups))
        self._log = (folder / "bridge.log").open("ab")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, wait: bool = True) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "service_bridge", "serve", "--config", str(self._config)],
            stdout=self._log,
            stderr=self._log,
        )
        if wait:
            wait_until(self.is_ready, what=f"the bridge to be ready: {self.log()[-2000:]}")
        return self

    def is_ready(self) -> bool:
        try:
            return requests.get(f"{self.url}/health/ready", timeout=1).status_code == 200
        except requests.ConnectionError:
            assert self._process is not None
            assert self._process.poll() is None, self.log()[-3000:]
            return False

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "service_bridge", *arguments, "--config", str(self._config)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def kill(self) -> None:
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(10)

    def wait(self, timeout_s: float) -> int:
        assert self._process is not None
        return self._process.wait(timeout_s)

    def enrol(self, role: str = "kiosk") -> str:
        code = self.command("enrolment-code", "--role", role).stdout.strip()
        answer = requests.post(f"{self.url}/api/v1/enrolments", json={"code": code, "name": "test"}, timeout=5)
        assert answer.status_code == 201, answer.text
        token: str = answer.json()["token"]
        return token

    def log(self) -> str:
        return (self._folder / "bridge.log").read_text(encoding="utf-8")

    def actions(self) -> list[str]:
        """Actions of all log lines so far."""
        lines = [json.loads(line) for line in self.log().splitlines() if line.startswith("{")]
        return [line["action"] for line in lines if "action" in line]

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._log.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _to_toml(groups: Mapping[str, Mapping[str, Any]]) -> str:
    lines = []
    for name, group in groups.items():
        lines.append(f"[bridge.{name}]")
        lines += [f"{key} = {json.dumps(value)}" for key, value in group.items()]
    return "\n".join(lines)
