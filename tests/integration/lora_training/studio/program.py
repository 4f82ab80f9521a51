"""The studio as staff's computer runs it: a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import requests

from tests.integration.lora_training.studio.staff import PASSWORD, Staff

_START_S = 60.0


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class StudioProcess:
    """`memorial-booth style studio` on a folder; a context manager that ends it."""

    def __init__(self, folder: Path, *options: str, environ: dict[str, str] | None = None) -> None:
        self.port = find_free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.data_dir = folder / "data"
        self._log = (folder / "studio.log").open("ab")
        words = ["studio", "--port", str(self.port), "--data", str(self.data_dir), *options]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lora_training", *words],
            stdout=self._log,
            stderr=self._log,
            env={
                **os.environ,
                "OMP_NUM_THREADS": "1",
                "BOOTH_TRAINING__STUDIO__PASSWORD": PASSWORD,
                **(environ or {}),
            },
        )

    def __enter__(self) -> StudioProcess:
        ends_at = time.monotonic() + _START_S
        while not self._is_up():
            assert self.process.poll() is None, "the studio ended"
            assert time.monotonic() < ends_at
            time.sleep(0.1)
        return self

    def _is_up(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(20)
        self._log.close()

    def kill(self) -> None:
        """As a power cut does, for the studio alone."""
        self.process.kill()
        self.process.wait()

    def open_browser(self) -> Staff:
        """Staff who are signed in."""
        staff = Staff(requests.Session(), self.address)
        assert staff.sign_in().status_code == 200
        return staff
