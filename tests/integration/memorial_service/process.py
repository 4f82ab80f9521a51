"""The memorial service as a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

READY_WITHIN_S = 30.0


@dataclass
class ServiceProcess:
    """A data folder and the process that serves it."""

    folder: Path
    port: int
    settings: dict[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environ(self) -> dict[str, str]:
        return {
            **os.environ,
            "BOOTH_MEMORIAL__STORE__DATA_DIR": str(self.folder),
            "BOOTH_MEMORIAL__STORE__FREE_SPACE_FLOOR_MB": "0",
            "BOOTH_MEMORIAL__SERVER__PORT": str(self.port),
            "BOOTH_MEMORIAL__WEB__PUBLIC_URL": self.address,
            "BOOTH_MEMORIAL__MEDIA__IMAGE_WORKERS": "1",
            "BOOTH_MEMORIAL__LOGS__LEVEL": "WARNING",
            **self.settings,
        }

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One command on the same data folder."""
        return subprocess.run(command(*words), env=self.environ, capture_output=True, text=True, timeout=60)

    def start(self) -> float:
        """Start and wait until ready; returns the seconds that it took."""
        started_at = time.monotonic()
        self._process = subprocess.Popen(command("serve"), env=self.environ, start_new_session=True)
        while time.monotonic() - started_at < READY_WITHIN_S:
            assert self._process.poll() is None, "the service ended instead of starting"
            with contextlib.suppress(requests.ConnectionError):
                if requests.get(f"{self.address}/health/ready", timeout=5).ok:
                    return time.monotonic() - started_at
            time.sleep(0.02)
        raise TimeoutError("the service did not become ready")

    def kill(self) -> None:
        """As a power switch would: the process and its children, at once."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def stop(self) -> int:
        """Ask it to end; returns its exit code."""
        assert self._process is not None
        self._process.terminate()
        code = self._process.wait(timeout=10)
        self._process = None
        return code

    def seed(self) -> dict[str, str]:
        """The demo memorial and how to reach it."""
        seeded: dict[str, str] = json.loads(self.run("seed-demo").stdout)
        return seeded

    def enrol(self, hall: str) -> dict[str, str]:
        """Headers of a booth that was enrolled by code."""
        code = self.run("enrolment-code", "--hall", hall).stdout.strip()
        answer = requests.post(f"{self.address}/api/v1/enrolments", json={"code": code, "name": "booth"}, timeout=10)
        return {"Authorization": f"Bearer {answer.json()['token']}"}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "boothkit.command", "memorial", *words]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def service_process(folder: Path, **settings: str) -> Iterator[ServiceProcess]:
    """A service that is killed at the end, whatever happened."""
    service = ServiceProcess(folder, free_port(), settings)
    try:
        yield service
    finally:
        service.kill()
