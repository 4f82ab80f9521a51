"""A whole generator around one loaded engine, and a client that asks it over the loopback network."""

from __future__ import annotations

import base64
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests
import uvicorn
from PIL import Image

from boothkit.waiting import wait_until
from generator_server.app import create_app
from generator_server.engines import ControlUnit, Engine, GenerationRequest
from generator_server.settings import GeneratorSettings, StoreSettings

ENGINE = "diffusion"


@dataclass(frozen=True)
class Door:
    """A generator that answers at `url`."""

    url: str

    def ask(self, request: GenerationRequest) -> dict[str, Any]:
        """The same pictures as the engine would make, in the web UI's words."""
        answer = requests.post(f"{self.url}/sdapi/v1/img2img", json=_build_body(request), timeout=600)
        answer.raise_for_status()
        said: dict[str, Any] = answer.json()
        return said


@contextmanager
def open_door(engine: Engine) -> Iterator[Door]:
    """Serve until the block ends."""
    with TemporaryDirectory() as folder:
        settings = GeneratorSettings(store=StoreSettings(data_dir=Path(folder)))
        app = create_app(settings, make_engines=lambda _settings, _catalog: [engine])
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            wait_until(lambda: server.started, within_s=60, what="the generator")
            port = server.servers[0].sockets[0].getsockname()[1]
            url = f"http://127.0.0.1:{port}"
            wait_until(lambda: _is_ready(url), within_s=600, what="the engine")
            yield Door(url)
        finally:
            server.should_exit = True
            thread.join()


def _is_ready(url: str) -> bool:
    checks = requests.get(f"{url}/health/ready", timeout=10).json()["checks"]
    return str(checks[ENGINE]).startswith("ready")


def _build_body(request: GenerationRequest) -> dict[str, Any]:
    return {
        "init_images": [encode(request.init_images[0])],
        "prompt": request.prompt,
        "negative_prompt": request.negative_prompt,
        "denoising_strength": request.denoising_strength,
        "steps": request.num_inference_steps,
        "cfg_scale": request.guidance_scale,
        "sampler_name": request.sampler,
        "seed": request.seeds[0],
        "width": request.width_px,
        "height": request.height_px,
        "override_settings": {"sd_model_checkpoint": request.model.title},
        "alwayson_scripts": {"controlnet": {"args": [_build_unit(unit) for unit in request.control_units]}},
    }


def _build_unit(unit: ControlUnit) -> dict[str, Any]:
    """A unit that looks at the photograph itself; its map is not sent back."""
    return {
        "enabled": True,
        "model": unit.model,
        "module": unit.module,
        "weight": unit.conditioning_scale,
        "save_detected_map": False,
    }


def encode(pixels: Any) -> str:
    """A picture as base64 PNG."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()
