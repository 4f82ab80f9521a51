"""Loading a model's parts, and refusing parts that do not belong together."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path
from typing import Any, Literal

import pytest
import torch

from generator_server.diffusion import devices
from generator_server.diffusion.components import Components, load_folder, load_tokenizer, quiet_loading
from generator_server.diffusion.devices import Place, choose_place
from generator_server.diffusion.failures import ModelFileError
from tests.tiny_diffusion import build_text_encoder, build_tokenizer, build_unet, write_model
from tests.unit.generator_server.diffusion.conftest import CPU
from tests.unit.generator_server.diffusion.requests import load, make, make_request


@pytest.fixture
def tiny(sd15_models: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model that a test may spoil."""
    return Path(shutil.copytree(sd15_models / "checkpoints" / "tiny", tmp_path / "tiny"))


def change_config(file: Path, **changes: Any) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def test_the_weights_are_those_that_were_saved(sd15: Components) -> None:
    for ours, saved in (
        (sd15.unet, build_unet("sd15")),
        (sd15.text_encoders[0], build_text_encoder(has_projection=False, seed=0)),
    ):
        loaded = ours.state_dict()
        assert all(torch.equal(loaded[name], weights) for name, weights in saved.state_dict().items())


def test_nothing_is_left_in_training(sd15: Components, sdxl: Components) -> None:
    for components in (sd15, sdxl):
        for module in (components.unet, components.vae, *components.text_encoders):
            assert not module.training
            assert not any(parameter.requires_grad for parameter in module.parameters())


def test_the_facts_of_a_model_are_read(sd15: Components, sdxl: Components, tmp_path: Path) -> None:
    assert (sd15.family, sd15.latent_px, sd15.prediction_type) == ("sd15", 8, "epsilon")
    assert sd15.scaling_factor == pytest.approx(0.18215)
    assert (sdxl.family, len(sdxl.text_encoders), len(sdxl.tokenizers)) == ("sdxl", 2, 2)
    velocity = load_folder(write_model(tmp_path / "v", prediction_type="v_prediction"), "sd15", CPU)
    assert velocity.prediction_type == "v_prediction"


def test_models_run_in_bfloat16(sd15_models: Path) -> None:
    place = Place(torch.device("cpu"), torch.bfloat16)
    components = load_folder(sd15_models / "checkpoints" / "tiny", "sd15", place)
    assert {parameter.dtype for parameter in components.unet.parameters()} == {torch.bfloat16}
    assert make(make_request(), load(components))[0].std() > 10


@pytest.mark.parametrize(("family", "dtype"), [("sdxl", torch.float32), ("sd15", torch.float16)])
def test_the_autoencoder_that_overflows_in_half_precision_stays_whole(
    family: Literal["sd15", "sdxl"], dtype: torch.dtype, tmp_path: Path
) -> None:
    """XL's gives NaN in float16. 1.5's says the same of itself only because that is the library's default."""
    folder = write_model(tmp_path / family, family)
    change_config(folder / "vae" / "config.json", force_upcast=True)
    components = load_folder(folder, family, Place(torch.device("cpu"), torch.float16))
    assert components.vae.dtype == dtype
    assert components.unet.dtype == torch.float16


def test_a_tokenizer_of_other_words_is_refused(tiny: Path) -> None:
    """transformers 5 answers wrong arguments with a tokenizer of two words, which makes all prompts the same."""
    tokenizer = build_tokenizer()
    tokenizer.add_tokens(["extra"])
    tokenizer.save_pretrained(tiny / "tokenizer")
    with pytest.raises(ModelFileError, match=r"knows 543 tokens.* 542"):
        load_folder(tiny, "sd15", CPU)


def test_an_absent_tokenizer_is_named(tiny: Path) -> None:
    shutil.rmtree(tiny / "tokenizer")
    with pytest.raises(ModelFileError, match="tiny/tokenizer holds no tokenizer"):
        load_tokenizer(tiny / "tokenizer")


