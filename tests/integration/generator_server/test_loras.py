"""LoRAs over HTTP: listed, called by a style's own request, remarked when unknown."""

from __future__ import annotations

import json
from pathlib import Path

from boothkit.waiting import wait_until
from generator_server.diffusion.components import load_folder
from tests.integration.generator_server.server import make_body, running_generator
from tests.tiny_diffusion import write_models_folder
from tests.unit.generator_server.diffusion.conftest import CPU
from tests.unit.generator_server.diffusion.lora.lora_files import make_updates, write_kohya
from tests.unit.generator_server.packs import MANIFEST, write_pack

PART = (
    '\n[diffusion]\nprompt = "calm"\ndenoising_strength = 0.5\nnum_inference_steps = 2\nadapter = "ink.safetensors"\n'
)


def test_loras_are_listed_and_called_by_styles(tmp_path: Path) -> None:
    models = write_models_folder(tmp_path / "models")
    updates = make_updates(load_folder(models / "checkpoints" / "tiny", "sd15", CPU))
    write_kohya(models / "loras" / "wash.safetensors", updates, metadata={"ss_output_name": "old wash"})
    text = MANIFEST.format(style_id="calm", painter="watercolour", position=1) + PART
    write_pack(tmp_path / "packs", "calm", text=text)
    write_kohya(tmp_path / "packs" / "calm" / "ink.safetensors", updates)
    settings = (
        f'[generator.styles]\nfolder = "{tmp_path / "packs"}"\n'
        f'[generator.diffusion]\nmodels = "{models}"\ndevice = "cpu"\n'
    )
    with running_generator(tmp_path, settings) as generator:
        wait_until(lambda: len(generator.get("/sdapi/v1/sd-models").json()) == 2, within_s=90)
        listed = generator.get("/sdapi/v1/loras").json()
        assert [(item["name"], item["alias"], item["path"]) for item in listed] == [
            ("style-calm", "style-calm", "styles/calm/ink.safetensors"),
            ("wash", "old wash", "loras/wash.safetensors"),
        ]
        assert listed[1]["metadata"] == {"ss_output_name": "old wash"}
        (style,) = generator.get("/v1/styles").json()
        assert style["engines"] == ["painter", "diffusion"]
        body = style["requests"]["diffusion"] | {"init_images": make_body()["init_images"], "width": 64, "height": 64}
        answer = generator.post("/sdapi/v1/img2img", body)
        assert answer.status_code == 200, answer.text
        assert "Networks not found" not in answer.json()["info"]
        unknown = generator.post("/sdapi/v1/img2img", {**body, "prompt": "calm <lora:gone:1>"})
        info = json.loads(unknown.json()["info"])
        assert info["extra_generation_params"]["Networks not found"] == "gone"
        assert "Networks not found: gone" in info["infotexts"][0]
        write_kohya(models / "loras" / "later.safetensors", updates)
        assert generator.post("/sdapi/v1/refresh-loras").status_code == 200
        assert "later" in [item["name"] for item in generator.get("/sdapi/v1/loras").json()]
