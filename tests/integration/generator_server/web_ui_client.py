"""A client that behaves as the widespread Python client of the web UI does, quirks included.

It keeps what that client keeps: a shared `alwayson_scripts` between calls, both sampler keys, empty units, and the
wrong key for ControlNet pictures. Written from a description of its requests.
"""

from __future__ import annotations

import base64
import difflib
import io
import json
from dataclasses import dataclass
from typing import Any

import requests
from PIL import Image


@dataclass
class Result:
    """What the client hands back: decoded pictures, parameters, and `info` read from its string."""

    images: list[Image.Image]
    parameters: dict[str, Any]
    info: dict[str, Any]

    @property
    def image(self) -> Image.Image:
        return self.images[0]


class WebUiClient:
    """Talks to `url` as the real client does."""

    def __init__(self, url: str) -> None:
        self.session = requests.Session()
        self.url = f"{url}/sdapi/v1"
        self.root = url
        self.has_controlnet = "controlnet m2m" in self.get("scripts")["txt2img"]
        self._scripts: dict[str, Any] = {}  # a mutable default in the real client: it outlives every call

    def get(self, path: str, **parameters: Any) -> Any:
        return self._read(self.session.get(f"{self.url}/{path}", params=parameters, timeout=60))

    def post(self, path: str, body: Any = None) -> Any:
        return self._read(self.session.post(f"{self.url}/{path}", json=body, timeout=60))

    def img2img(self, images: list[Image.Image], *, units: tuple[dict[str, Any], ...] = (), **fields: Any) -> Result:
        payload = {
            "init_images": [encode(image, with_prefix=True) for image in images],
            "resize_mode": 0,
            "denoising_strength": 0.75,
            "image_cfg_scale": 1.5,
            "mask_blur": 4,
            "inpainting_fill": 0,
            "inpaint_full_res": True,
            "inpaint_full_res_padding": 0,
            "inpainting_mask_invert": 0,
            "initial_noise_multiplier": 1,
            "include_init_images": False,
            "mask": None,
            **self._common(units, fields),
        }
        return self._pictures(self.post("img2img", payload))

    def txt2img(self, **fields: Any) -> Result:
        payload = {
            "enable_hr": False,
            "hr_scale": 2,
            "hr_upscaler": "Latent",
            "hr_second_pass_steps": 0,
            "hr_resize_x": 0,
            "hr_resize_y": 0,
            "firstphase_width": 0,
            "firstphase_height": 0,
            **self._common((), fields),
        }
        return self._pictures(self.post("txt2img", payload))

    def util_set_model(self, name: str) -> None:
        titles = {model["title"].lower(): model["title"] for model in self.get("sd-models")}
        wanted = name.lower()
        closest = (
            titles.get(wanted) or titles[max(titles, key=lambda t: difflib.SequenceMatcher(a=wanted, b=t).ratio())]
        )
        self.post("options", {"sd_model_checkpoint": closest})

    def _common(self, units: tuple[dict[str, Any], ...], fields: dict[str, Any]) -> dict[str, Any]:
        if self.has_controlnet or units:
            self._scripts["ControlNet"] = {"args": list(units)}
        return {
            "prompt": "",
            "negative_prompt": "",
            "styles": [],
            "seed": -1,
            "subseed": -1,
            "subseed_strength": 0,
            "seed_resize_from_h": 0,
            "seed_resize_from_w": 0,
            "batch_size": 1,
            "n_iter": 1,
            "steps": None,
            "cfg_scale": 7.0,
            "width": 512,
            "height": 512,
            "restore_faces": False,
            "tiling": False,
            "do_not_save_samples": False,
            "do_not_save_grid": False,
            "eta": 1.0,
            "s_churn": 0,
            "s_tmax": 0,
            "s_tmin": 0,
            "s_noise": 1,
            "override_settings": {},
            "override_settings_restore_afterwards": True,
            "script_args": [],
            "script_name": None,
            "sampler_index": "Euler a",
            "sampler_name": "Euler a",
            "scheduler": "automatic",
            "send_images": True,
            "save_images": False,
            "alwayson_scripts": self._scripts,
            **fields,
        }

    def _read(self, answer: requests.Response) -> Any:
        if answer.status_code != 200:
            raise RuntimeError(answer.status_code, answer.text)
        return answer.json()

    def _pictures(self, answer: dict[str, Any]) -> Result:
        images = [Image.open(io.BytesIO(base64.b64decode(text))) for text in answer["images"]]
        return Result(images, answer["parameters"], json.loads(answer["info"]))


def make_unit(image: Image.Image | None = None, **fields: Any) -> dict[str, Any]:
    """A ControlNet unit with that client's defaults; its picture has no data: prefix, no picture is an empty text."""
    return {
        "image": "" if image is None else encode(image, with_prefix=False),
        "mask": None,
        "module": "none",
        "model": "None",
        "weight": 1.0,
        "resize_mode": "Resize and Fill",
        "low_vram": False,
        "processor_res": 512,
        "threshold_a": 64,
        "threshold_b": 64,
        "guidance_start": 0.0,
        "guidance_end": 1.0,
        "control_mode": 0,
        "pixel_perfect": False,
        "hr_option": "Both",
        "enabled": True,
        **fields,
    }


def encode(image: Image.Image, *, with_prefix: bool) -> str:
    """A picture as PNG in base64."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    text = base64.b64encode(buffer.getvalue()).decode()
    return f"data:image/png;base64,{text}" if with_prefix else text
