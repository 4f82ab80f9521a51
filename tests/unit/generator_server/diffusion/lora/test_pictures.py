"""LoRAs in pictures: all layouts alike, equal to diffusers and peft, and gone without a trace when taken off."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import StableDiffusionImg2ImgPipeline, StableDiffusionXLImg2ImgPipeline
from torch import Tensor

from generator_server.diffusion.components import Components, quiet_loading
from generator_server.diffusion.img2img import LoadedModel
from generator_server.diffusion.lora.side_path import SidePath
from generator_server.diffusion.lora.tags import ChosenFile
from tests.unit.generator_server.diffusion.lora.lora_files import (
    CONV_LAYERS,
    TEXT_LAYERS,
    UNET_LAYERS,
    choose,
    make_updates,
    save,
    write_diffusers,
    write_kohya,
    write_peft,
)
from tests.unit.generator_server.diffusion.requests import SIDE_PX, load, make_latents
from tests.unit.generator_server.diffusion.test_against_pipelines import ask, build_pipeline, run_img2img

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    # What peft says of a second adapter in one model.
    pytest.mark.filterwarnings("ignore:Already found a `peft_config`:UserWarning"),
]
NEAR, SEEN = 1e-4, 1e-2
REQUEST = ask("Euler")
EVERYWHERE: dict[str, Any] = {"unet": UNET_LAYERS + CONV_LAYERS, "text": TEXT_LAYERS}


@pytest.fixture(scope="module")
def model(sd15: Components) -> Iterator[LoadedModel]:
    made = load(sd15)
    yield made
    made.wear(())


@pytest.fixture(scope="module")
def sdxl_model(sdxl: Components) -> Iterator[LoadedModel]:
    made = load(sdxl)
    yield made
    made.wear(())


@pytest.fixture(scope="module")
def base(model: LoadedModel) -> Tensor:
    return draw(model)


def draw(model: LoadedModel, *chosen: ChosenFile) -> Tensor:
    model.wear(chosen)
    latents: Tensor = make_latents(REQUEST, model)
    return latents


def differ(left: Tensor, right: Tensor) -> float:
    return float((left - right).abs().max())


def test_all_layouts_give_one_picture(tmp_path: Path, model: LoadedModel, base: Tensor) -> None:
    updates = make_updates(model.components, **EVERYWHERE)
    pictures = [
        draw(model, choose(write_kohya(tmp_path / "kohya.safetensors", updates))),
        draw(model, choose(write_diffusers(tmp_path / "five.safetensors", updates))),
        draw(model, choose(write_diffusers(tmp_path / "four.safetensors", updates, transformers=4))),
        draw(
            model,
            choose(write_peft(tmp_path / "unet", [update for update in updates if update.part == "unet"])),
            choose(write_peft(tmp_path / "text", [update for update in updates if update.part != "unet"])),
        ),
    ]
    assert differ(pictures[0], base) > SEEN
    assert all(torch.equal(picture, pictures[0]) for picture in pictures)


def test_taking_it_off_brings_back_the_very_same_picture(tmp_path: Path, model: LoadedModel, base: Tensor) -> None:
    file = write_kohya(tmp_path / "a.safetensors", make_updates(model.components, **EVERYWHERE))
    before = {name: tensor.clone() for name, tensor in model.components.unet.state_dict().items()}
    assert differ(draw(model, choose(file)), base) > SEEN
    assert torch.equal(draw(model, choose(file, 0.0)), base)
    assert differ(draw(model, choose(file)), base) > SEEN
    assert torch.equal(draw(model), base)
    after = model.components.unet.state_dict()
    assert set(before) == set(after)
    assert all(torch.equal(before[name], after[name]) for name in before)


@pytest.mark.parametrize("weight", [1.0, 0.4, -0.5])
def test_it_equals_diffusers_with_its_own_loader(
    weight: float, tmp_path: Path, sd15: Components, model: LoadedModel, base: Tensor
) -> None:
    file = write_diffusers(tmp_path / "a.safetensors", make_updates(sd15, **EVERYWHERE))
    theirs = draw_with_diffusers(StableDiffusionImg2ImgPipeline, sd15, {file: weight})
    ours = draw(model, choose(file, weight))
    assert differ(ours, theirs) < NEAR
    assert differ(ours, base) > SEEN


def test_several_at_once_equal_diffusers(tmp_path: Path, sd15: Components, model: LoadedModel) -> None:
    first = write_diffusers(tmp_path / "first.safetensors", make_updates(sd15, seed=1, rank=2, **EVERYWHERE))
    second = write_diffusers(tmp_path / "second.safetensors", make_updates(sd15, seed=2, rank=8))
    theirs = draw_with_diffusers(StableDiffusionImg2ImgPipeline, sd15, {first: 0.7, second: -0.3})
    assert differ(draw(model, choose(first, 0.7), choose(second, -0.3)), theirs) < NEAR
    assert differ(draw(model, choose(first, 0.7), choose(second, -0.3, is_few_step=True)), theirs) < NEAR


def test_sdxl_equals_diffusers(tmp_path: Path, sdxl: Components, sdxl_model: LoadedModel) -> None:
    unet = tuple(path for path in UNET_LAYERS if "up_blocks.1" not in path)
    updates = make_updates(sdxl, unet=unet, text=TEXT_LAYERS)
    file = write_diffusers(tmp_path / "a.safetensors", updates)
    sizes = {"original_size": (SIDE_PX, SIDE_PX), "target_size": (SIDE_PX, SIDE_PX)}
    theirs = draw_with_diffusers(StableDiffusionXLImg2ImgPipeline, sdxl, {file: 0.8}, **sizes)
    ours = draw(sdxl_model, choose(file, 0.8))
    plain = draw(sdxl_model)
    assert differ(ours, theirs) < NEAR
    assert differ(ours, plain) > SEEN


def test_kohyas_names_for_sdxl_follow_the_original_layout(
    tmp_path: Path, sdxl: Components, sdxl_model: LoadedModel
) -> None:
    """Its trainer calls SDXL's layers by Rombach's names; diffusers knows how to read them, and so do we."""
    inner = "transformer_blocks"
    originals = {
        f"down_blocks.1.attentions.0.{inner}.0.attn1.to_q": f"input_blocks_4_1_{inner}_0_attn1_to_q",
        f"down_blocks.2.attentions.1.{inner}.1.attn2.to_k": f"input_blocks_8_1_{inner}_1_attn2_to_k",
        "mid_block.attentions.0.proj_in": "middle_block_1_proj_in",
        f"up_blocks.0.attentions.2.{inner}.0.ff.net.2": f"output_blocks_2_1_{inner}_0_ff_net_2",
        f"up_blocks.1.attentions.0.{inner}.0.attn1.to_v": f"output_blocks_3_1_{inner}_0_attn1_to_v",
    }
    tensors: dict[str, Tensor] = {}
    for update in make_updates(sdxl, unet=tuple(originals)):
        name = f"lora_unet_{originals[update.path]}"
        tensors |= {f"{name}.lora_down.weight": update.down, f"{name}.lora_up.weight": update.up}
        tensors[f"{name}.alpha"] = torch.tensor(update.alpha)
    file = save(tmp_path / "original.safetensors", tensors)
    sizes = {"original_size": (SIDE_PX, SIDE_PX), "target_size": (SIDE_PX, SIDE_PX)}
    theirs = draw_with_diffusers(StableDiffusionXLImg2ImgPipeline, sdxl, {file: 1.0}, **sizes)
    assert differ(draw(sdxl_model, choose(file)), theirs) < NEAR
    assert differ(draw(sdxl_model), theirs) > SEEN


def test_text_weight_and_unet_weight_are_apart(tmp_path: Path, model: LoadedModel, base: Tensor) -> None:
    updates = make_updates(model.components, **EVERYWHERE)
    both = write_kohya(tmp_path / "both.safetensors", updates)
    unet = write_kohya(tmp_path / "unet.safetensors", [item for item in updates if item.part == "unet"])
    assert torch.equal(draw(model, choose(both, 0.5, text=0.0)), draw(model, choose(unet, 0.5)))
    text_alone = draw(model, choose(both, 0.0, text=1.0))
    assert differ(text_alone, base) > SEEN
    assert differ(text_alone, draw(model, choose(both))) > SEEN


def test_a_text_encoders_lora_is_never_served_from_memory_of_the_plain_prompt(
    tmp_path: Path, model: LoadedModel, base: Tensor
) -> None:
    file = write_kohya(tmp_path / "a.safetensors", make_updates(model.components, unet=(), text=TEXT_LAYERS))
    weak, strong = draw(model, choose(file, 0.2)), draw(model, choose(file, 1.0))
    assert min(differ(weak, strong), differ(weak, base)) > SEEN
    assert torch.equal(draw(model), base)
    assert torch.equal(draw(model, choose(file, 0.2)), weak)


def draw_with_diffusers(kind: Any, components: Components, files: dict[Path, float], **more: Any) -> Tensor:
    """What a fresh pipeline makes with these files in peft's layers."""
    copy = replace(
        components, unet=bare(components.unet), text_encoders=tuple(bare(item) for item in components.text_encoders)
    )
    with quiet_loading():
        pipeline = build_pipeline(kind, copy, "Euler")
        for file in files:
            pipeline.load_lora_weights(file.parent, weight_name=file.name, adapter_name=file.stem)
        pipeline.set_adapters([file.stem for file in files], list(files.values()))
        return run_img2img(pipeline, REQUEST, copy, **more)


def bare(module: Any) -> Any:
    """A copy without the side paths that tests have hooked to it."""
    copied = deepcopy(module)
    for part in copied.modules():
        for key in [key for key, hook in part._forward_hooks.items() if isinstance(hook, SidePath)]:
            del part._forward_hooks[key]
    return copied
