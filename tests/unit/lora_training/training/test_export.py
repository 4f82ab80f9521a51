"""The adapter file: names as other tools read them, nothing lost on the way, and the same picture in diffusers."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from diffusers.pipelines.stable_diffusion.pipeline_stable_diffusion import StableDiffusionPipeline
from diffusers.schedulers.scheduling_euler_discrete import EulerDiscreteScheduler

from lora_training.adapter_metadata import hash_content
from lora_training.checkpoint import Checkpoint, CheckpointFolder
from lora_training.export import export_checkpoint, match_weights, name_tensors, read_adapter
from lora_training.kohya_names import name_module
from lora_training.model.adapter import Adapter
from lora_training.training_errors import AdapterRefusedError
from tests.tiny_diffusion import build_unet, write_model
from tests.unit.lora_training.training.small_training import SmallSet, run_training, small_config

MADE_AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)

# Module of the UNet in diffusers, and its name in a file of kohya's tools.
SD15_NAMES = {
    "down_blocks.0.attentions.1.transformer_blocks.0.attn1.to_q": (
        "lora_unet_down_blocks_0_attentions_1_transformer_blocks_0_attn1_to_q"
    ),
    "mid_block.attentions.0.transformer_blocks.0.attn2.to_k": (
        "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn2_to_k"
    ),
    "up_blocks.3.attentions.2.transformer_blocks.0.attn2.to_out.0": (
        "lora_unet_up_blocks_3_attentions_2_transformer_blocks_0_attn2_to_out_0"
    ),
}
SDXL_NAMES = {
    "down_blocks.1.attentions.0.transformer_blocks.1.attn1.to_q": (
        "lora_unet_input_blocks_4_1_transformer_blocks_1_attn1_to_q"
    ),
    "down_blocks.2.attentions.1.transformer_blocks.9.attn2.to_v": (
        "lora_unet_input_blocks_8_1_transformer_blocks_9_attn2_to_v"
    ),
    "mid_block.attentions.0.transformer_blocks.3.attn1.to_out.0": (
        "lora_unet_middle_block_1_transformer_blocks_3_attn1_to_out_0"
    ),
    "up_blocks.0.attentions.2.transformer_blocks.0.attn2.to_k": (
        "lora_unet_output_blocks_2_1_transformer_blocks_0_attn2_to_k"
    ),
    "up_blocks.1.attentions.0.transformer_blocks.0.attn1.to_v": (
        "lora_unet_output_blocks_3_1_transformer_blocks_0_attn1_to_v"
    ),
}
METADATA = {
    "ss_network_module": "networks.lora",
    "ss_network_dim": "4",
    "ss_network_alpha": "2.0",
    "ss_base_model_version": "sd_v1",
    "ss_v2": "False",
    "ss_output_name": "warm_ink",
    "ss_learning_rate": "0.1",
    "ss_steps": "2",
    "ss_max_train_steps": "2",
    "ss_seed": "0",
    "ss_resolution": "(64, 64)",
    "ss_num_train_images": "7",
    "ss_mixed_precision": "no",
    "ss_tag_frequency": '{"warm_ink": {"warmink": 7}}',
    "modelspec.sai_model_spec": "1.0.0",
    "modelspec.architecture": "stable-diffusion-v1/lora",
    "modelspec.title": "warm_ink",
    "modelspec.author": "a test",
    "modelspec.license": "CC0-1.0",
    "modelspec.trigger_phrase": "warmink",
    "modelspec.date": "2026-03-01T09:30:00+00:00",
    "modelspec.resolution": "64x64",
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with all the blocks of Stable Diffusion 1.5, since this is about their names."""
    return write_model(tmp_path_factory.mktemp("whole") / "tiny")


