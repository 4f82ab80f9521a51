"""Two generators for all tests that leave them as they were: one as shipped, one with a tiny diffusion model."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import webuiapi
from PIL import Image

from boothkit.waiting import wait_until
from generator_server.diffusion.components import load_folder
from generator_server.settings import SHIPPED_STYLES
from tests.integration.generator_server.server import RunningGenerator, make_body, make_photo, running_generator
from tests.integration.generator_server.tiny_requests import SIDE_PX
from tests.tiny_diffusion import write_models_folder
from tests.unit.generator_server.diffusion.annotators.tiny_pose import write_tiny_pose
from tests.unit.generator_server.diffusion.conftest import CPU
from tests.unit.generator_server.diffusion.lora.lora_files import make_updates, write_kohya
from tests.unit.generator_server.diffusion.words.tiny_gpt import write_tiny_gpt
from tests.unit.generator_server.packs import MANIFEST, write_pack
from tests.unit.lora_training.dataset.tiny_blip import save_tiny_blip

STYLE_PART = (
    '\n[diffusion]\nprompt = "calm"\nnegative_prompt = "noise"\ndenoising_strength = 0.5\nnum_inference_steps = 2\n'
    'adapter = "ink.safetensors"\n[[diffusion.controlnet]]\nmodel = "first"\nmodule = "canny"\n'
)


@pytest.fixture(scope="package")
def generator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGenerator]:
    """A generator with the shipped settings, warm."""
    with running_generator(tmp_path_factory.mktemp("generator")) as running:
        assert running.post("/sdapi/v1/img2img", make_body()).status_code == 200
        yield running


@pytest.fixture(scope="package")
def tiny_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One tiny checkpoint, three ControlNets, a LoRA, a ViTPose that is sure of every joint, two models of words."""
    models = write_models_folder(tmp_path_factory.mktemp("tiny") / "models")
    write_tiny_pose(models / "annotators", level=5.0)
    save_tiny_blip(models / "captioner")
    write_tiny_gpt(models / "prompt_models" / "tiny")
    updates = make_updates(load_folder(models / "checkpoints" / "tiny", "sd15", CPU))
    write_kohya(models / "loras" / "wash.safetensors", updates, metadata={"ss_output_name": "old wash"})
    packs = models.parent / "packs"
    shutil.copytree(SHIPPED_STYLES / "ink_wash", packs / "ink_wash")
    write_pack(packs, "calm", text=MANIFEST.format(style_id="calm", painter="watercolour", position=1) + STYLE_PART)
    write_kohya(packs / "calm" / "ink.safetensors", updates)
    return models


@pytest.fixture(scope="package")
def tiny(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGenerator]:
    """A generator with those models and two style packs, one of them with an adapter; loaded."""
    settings = (
        f'[generator.styles]\nfolder = "{tiny_models.parent / "packs"}"\n'
        f'[generator.diffusion]\nmodels = "{tiny_models}"\ndevice = "cpu"\n'
    )
    with pytest.MonkeyPatch.context() as patch:
        # Layers this small cost less than sharing them out.
        patch.setenv("OMP_NUM_THREADS", "1")
        with running_generator(tmp_path_factory.mktemp("tiny_generator"), settings) as running:
            wait_until(
                lambda: "ready" in running.get("/health/ready").json()["checks"]["diffusion"],
                within_s=120,
                what="the diffusion engine",
            )
            yield running


@pytest.fixture
def api(tiny: RunningGenerator) -> Iterator[webuiapi.WebUIApi]:
    """The widespread client, unmodified, with the tiny model chosen."""
    address = urlsplit(tiny.url)
    client = webuiapi.WebUIApi(host=address.hostname, port=address.port, sampler="Euler a", steps=3)
    client.util_set_model("tiny")
    yield client
    client.session.close()


@pytest.fixture(scope="package")
def photo() -> Image.Image:
    """The sample portrait, as small as the pictures that are made of it."""
    return Image.open(io.BytesIO(make_photo(SIDE_PX, SIDE_PX, "PNG"))).convert("RGB")