def test_mixed_families_are_refused(tiny: Path, sdxl_models: Path) -> None:
    shutil.rmtree(tiny / "unet")
    shutil.copytree(sdxl_models / "checkpoints" / "tiny" / "unet", tiny / "unet")
    with pytest.raises(ModelFileError, match=r"mixes the parts of Stable Diffusion 1\.5 and XL"):
        load_folder(tiny, "sd15", CPU)


def test_inpainting_unets_are_refused(tiny: Path) -> None:
    from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel

    shutil.rmtree(tiny / "unet")
    UNet2DConditionModel.from_config(build_unet("sd15").config, in_channels=9).save_pretrained(tiny / "unet")
    with pytest.raises(ModelFileError, match="takes 9 channels"):
        load_folder(tiny, "sd15", CPU)


def test_weights_of_another_shape_are_refused(tiny: Path) -> None:
    change_config(tiny / "unet" / "config.json", cross_attention_dim=40)
    with pytest.raises(ModelFileError, match="tiny could not be loaded"):
        load_folder(tiny, "sd15", CPU)


def test_a_folder_that_lacks_a_layer_is_refused_not_filled_with_noise(tiny: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = tiny / "unet" / "diffusion_pytorch_model.safetensors"
    kept = {name: tensor for name, tensor in load_file(weights).items() if not name.startswith("conv_out")}
    save_file(kept, weights)
    with pytest.raises(ModelFileError, match="lacks"):
        load_folder(tiny, "sd15", CPU)


def test_a_text_encoder_that_lacks_a_layer_is_refused(tiny: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = tiny / "text_encoder" / "model.safetensors"
    kept = {name: tensor for name, tensor in load_file(weights).items() if "final_layer_norm" not in name}
    save_file(kept, weights, metadata={"format": "pt"})
    with pytest.raises(ModelFileError, match="lacks"):
        load_folder(tiny, "sd15", CPU)


def test_unknown_predictions_are_refused(tiny: Path) -> None:
    change_config(tiny / "scheduler" / "scheduler_config.json", prediction_type="sample")
    with pytest.raises(ModelFileError, match="predicts sample"):
        load_folder(tiny, "sd15", CPU)


def test_loading_prints_nothing(sd15_models: Path, capfd: pytest.CaptureFixture[str]) -> None:
    level = logging.getLogger("transformers").level
    load_folder(sd15_models / "checkpoints" / "tiny", "sd15", CPU)
    captured = capfd.readouterr()
    assert captured.out + captured.err == ""
    with quiet_loading():
        assert logging.getLogger("transformers").level == logging.ERROR
    assert logging.getLogger("transformers").level == level


def test_without_a_gpu_the_cpu_works_in_full_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert choose_place("auto", "auto") == CPU
    assert choose_place("cpu", "bfloat16").describe() == "cpu in bfloat16"
    with pytest.raises(ModelFileError, match="torch finds no GPU"):
        choose_place("cuda", "auto")


def test_a_gpu_works_in_half_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert choose_place("auto", "auto") == Place(torch.device("cuda"), torch.float16)
    assert choose_place("cpu", "auto") == CPU


def test_the_processors_free_memory_is_known() -> None:
    assert devices.measure_free_bytes(torch.device("cpu")) > 0


def test_a_gpu_multiplies_what_stays_whole_in_tf32(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[str] = []
    monkeypatch.setattr(torch, "set_float32_matmul_precision", chosen.append)
    devices.prepare_device(CPU)
    assert chosen == []
    devices.prepare_device(Place(torch.device("cuda"), torch.float16))
    assert chosen == ["high"]


@pytest.mark.parametrize("part", ["unet", "vae"])
def test_attention_is_torchs_fused_one(part: str, sd15: Components) -> None:
    kinds = {
        type(module.processor).__name__ for module in getattr(sd15, part).modules() if hasattr(module, "processor")
    }
    assert kinds == {"AttnProcessor2_0"}
