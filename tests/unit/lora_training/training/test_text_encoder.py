"""An adapter of the text encoder: it learns at its own rate, is named as other tools expect, and acts in diffusers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers.pipelines.stable_diffusion.pipeline_stable_diffusion import StableDiffusionPipeline

from lora_training.export import export_checkpoint, match_weights, read_adapter
from lora_training.kohya_names import name_module
from lora_training.model.adapter import Adapter
from lora_training.optimizers import build_optimizer, set_learning_rates
from tests.tiny_diffusion import build_text_encoder, build_unet, write_model
from tests.unit.lora_training.training.small_training import SmallSet, prepare_quietly, run_training, small_config
from tests.unit.lora_training.training.test_resume import read_last

MADE_AT = datetime(2026, 3, 1, tzinfo=UTC)
# Module of an adapter, and its name in a file of kohya's tools; with `text_model` and as newer transformers name it.
NAMES = {
    ("sd15", "text_encoder.encoder.layers.11.self_attn.q_proj"): (
        "lora_te_text_model_encoder_layers_11_self_attn_q_proj"
    ),
    ("sd15", "text_encoder.text_model.encoder.layers.0.self_attn.out_proj"): (
        "lora_te_text_model_encoder_layers_0_self_attn_out_proj"
    ),
    ("sdxl", "text_encoder.encoder.layers.3.self_attn.k_proj"): (
        "lora_te1_text_model_encoder_layers_3_self_attn_k_proj"
    ),
    ("sdxl", "text_encoder_2.text_model.encoder.layers.31.self_attn.v_proj"): (
        "lora_te2_text_model_encoder_layers_31_self_attn_v_proj"
    ),
}


def text_config(**changes: Any) -> Any:
    return small_config(**({"steps": 2, "warmup_steps": 0, "text_encoder": True} | changes))


@pytest.mark.parametrize(("place", "name"), NAMES.items(), ids=str)
def test_modules_have_the_names_of_the_table(place: tuple[str, str], name: str) -> None:
    family, module = place
    assert name_module(module, family) == name


@pytest.mark.parametrize("family", ["sd15", "sdxl"])
def test_every_encoder_of_the_family_learns(family: Any, small_set: SmallSet, tmp_path: Path) -> None:
    base = write_model(tmp_path / "base", family)
    run_training(text_config(), small_set, base, tmp_path)
    weights = read_last(tmp_path).select("weights")
    moved = {name.split(".")[0] for name, value in weights.items() if name.endswith(".up") and value.abs().max() > 0}
    parts = {"text_encoder"} if family == "sd15" else {"text_encoder", "text_encoder_2"}
    assert moved - {"down_blocks", "mid_block", "up_blocks"} == parts
    # SDXL reads the last layer but one of the first encoder: its last layer cannot learn.
    still = [name for name, value in weights.items() if name.endswith(".up") and not value.abs().max() > 0]
    assert {name.split(".self_attn")[0] for name in still} <= {"text_encoder.encoder.layers.3"}

    export_checkpoint(read_last(tmp_path), tmp_path / "a.safetensors", precision="fp32", made_at=MADE_AT)
    file = read_adapter(tmp_path / "a.safetensors")
    prefixes = {name.split("_text_model")[0] for name in file.modules if not name.startswith("lora_unet_")}
    assert prefixes == ({"lora_te"} if family == "sd15" else {"lora_te1", "lora_te2"})
    found = match_weights(file, weights, family)
    assert all(torch.equal(found[name], value) for name, value in weights.items())
    assert file.metadata["ss_text_encoder_lr"] == "5e-05"


def test_the_embeddings_follow_what_was_learnt(base: Path, small_set: SmallSet) -> None:
    prepared = prepare_quietly(text_config(), small_set, base, None)
    plain = prepare_quietly(small_config(), small_set, base, None)
    first = prepared.embed(["warmink, a cat"])[0].hidden
    torch.testing.assert_close(first, plain.embed(["warmink, a cat"])[0].hidden)
    assert first.requires_grad
    weights = prepared.adapter.copy_weights()
    prepared.adapter.set_weights({name: value + 0.5 for name, value in weights.items()})
    assert not torch.allclose(prepared.embed(["warmink, a cat"])[0].hidden, first)


def test_the_adapter_of_the_denoiser_begins_as_it_would_alone() -> None:
    alone = Adapter(build_unet("sd15"), rank=2, alpha=2.0, seed=4).copy_weights()
    encoders = {"text_encoder": build_text_encoder(has_projection=False, seed=1)}
    both = Adapter(build_unet("sd15"), rank=2, alpha=2.0, seed=4, text_encoders=encoders)
    weights = both.copy_weights()
    assert all(torch.equal(weights[name], value) for name, value in alone.items())
    assert len(weights) == len(alone) + 4 * 4 * 2
    assert both.parameters == both.unet_parameters + both.text_parameters
    assert not any(
        weight.requires_grad for name, weight in encoders["text_encoder"].named_parameters() if "lora" not in name
    )


def test_the_text_encoder_has_its_own_rate() -> None:
    config = text_config(learning_rate=1e-3, text_encoder_learning_rate=1e-4, steps=11, warmup_steps=1)
    groups = [[torch.nn.Parameter(torch.zeros(1))] for _ in range(2)]
    optimizer = build_optimizer(config, *groups)
    rates = []
    for step in (0, 1, 6):
        assert set_learning_rates(config, optimizer, step) == optimizer.param_groups[0]["lr"]
        rates.append([group["lr"] for group in optimizer.param_groups])
    assert rates == [pytest.approx(pair) for pair in ([5e-4, 5e-5], [1e-3, 1e-4], [5e-4, 5e-5])]


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_diffusers_gives_the_same_embeddings(base: Path, small_set: SmallSet, tmp_path: Path) -> None:
    """diffusers 0.39 does not find `text_model` in the encoders of transformers 5: it is taken away here."""
    config = text_config(text_encoder_learning_rate=0.1)
    run_training(config, small_set, base, tmp_path)
    path = tmp_path / "warm_ink.safetensors"
    export_checkpoint(read_last(tmp_path), path, precision="fp32", made_at=MADE_AT)
    pipe: Any = StableDiffusionPipeline.from_pretrained(base, local_files_only=True)
    plain = pipe.encode_prompt("warmink, a cat", "cpu", 1, False)[0][0].detach()
    keys, alphas = pipe.lora_state_dict(str(path))
    flat, flat_alphas = ({name.replace(".text_model.", "."): v for name, v in part.items()} for part in (keys, alphas))
    assert len([name for name in flat if name.startswith("text_encoder.encoder.layers.")]) == 4 * 4 * 2
    pipe.load_lora_into_text_encoder(flat, flat_alphas, pipe.text_encoder, prefix="text_encoder")
    prepared = prepare_quietly(config, small_set, base, None)
    prepared.adapter.set_weights(read_last(tmp_path).select("weights"))
    with torch.no_grad():
        loaded = pipe.encode_prompt("warmink, a cat", "cpu", 1, False)[0][0]
        learnt = prepared.embed(["warmink, a cat"])[0].hidden
    torch.testing.assert_close(loaded, learnt, rtol=1e-4, atol=1e-4)
    assert float((loaded - plain).abs().max()) > 1e-2
