"""The generator as its own process, started by the product's command."""

from __future__ import annotations

import base64
import io
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import requests
from PIL import Image

import painter

PROGRAM = ("boothkit.command", "generator", "serve")


@dataclass
class RunningGenerator:
    """A generator that answers at `url`."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path
    answered_after_s: float

    def get(self, path: str, **options: Any) -> requests.Response:
        return requests.get(f"{self.url}{path}", timeout=30, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> requests.Response:
        return requests.post(f"{self.url}{path}", json=body, timeout=60, **options)

    def read_peak_bytes(self) -> int:
        """Most memory that the generator itself has held, without its decoder processes."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024
        raise AssertionError("no VmHWM")

    def read_family_bytes(self) -> int:
        """Memory that the generator and its child processes hold now."""
        parent = psutil.Process(self.process.pid)
        return sum(process.memory_info().rss for process in (parent, *parent.children(recursive=True)))


@contextmanager
def running_generator(
    folder: Path, settings: str = "", *, server: str = "", program: Sequence[str] = PROGRAM
) -> Iterator[RunningGenerator]:
    """Start, wait until it answers, stop with SIGTERM; fails when the log holds a traceback."""
    port = _find_port()
    config = folder / "site.toml"
    config.write_text(
        f'[generator.server]\nport = {port}\n{server}\n[generator.store]\ndata_dir = "{folder / "data"}"\n{settings}'
    )
    log = folder / "generator.log"
    command = [sys.executable, "-m", *program, "--config", str(config)]
    with log.open("wb") as output:
        started_at = time.monotonic()
        process = subprocess.Popen(command, stdout=output, stderr=output)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(url, process, log)
            yield RunningGenerator(url, process, log, time.monotonic() - started_at)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)
    assert "Traceback" not in log.read_text(), log.read_text()[-3000:]


def _find_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    ends_at = time.monotonic() + 30
    while time.monotonic() < ends_at:
        assert process.poll() is None, log.read_text()
        try:
            requests.get(f"{url}/health/live", timeout=1)
        except requests.ConnectionError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError("the generator did not answer within 30 s")


def make_photo(width_px: int = 192, height_px: int = 256, kind: str = "JPEG") -> bytes:
    """The sample portrait as a photograph of this size."""
    buffer = io.BytesIO()
    Image.fromarray(painter.sample_portrait()).resize((width_px, height_px)).save(buffer, kind)
    return buffer.getvalue()


def make_body(photo: bytes | None = None, **fields: Any) -> dict[str, Any]:
    """A small img2img body with the sample portrait."""
    encoded = base64.b64encode(make_photo() if photo is None else photo).decode()
    return {"init_images": [encoded], "width": 192, "height": 256, "seed": 3, "denoising_strength": 1.0, **fields}


def read_picture(encoded: str) -> Image.Image:
    """A picture of an answer, fully decoded."""
    image = Image.open(io.BytesIO(base64.b64decode(encoded, validate=True)))
    image.load()
    return image
