"""A running front door with small programs behind it, for the tests of this folder."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from boothkit.waiting import wait_until

START_S = 20.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Answer:
    """One answer, its header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Backend:
    """A program of `backend.py` on a Unix socket, which can be killed and started again."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.folder = folder
        self.socket = folder / f"{name}.sock"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ["--uds", str(self.socket), "--log-level", "warning", "--timeout-keep-alive", "75"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "tests.integration.nginx.backend:app", *options],
            env={**os.environ, "BACKEND_NAME": self.name, "BACKEND_FOLDER": str(self.folder)},
        )
        wait_until(lambda: can_connect(self.socket), f"{self.name} listens")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@dataclass
class FrontDoor:
    """nginx started by the product's own command, in a short-named folder of its own."""

    settings: dict[str, Any] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=dict)
    generators: int = 1

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="door-"))
        self.bridge, self.memorial = Backend(self.folder, "bridge"), Backend(self.folder, "memorial")
        self.generator = [Backend(self.folder, f"generator{number}") for number in range(self.generators)]
        self.ports = {name: free_port() for name in ("booth", "generator", "public")}
        self.blobs = self.folder / "blobs"
        self.blobs.mkdir()
        self.process = self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        for backend in (self.bridge, self.memorial, *self.generator):
            backend.kill()
        shutil.rmtree(self.folder)

    def stop(self) -> int:
        """Ask nginx to end and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=10)

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def start(self) -> subprocess.Popen[bytes]:
        """Start nginx and wait until it listens."""
        config = self.write_settings()
        with (self.folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "nginx", "serve", "--config", str(config)], stderr=log, stdout=log
            )
        wait_until(lambda: can_connect(("127.0.0.1", self.ports["public"])) or process.poll() is not None, "nginx")
        assert process.poll() is None, self.log()
        return process

    def write_settings(self) -> Path:
        lines = ["[nginx]", *(f"{name} = {json.dumps(value)}" for name, value in self._fields().items())]
        lines += ["[nginx.limits]", *(f"{name} = {value}" for name, value in self.limits.items())]
        path = self.folder / "site.toml"
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    def _fields(self) -> dict[str, Any]:
        return {
            "run_dir": str(self.folder / "run"),
            **{f"{name}_listen": f"127.0.0.1:{port}" for name, port in self.ports.items()},
            "bridge_socket": str(self.bridge.socket),
            "memorial_socket": str(self.memorial.socket),
            "generator_sockets": [str(backend.socket) for backend in self.generator],
            "memorial_blob_dir": str(self.blobs),
            **self.settings,
        }

    def ask(
        self,
        listener: str,
        path: str,
        *,
        method: str = "GET",
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> Answer:
        """One request to a listener (`booth`, `generator`, `public`) on a connection of its own."""
        port = self.ports[listener]
        connection = (
            http.client.HTTPSConnection("localhost", port, timeout=20, context=tls)
            if tls
            else http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        )
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            names = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, names, answer.read())
        finally:
            connection.close()


def can_connect(address: Path | tuple[str, int]) -> bool:
    family = socket.AF_UNIX if isinstance(address, Path) else socket.AF_INET
    with socket.socket(family) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(address) if isinstance(address, Path) else address)
        except OSError:
            return False
    return True
