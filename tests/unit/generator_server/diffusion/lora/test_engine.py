"""LoRAs through the engine: tags, styles with an adapter of their own, and few steps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from generator_server.diffusion import DiffusionEngine
from generator_server.diffusion.components import Components
from generator_server.diffusion.failures import ModelFileError
from generator_server.engines import GenerationRequest, Output
from generator_server.http.diffusion_body import find_diffusion_body
from generator_server.settings import DiffusionSettings
from generator_server.styles import StyleCatalog
from tests.tiny_diffusion import write_models_folder
from tests.unit.generator_server.diffusion.lora.lora_files import (
    TEXT_LAYERS,
    UNET_LAYERS,
    Update,
    make_updates,
    save,
    write_diffusers,
    write_kohya,
)
from tests.unit.generator_server.diffusion.requests import make_request
from tests.unit.generator_server.packs import MANIFEST, write_pack

Write = Callable[[Path, list[Update]], Path]
PART = """
[diffusion]
prompt = "a portrait, ink"
denoising_strength = 0.6
num_inference_steps = 4
guidance_scale = 1.5
adapter = "ink.safetensors"
adapter_weight = 0.8

[diffusion.few_step]
kind = "lcm"
adapter = "lcm"

[[diffusion.controlnet]]
model = "first"
module = "none"
control_mode = "prompt"
"""


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory, sd15: Components) -> Path:
    folder = tmp_path_factory.mktemp("packs")
    write_pack(folder, "calm", text=MANIFEST.format(style_id="calm", painter="watercolour", position=1) + PART)
    write_kohya(folder / "calm" / "ink.safetensors", make_updates(sd15, seed=1, text=TEXT_LAYERS))
    return folder


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory, sd15: Components) -> Path:
    folder = write_models_folder(tmp_path_factory.mktemp("models"))
    write_kohya(folder / "loras" / "wash.safetensors", make_updates(sd15, seed=2))
    write_kohya(folder / "loras" / "few_step" / "lcm.safetensors", make_updates(sd15, seed=3))
    return folder


@pytest.fixture(scope="module")
def engine(models: Path, packs: Path) -> DiffusionEngine:
    made = DiffusionEngine(models, DiffusionSettings(device="cpu"), catalog=StyleCatalog(packs))
    made.load()
    return made


def ask(engine: DiffusionEngine, prompt: str, **changes: object) -> GenerationRequest:
    return make_request(model=engine.list_models()[0], prompt=prompt, num_inference_steps=2, **changes)


def make(engine: DiffusionEngine, prompt: str, **changes: object) -> Output:
    request = ask(engine, prompt, **changes)
    assert engine.find_obstacle(request) is None
    return engine.generate(request, lambda progress: None, lambda: False)[0]


def test_prompts_call_adapters_and_leave_nothing_behind(engine: DiffusionEngine) -> None:
    plain = make(engine, "a cat").pixels
    for tags in (" <lora:wash:1>", " <lora:style-calm:1>", " <lora:wash:0.5> <lora:style-calm:0.5> <lora:lcm:1>"):
        assert not np.array_equal(make(engine, f"a cat{tags}").pixels, plain)
        assert np.array_equal(make(engine, "a cat").pixels, plain)
    assert np.array_equal(make(engine, "a cat <lora:wash:0>").pixels, plain)


def test_unknown_names_are_left_out_and_remarked(engine: DiffusionEngine) -> None:
    plain = make(engine, "a cat")
    output = make(engine, "a cat <lora:gone:1><lora:../../secret:1>")
    assert output.remarks["Networks not found"] == "gone, ../../secret"
    assert "Networks not found" not in plain.remarks
    assert np.array_equal(output.pixels, plain.pixels)


def test_tags_of_the_negative_prompt_call_nothing(engine: DiffusionEngine) -> None:
    plain = make(engine, "a cat", negative_prompt="photo")
    assert np.array_equal(make(engine, "a cat", negative_prompt="photo<lora:wash:1>").pixels, plain.pixels)


def test_new_files_are_found_and_broken_ones_said(engine: DiffusionEngine, models: Path, sd15: Components) -> None:
    assert [adapter.name for adapter in engine.list_adapters()] == ["lcm", "style-calm", "wash"]
    updates = make_updates(sd15, seed=5)
    added = write_kohya(models / "loras" / "added.safetensors", updates)
    torn = models / "loras" / "torn.safetensors"
    torn.write_bytes(added.read_bytes()[:-8])
    misfit = save(models / "loras" / "misfit.safetensors", {"unet.attic.lora_B.weight": updates[0].up})
    try:
        engine.refresh_adapters()
        assert [adapter.name for adapter in engine.list_adapters()] == ["added", "lcm", "misfit", "style-calm", "wash"]
        assert "cut off" in (engine.find_obstacle(ask(engine, "<lora:torn:1>")) or "")
        plain = make(engine, "a cat").pixels
        with pytest.raises(ModelFileError, match=r"misfit\.safetensors: unet\.attic is not a layer"):
            make(engine, "a cat <lora:misfit:1>")
        assert np.array_equal(make(engine, "a cat").pixels, plain)
    finally:
        for path in (added, torn, misfit):
            path.unlink()
        engine.refresh_adapters()


def test_a_style_is_described_with_its_adapters(engine: DiffusionEngine, packs: Path) -> None:
    (pack,) = StyleCatalog(packs).list_packs()
    body = find_diffusion_body(pack, engine)
    assert body is not None
    assert body["prompt"] == "a portrait, ink <lora:style-calm:0.8> <lora:lcm:1>"
    assert (body["sampler_name"], body["steps"], body["cfg_scale"]) == ("LCM", 4, 1.5)
    assert body["override_settings"] == {"sd_model_checkpoint": engine.list_models()[0].title}
    assert (body["width"], body["height"]) == (768, 1024)
    assert body["alwayson_scripts"]["likeness"] == {"args": [True]}
    (unit,) = body["alwayson_scripts"]["controlnet"]["args"]
    assert (unit["model"], unit["control_mode"]) == ("first", "My prompt is more important")
    made = make(engine, body["prompt"], sampler="LCM", guidance_scale=1.5)
    without = make(engine, "a portrait, ink <lora:style-calm:0.8>", sampler="LCM", guidance_scale=1.5)
    assert not np.array_equal(made.pixels, without.pixels)


def test_a_style_whose_adapter_is_missing_is_not_offered(
    engine: DiffusionEngine, tmp_path: Path, sd15: Components
) -> None:
    part = PART.replace('adapter = "lcm"', 'adapter = "gone"')
    write_pack(tmp_path, "calm", text=MANIFEST.format(style_id="calm", painter="watercolour", position=1) + part)
    write_kohya(tmp_path / "calm" / "ink.safetensors", make_updates(sd15))
    (pack,) = StyleCatalog(tmp_path).list_packs()
    assert find_diffusion_body(pack, engine) is None


@pytest.mark.parametrize("write", [write_kohya, write_diffusers])
def test_a_style_whose_adapter_is_of_another_family_is_not_offered(
    engine: DiffusionEngine, models: Path, tmp_path: Path, sd15: Components, sdxl: Components, write: Write
) -> None:
    """Its name is known, and each of its pictures would fail. One that listens to no text is taken at its word."""
    part = PART.replace('adapter = "lcm"', 'adapter = "other"')
    write_pack(tmp_path, "calm", text=MANIFEST.format(style_id="calm", painter="watercolour", position=1) + part)
    write_kohya(tmp_path / "calm" / "ink.safetensors", make_updates(sd15))
    (pack,) = StyleCatalog(tmp_path).list_packs()
    deaf, listening = UNET_LAYERS[0], UNET_LAYERS[1]
    is_offered = []
    for components, layer in ((sdxl, listening), (sd15, listening), (sd15, deaf)):
        path = write(models / "loras" / "other.safetensors", make_updates(components, unet=(layer,)))
        engine.refresh_adapters()
        is_offered.append(find_diffusion_body(pack, engine) is not None)
    path.unlink()
    engine.refresh_adapters()
    assert is_offered == [False, True, True]


@pytest.mark.parametrize(("kind", "sampler"), [("lcm", "LCM"), ("hyper_sd", "TCD"), ("tcd", "TCD")])
def test_few_step_methods_choose_their_sampler(
    kind: str, sampler: str, engine: DiffusionEngine, tmp_path: Path, sd15: Components
) -> None:
    part = PART.replace('"lcm"', f'"{kind}"', 1).replace('adapter = "lcm"\n', "")
    write_pack(tmp_path, "calm", text=MANIFEST.format(style_id="calm", painter="watercolour", position=1) + part)
    write_kohya(tmp_path / "calm" / "ink.safetensors", make_updates(sd15))
    (pack,) = StyleCatalog(tmp_path).list_packs()
    body = find_diffusion_body(pack, engine)
    assert body is not None
    assert body["sampler_name"] == sampler
    assert body["prompt"] == "a portrait, ink <lora:style-calm:0.8>"


def test_a_style_names_its_size_and_whether_the_sitter_must_stay(
    engine: DiffusionEngine, tmp_path: Path, sd15: Components
) -> None:
    part = PART.replace("[diffusion]\n", "[diffusion]\nmax_width_px = 520\nkeeps_likeness = false\n", 1)
    write_pack(tmp_path, "calm", text=MANIFEST.format(style_id="calm", painter="watercolour", position=1) + part)
    write_kohya(tmp_path / "calm" / "ink.safetensors", make_updates(sd15))
    (pack,) = StyleCatalog(tmp_path).list_packs()
    body = find_diffusion_body(pack, engine)
    assert body is not None
    assert (body["width"], body["height"]) == (504, 672)
    assert "likeness" not in body["alwayson_scripts"]
