"""One-file checkpoints and nets in the original layout: the same weights, and the same pictures, as a folder's."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.controlnets.controlnet import ControlNetModel
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from safetensors.torch import load_file, save_file

from generator_server.diffusion.components import Components
from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.layouts import LAYOUTS
from generator_server.diffusion.model_files import Family, read_header, tell_kind
from generator_server.diffusion.single_file import load_single_controlnet, load_single_file
from tests.original_layout import describe_layout, write_checkpoint, write_single_controlnet
from tests.tiny_diffusion import build_controlnet, build_tokenizer
from tests.unit.generator_server.diffusion.conftest import CPU
from tests.unit.generator_server.diffusion.requests import load, make_latents, make_request


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tokenizer")
    build_tokenizer().save_pretrained(folder)
    return folder


@pytest.mark.parametrize("family", ["sd15", "sdxl"])
def test_a_single_file_is_the_same_model_as_a_folder(
    family: Family, tokenizer: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder: Components = request.getfixturevalue(family)
    file = write_checkpoint(tmp_path / "tiny.safetensors", family)
    assert tell_kind(read_header(file)) == family
    single = load_single_file(file, family, CPU, tokenizer, layout=describe_layout(family))
    pairs = [(single.unet, folder.unet), (single.vae, folder.vae)]
    pairs += list(zip(single.text_encoders, folder.text_encoders, strict=True))
    for ours, theirs in pairs:
        expected = theirs.state_dict()
        assert ours.state_dict().keys() == expected.keys()
        assert all(torch.equal(tensor, expected[name]) for name, tensor in ours.state_dict().items())
    assert [item.pad_token for item in single.tokenizers] == [item.pad_token for item in folder.tokenizers]
    wish = make_request(clip_skip=2)
    if family == "sd15":
        assert torch.allclose(make_latents(wish, load(single)), make_latents(wish, load(folder)), atol=1e-4)


def test_a_single_net_is_the_same_as_a_folder(tmp_path: Path) -> None:
    file = write_single_controlnet(tmp_path / "net.safetensors", seed=4)
    assert tell_kind(read_header(file)) == "controlnet"
    net = load_single_controlnet(file, "sd15", CPU, layout=describe_layout("sd15"))
    expected = build_controlnet("sd15", seed=4).state_dict()
    assert net.state_dict().keys() == expected.keys()
    assert all(torch.equal(tensor, expected[name]) for name, tensor in net.state_dict().items())


def test_without_a_tokenizer_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="put CLIP's tokenizer"):
        load_single_file(tmp_path / "tiny.safetensors", "sd15", CPU, tmp_path / "tokenizer")


def test_a_checkpoint_without_a_text_encoder_is_refused(tokenizer: Path, tmp_path: Path) -> None:
    file = write_checkpoint(tmp_path / "tiny.safetensors")
    kept = {name: tensor for name, tensor in load_file(file).items() if "final_layer_norm" not in name}
    save_file(kept, file)
    with pytest.raises(ModelFileError, match="lacks 2 tensors"):
        load_single_file(file, "sd15", CPU, tokenizer, layout=describe_layout("sd15"))


def test_a_checkpoint_without_a_layer_is_refused_not_filled_with_noise(tokenizer: Path, tmp_path: Path) -> None:
    file = write_checkpoint(tmp_path / "tiny.safetensors")
    kept = {name: tensor for name, tensor in load_file(file).items() if ".out.2." not in name}
    save_file(kept, file)
    with pytest.raises(ModelFileError, match="lacks tensors"):
        load_single_file(file, "sd15", CPU, tokenizer, layout=describe_layout("sd15"))


def test_a_checkpoint_of_other_sizes_is_refused(tokenizer: Path, tmp_path: Path) -> None:
    file = write_checkpoint(tmp_path / "tiny.safetensors")
    with pytest.raises(ModelFileError, match=r"tiny\.safetensors could not be loaded"):
        load_single_file(file, "sd15", CPU, tokenizer, layout=LAYOUTS["sd15"])


@pytest.mark.parametrize(
    ("family", "unet", "net", "vae"),
    [("sd15", 859_520_964, 361_279_120, 83_653_863), ("sdxl", 2_567_463_684, 1_251_014_160, 83_653_863)],
)
def test_the_descriptions_have_the_published_sizes(family: Family, unet: int, net: int, vae: int) -> None:
    """Counted without memory, on torch's meta device."""
    layout = LAYOUTS[family]
    kinds: list[tuple[Any, Any, int]] = [
        (UNet2DConditionModel, layout.unet, unet),
        (ControlNetModel, layout.controlnet, net),
        (AutoencoderKL, layout.vae, vae),
    ]
    for kind, config, expected in kinds:
        with torch.device("meta"):
            model = kind.from_config(dict(config))
        assert sum(parameter.numel() for parameter in model.parameters()) == expected


def test_headers_of_other_tensors_are_no_model(tmp_path: Path) -> None:
    text = json.dumps({"x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    file = tmp_path / "x.safetensors"
    file.write_bytes(struct.pack("<Q", len(text)) + text + b"\0\0\0\0")
    assert tell_kind(read_header(file)) is None
