"""LoRAs over HTTP: listed, called by a style's own request, remarked when unknown."""

from __future__ import annotations

import base64
import io
import json
import shutil
from pathlib import Path

from PIL import Image

from tests.integration.generator_server.server import RunningGenerator, make_body


def test_loras_are_listed_and_found_again(tiny: RunningGenerator, tiny_models: Path) -> None:
    listed = tiny.get("/sdapi/v1/loras").json()
    assert [(item["name"], item["alias"], item["path"]) for item in listed] == [
        ("style-calm", "style-calm", "styles/calm/ink.safetensors"),
        ("wash", "old wash", "loras/wash.safetensors"),
    ]
    assert listed[1]["metadata"] == {"ss_output_name": "old wash"}
    later = tiny_models / "loras" / "later.safetensors"
    shutil.copyfile(tiny_models / "loras" / "wash.safetensors", later)
    try:
        assert tiny.post("/sdapi/v1/refresh-loras").status_code == 200
        assert "later" in [item["name"] for item in tiny.get("/sdapi/v1/loras").json()]
    finally:
        later.unlink()
        tiny.post("/sdapi/v1/refresh-loras")


def test_loras_are_called_by_styles(tiny: RunningGenerator) -> None:
    style = next(style for style in tiny.get("/v1/styles").json() if style["style_id"] == "calm")
    assert style["engines"] == ["painter", "diffusion"]
    body = style["requests"]["diffusion"] | {"init_images": make_body()["init_images"], "width": 64, "height": 64}
    body["alwayson_scripts"].pop("likeness")  # random weights draw nobody's
    answer = tiny.post("/sdapi/v1/img2img", body)
    assert answer.status_code == 200, answer.text
    assert "Networks not found" not in answer.json()["info"]
    unknown = tiny.post("/sdapi/v1/img2img", {**body, "prompt": "calm <lora:gone:1>"})
    info = json.loads(unknown.json()["info"])
    assert info["extra_generation_params"]["Networks not found"] == "gone"
    assert "Networks not found: gone" in info["infotexts"][0]


def test_a_style_shows_nothing_that_is_not_the_sitter(tiny: RunningGenerator, photo: Image.Image) -> None:
    """Random weights make noise of a portrait; by the style's own request that is no picture to show."""
    style = next(style for style in tiny.get("/v1/styles").json() if style["style_id"] == "calm")
    data = io.BytesIO()
    photo.save(data, "PNG")
    portrait = base64.b64encode(data.getvalue()).decode()
    size = {"width": 96, "height": 128}
    body = style["requests"]["diffusion"] | {"init_images": [portrait], "denoising_strength": 0.9, **size}
    answer = tiny.post("/sdapi/v1/img2img", body)
    assert answer.status_code == 422, answer.text[:300]
    assert answer.json()["error"] == "likeness_lost"
    body["alwayson_scripts"]["likeness"] = {"args": [False]}
    assert tiny.post("/sdapi/v1/img2img", body).status_code == 200
