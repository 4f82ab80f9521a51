"""What loads and runs without a word in the libraries and then makes another picture: none of it can happen here.

Two more of the kind are held elsewhere: a tokenizer of two words (test_components.py) and M-LSD's black map
(annotators/test_line_segments.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from generator_server.diffusion.components import Components
from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.img2img import LoadedModel
from tests.unit.generator_server.diffusion.lora.lora_files import (
    TEXT_LAYERS,
    UNET_LAYERS,
    choose,
    make_updates,
    save,
    write_kohya,
)
from tests.unit.generator_server.diffusion.requests import load, make_latents, make_request

ATTENTION = "down_blocks.1.attentions.0.transformer_blocks.0.attn1"
REQUEST = make_request(num_inference_steps=2)


@pytest.fixture
def model(sd15: Components) -> Iterator[LoadedModel]:
    made = load(sd15)
    yield made
    made.wear(())


@pytest.mark.parametrize("layer", ["to_q", "to_k", "to_v"])
def test_each_projection_of_an_attention_wears_its_lora(tmp_path: Path, model: LoadedModel, layer: str) -> None:
    """Where queries, keys and values are computed by one fused layer, LoRAs of the three are passed by."""
    plain = make_latents(REQUEST, model)
    updates = make_updates(model.components, unet=(f"{ATTENTION}.{layer}",))
    model.wear([choose(write_kohya(tmp_path / "one.safetensors", updates))])
    assert float((make_latents(REQUEST, model) - plain).abs().max()) > 1e-3


def test_a_weight_of_one_lora_does_not_stick_to_the_next(tmp_path: Path, model: LoadedModel) -> None:
    """A pipeline that was called with a scale once counts every text encoder's LoRA that is loaded later with it."""
    files = (tmp_path / "first.safetensors", tmp_path / "second.safetensors")
    for seed, file in enumerate(files):
        write_kohya(file, make_updates(model.components, seed=seed, text=TEXT_LAYERS))
    second = choose(files[1])
    model.wear([second])
    alone = make_latents(REQUEST, model)
    model.wear(())
    model.wear([choose(files[0], 0.0)])
    make_latents(REQUEST, model)
    model.wear([second])
    assert torch.equal(make_latents(REQUEST, model), alone)


def test_a_lora_whose_text_part_is_wrong_leaves_no_unet_part_behind(tmp_path: Path, model: LoadedModel) -> None:
    """A load that fails in the text encoder leaves the UNet's part at work in diffusers."""
    plain = make_latents(REQUEST, model)
    good = write_kohya(tmp_path / "good.safetensors", make_updates(model.components, unet=UNET_LAYERS))
    name = "lora_te_text_model_encoder_layers_0_self_attn_q_proj"
    wrong = {f"{name}.lora_down.weight": torch.ones(2, 3), f"{name}.lora_up.weight": torch.ones(3, 2)}
    bad = save(tmp_path / "bad.safetensors", {**load_file(good), **wrong})
    with pytest.raises(ModelFileError, match=r"bad\.safetensors: .*self_attn_q_proj"):
        model.wear([choose(bad)])
    assert torch.equal(make_latents(REQUEST, model), plain)
    model.wear([choose(good)])
    assert not torch.equal(make_latents(REQUEST, model), plain)
