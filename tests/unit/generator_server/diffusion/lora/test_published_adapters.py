"""A published LoRA is judged by the loaded model, and the picture is always that of the current revision."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from boothkit.waiting import wait_until
from generator_server.app import create_app
from generator_server.diffusion import DiffusionEngine
from generator_server.diffusion.components import Components
from generator_server.settings import GeneratorSettings
from tests.integration.generator_server.server import make_body, read_picture
from tests.unit.generator_server.archives import DIFFUSED, make_pack, make_png
from tests.unit.generator_server.diffusion.lora.lora_files import make_updates, write_kohya

TOKEN = "publish-token-of-the-test"
STAFF = {"Authorization": f"Bearer {TOKEN}", "Accept-Language": "en"}
ZIP = {**STAFF, "Content-Type": "application/zip"}


@pytest.fixture(scope="module")
def client(sd15_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("generator")
    (folder / "shipped").mkdir()
    settings = GeneratorSettings.model_validate(
        {
            "server": {"publish_token": TOKEN},
            "store": {"data_dir": folder / "data"},
            "styles": {"folder": folder / "shipped"},
            "diffusion": {"models": sd15_models, "device": "cpu"},
        }
    )
    app = create_app(
        settings, make_engines=lambda given, catalog: [DiffusionEngine(sd15_models, given.diffusion, catalog=catalog)]
    )
    with TestClient(app) as client:
        wait_until(
            lambda: client.get("/health/ready").json()["checks"]["diffusion"].startswith("ready"),
            "the model",
            within_s=60,
        )
        yield client


def make_adapter(folder: Path, components: Components, seed: int, **changes: Any) -> bytes:
    return write_kohya(folder / f"{seed}.safetensors", make_updates(components, seed=seed, **changes)).read_bytes()


def publish(client: TestClient, revision: int, adapter: bytes) -> Any:
    files = {"ink.safetensors": adapter, "sample.png": make_png()}
    pack = make_pack("calm", revision, parts=DIFFUSED, files=files)
    return client.put("/v1/style-packs/calm", content=pack, headers=ZIP)


def paint(client: TestClient) -> bytes:
    """The picture's pixels, by the request that the style itself gives."""
    (style,) = client.get("/v1/styles").json()
    body = style["requests"]["diffusion"] | {"init_images": make_body()["init_images"], "width": 64, "height": 64}
    body["alwayson_scripts"].pop("likeness")  # random weights draw nobody's
    answer = client.post("/sdapi/v1/img2img", json=body | {"seed": 5})
    assert answer.status_code == 200, answer.text[:500]
    return read_picture(answer.json()["images"][0]).tobytes()


def test_each_revision_paints_its_own_picture_and_the_old_one_after_a_roll_back(
    client: TestClient, sd15: Components, tmp_path: Path
) -> None:
    assert publish(client, 1, make_adapter(tmp_path, sd15, 1)).status_code == 201
    first = paint(client)
    assert publish(client, 2, make_adapter(tmp_path, sd15, 2)).status_code == 201
    second = paint(client)
    assert second != first
    client.post("/v1/style-packs/calm/rollback", json={"revision": 1}, headers=STAFF)
    assert paint(client) == first
    client.delete("/v1/style-packs/calm", headers=STAFF)
    assert client.get("/v1/styles").json() == []
    assert client.get("/sdapi/v1/loras").json() == []


def test_a_lora_for_another_model_is_refused_by_the_loaded_one(
    client: TestClient, sdxl: Components, tmp_path: Path
) -> None:
    layers = ("down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k",)
    answer = publish(client, 9, make_adapter(tmp_path, sdxl, 3, unet=layers))
    assert answer.status_code == 422, answer.text
    assert "it was made for another" in answer.json()["detail"]
    assert answer.json()["errors"][0]["field"] == "diffusion.adapter"