@pytest.fixture(scope="module")
def trained(base: Path, small_set: SmallSet, tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    out = tmp_path_factory.mktemp("trained")
    run_training(small_config(steps=2, learning_rate=0.1), small_set, base, out)
    latest = CheckpointFolder(out / "checkpoints").find_latest()
    assert latest is not None
    return latest


@pytest.mark.parametrize("family", ["sd15", "sdxl"])
def test_modules_have_the_names_of_the_table(family: str) -> None:
    table = SD15_NAMES if family == "sd15" else SDXL_NAMES
    assert {module: name_module(module, family) for module in table} == table


def test_the_file_holds_three_tensors_for_each_attention_layer(trained: Checkpoint, tmp_path: Path) -> None:
    export_checkpoint(trained, tmp_path / "a.safetensors", made_at=MADE_AT)
    tensors = safetensors.torch.load_file(tmp_path / "a.safetensors")
    for name in SD15_NAMES.values():
        assert tensors[f"{name}.lora_down.weight"].shape[0] == 4
        assert tensors[f"{name}.lora_up.weight"].shape[1] == 4
        assert tensors[f"{name}.alpha"].item() == 2.0
    # 16 attention blocks with two attentions of four layers each, as in the full-size model.
    assert len(tensors) == 16 * 2 * 4 * 3
    assert {tensor.dtype for tensor in tensors.values()} == {torch.float16}


def test_the_metadata_say_what_was_trained(trained: Checkpoint, tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    sha256 = export_checkpoint(trained, path, made_at=MADE_AT)
    data = path.read_bytes()
    metadata = read_adapter(path).metadata
    assert METADATA.items() <= metadata.items()
    assert sha256 == hashlib.sha256(data).hexdigest()
    behind_header = hashlib.sha256(data[8 + int.from_bytes(data[:8], "little") :]).hexdigest()
    assert metadata["sshs_model_hash"] == behind_header
    assert metadata["modelspec.hash_sha256"] == f"0x{behind_header}"


def test_the_legacy_hash_is_of_the_file_with_its_training_metadata_alone() -> None:
    tensors = {"big": torch.arange(400_000, dtype=torch.float32)}
    plain = safetensors.torch.save(tensors, {"ss_seed": "1"})
    hashes = hash_content(tensors, {"ss_seed": "1", "modelspec.title": "left out"})
    assert hashes["sshs_legacy_hash"] == hashlib.sha256(plain[2**20 : 2**20 + 2**16]).hexdigest()[:8]


@pytest.mark.parametrize("precision", ["fp16", "fp32"])
def test_what_is_written_is_read_back_exactly(trained: Checkpoint, tmp_path: Path, precision: Any) -> None:
    export_checkpoint(trained, tmp_path / "a.safetensors", precision=precision, made_at=MADE_AT)
    weights = trained.select("weights")
    found = match_weights(read_adapter(tmp_path / "a.safetensors"), weights, "sd15")
    for name, value in weights.items():
        expected = value.half().float() if precision == "fp16" else value
        assert torch.equal(found[name], expected), name


def test_the_same_training_writes_the_same_bytes(trained: Checkpoint, tmp_path: Path) -> None:
    hashes = {export_checkpoint(trained, tmp_path / name, made_at=MADE_AT) for name in ("a", "b")}
    assert len(hashes) == 1


def test_the_average_is_exported_where_one_was_kept(trained: Checkpoint, tmp_path: Path) -> None:
    averages = {f"average/{name}": value + 1 for name, value in trained.select("weights").items()}
    export_checkpoint(
        Checkpoint(2, trained.tensors | averages, trained.record), tmp_path / "a", precision="fp32", made_at=MADE_AT
    )
    found = match_weights(read_adapter(tmp_path / "a"), trained.select("weights"), "sd15")
    assert all(torch.equal(found[name], value + 1) for name, value in trained.select("weights").items())


def draw_picture(base: Path, adapter: Path | None, unet: Any = None) -> torch.Tensor:
    parts = {} if unet is None else {"unet": unet}
    pipe: Any = StableDiffusionPipeline.from_pretrained(base, local_files_only=True, **parts)
    pipe.set_progress_bar_config(disable=True)
    pipe.scheduler = EulerDiscreteScheduler.from_config(pipe.scheduler.config)
    if adapter is not None:
        pipe.load_lora_weights(str(adapter.parent), weight_name=adapter.name, local_files_only=True)
    draw = torch.Generator().manual_seed(3)
    pictures: torch.Tensor = pipe(
        "warmink, a cat", num_inference_steps=2, height=64, width=64, generator=draw, output_type="pt"
    ).images
    return pictures


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_diffusers_draws_the_same_picture_as_the_trained_model(base: Path, trained: Checkpoint, tmp_path: Path) -> None:
    path = tmp_path / "warm_ink.safetensors"
    export_checkpoint(trained, path, precision="fp32", made_at=MADE_AT)
    unet = build_unet("sd15")
    Adapter(unet, rank=4, alpha=2.0, seed=9).set_weights(trained.select("weights"))

    live, loaded, plain = draw_picture(base, None, unet), draw_picture(base, path), draw_picture(base, None)

    assert float((live - loaded).abs().max()) <= 1e-5
    assert float((live - plain).abs().max()) > 1e-2


@pytest.mark.parametrize("family", ["sd15", "sdxl"])
def test_diffusers_reads_every_key(family: Any, tmp_path: Path) -> None:
    unet = build_unet(family)
    weights = Adapter(unet, rank=2, alpha=1.0, seed=1).copy_weights()
    weights = {name: torch.randn_like(value, dtype=torch.float32) for name, value in weights.items()}
    safetensors.torch.save_file(name_tensors(weights, family, 1.0, "fp32"), tmp_path / "a.safetensors")

    keys, alphas = read_with_diffusers(tmp_path / "a.safetensors", unet, family)

    assert set(alphas.values()) == {1.0}
    for name, value in weights.items():
        module, side = name.rsplit(".", 1)
        place, layer = module.removesuffix(".0").rsplit(".", 1)
        assert torch.equal(keys.pop(f"unet.{place}.processor.{layer}_lora.{side}.weight"), value), name
    assert not keys


def read_with_diffusers(path: Path, unet: Any, family: str) -> tuple[dict[str, torch.Tensor], dict[str, float]]:
    if family == "sd15":
        return StableDiffusionPipeline.lora_state_dict(str(path))  # type: ignore[no-any-return]
    from diffusers.pipelines.stable_diffusion_xl.pipeline_stable_diffusion_xl import StableDiffusionXLPipeline

    return StableDiffusionXLPipeline.lora_state_dict(str(path), unet_config=unet.config)  # type: ignore[no-any-return]


def test_files_that_are_no_whole_adapter_are_refused(trained: Checkpoint, tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    export_checkpoint(trained, path, made_at=MADE_AT)
    good = path.read_bytes()
    tensors = safetensors.torch.load(good)
    place = next(iter(SD15_NAMES.values()))

    def refuse(data: bytes, sentence: str) -> None:
        path.write_bytes(data)
        with pytest.raises(AdapterRefusedError, match=sentence):
            read_adapter(path)

    refuse(good[:-10], "no safetensors file")
    refuse(b"\0" * 40, "no safetensors file")
    refuse(good[:-1] + bytes([good[-1] ^ 1]), "do not have the hash")
    without = {name: value for name, value in tensors.items() if name != f"{place}.alpha"}
    refuse(safetensors.torch.save(without), rf"lacks {place}\.alpha")
    refuse(safetensors.torch.save(tensors | {f"{place}.lora_up.weight": torch.zeros(8, 3)}), "do not fit together")
    path.unlink()
    with pytest.raises(AdapterRefusedError, match="no safetensors file"):
        read_adapter(path)


def test_a_missing_module_is_not_filled_in_silently(trained: Checkpoint, tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    export_checkpoint(trained, path, made_at=MADE_AT)
    names = {"some.other.module.down": torch.zeros(1)}
    with pytest.raises(KeyError, match="lora_unet_some_other_module"):
        match_weights(read_adapter(path), names, "sd15")


def test_metadata_are_text_only(trained: Checkpoint, tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    export_checkpoint(trained, path, made_at=MADE_AT)
    data = path.read_bytes()
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    assert all(isinstance(value, str) for value in header["__metadata__"].values())
