"""Which files and folders are models, told without loading them, and a clear sentence for all others."""

from __future__ import annotations

import hashlib
import json
import pickle
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.model_files import (
    Header,
    count_values,
    find_text_width,
    find_variant,
    read_header,
    read_json,
    tell_folder_family,
    tell_kind,
)
from generator_server.diffusion.model_shelf import ControlNetFiles, HashBook, Shelf, scan_models
from tests.tiny_diffusion import build_unet


def write_single(path: Path, *names: str) -> Path:
    """A `.safetensors` file with tensors of these names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: torch.ones(2, 3) for name in names}, path)
    return path


def scan(folder: Path) -> Shelf:
    return scan_models(folder, HashBook(None))


@pytest.fixture
def models(sd15_models: Path, tmp_path: Path) -> Path:
    """A copy of the tiny models that a test may spoil."""
    return Path(shutil.copytree(sd15_models, tmp_path / "models"))


def test_folders_are_listed_with_their_hashes(sd15_models: Path) -> None:
    shelf = scan(sd15_models)
    assert [(item.model.name, item.family) for item in shelf.checkpoints] == [("tiny", "sd15")]
    assert shelf.checkpoints[0].model.filename == "checkpoints/tiny"
    assert len(shelf.checkpoints[0].model.sha256) == 64
    assert [net.name for net in shelf.controlnets] == ["first", "second", "third"]
    assert len({net.short_hash for net in shelf.controlnets}) == 3
    assert shelf.problems == ()


def test_sdxl_shows_itself_by_its_index(sdxl_models: Path) -> None:
    assert scan(sdxl_models).checkpoints[0].family == "sdxl"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("cond_stage_model.transformer.text_model.final_layer_norm.weight", "sd15"),
        ("conditioner.embedders.1.model.ln_final.weight", "sdxl"),
        ("control_model.input_hint_block.0.weight", "controlnet"),
        ("lora_unet_down_blocks_0.alpha", "adapter"),
        ("something.else", None),
    ],
)
def test_single_files_show_themselves_by_their_names(name: str, kind: str | None) -> None:
    assert tell_kind(Header({name: (1,)})) == kind


def test_single_files_carry_the_files_own_hash(tmp_path: Path) -> None:
    file = write_single(tmp_path / "checkpoints" / "ink.safetensors", "cond_stage_model.transformer.x")
    model = scan(tmp_path).checkpoints[0].model
    assert (model.name, model.sha256) == ("ink", hashlib.sha256(file.read_bytes()).hexdigest())


def test_pickles_are_refused_and_never_opened(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (str(tmp_path / "sprung"),)  # type: ignore[return-value]

    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "old.ckpt").write_bytes(pickle.dumps(Trap()))
    shelf = scan(tmp_path)
    assert shelf.checkpoints == ()
    assert "old.ckpt is a pickle" in shelf.problems[0]
    assert not (tmp_path / "sprung").exists()


def test_a_folder_with_pickled_weights_only_is_refused(models: Path) -> None:
    unet = models / "checkpoints" / "tiny" / "unet"
    (unet / "diffusion_pytorch_model.safetensors").rename(unet / "diffusion_pytorch_model.bin")
    assert "tiny/unet holds pickled weights" in scan(models).problems[0]


def test_a_folder_without_a_part_is_refused(models: Path) -> None:
    shutil.rmtree(models / "checkpoints" / "tiny" / "vae")
    assert "tiny/vae holds no .safetensors" in scan(models).problems[0]


def test_a_cut_off_file_is_refused(models: Path) -> None:
    weights = models / "checkpoints" / "tiny" / "unet" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    assert "it is cut off" in scan(models).problems[0]


@pytest.mark.parametrize("content", [b"", b"\x00" * 8, b"\xff" * 40, b"\x02\0\0\0\0\0\0\0[]", b"\x02\0\0\0\0\0\0\0{}x"])
def test_what_is_no_safetensors_file_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "x.safetensors"
    file.write_bytes(content)
    with pytest.raises(ModelFileError, match=r"x\.safetensors"):
        read_header(file)


def test_other_pipelines_and_other_files_are_refused(tmp_path: Path) -> None:
    other = tmp_path / "checkpoints" / "flux"
    other.mkdir(parents=True)
    (other / "model_index.json").write_text('{"_class_name": "FluxPipeline"}')
    (tmp_path / "checkpoints" / "plain").mkdir()
    write_single(tmp_path / "checkpoints" / "style.safetensors", "lora_unet_x.alpha")
    write_single(tmp_path / "controlnet" / "style.safetensors", "lora_unet_x.alpha")
    (tmp_path / "controlnet" / "half").mkdir()
    (tmp_path / "controlnet" / "half" / "config.json").write_text('{"_class_name": "UNet2DConditionModel"}')
    problems = "\n".join(scan(tmp_path).problems)
    assert "flux is a FluxPipeline" in problems
    assert "plain/model_index.json is missing" in problems
    assert "style.safetensors is a file of the kind adapter" in problems
    assert "style.safetensors is no ControlNet" in problems
    assert "half is no ControlNet" in problems
    assert "There is no usable model" in problems


def test_an_absent_folder_is_one_problem(tmp_path: Path) -> None:
    assert "does not exist" in scan(tmp_path / "none").problems[0]


def test_other_files_are_passed_over(sd15_models: Path, models: Path) -> None:
    (models / "checkpoints" / "readme.txt").write_text("notes")
    (models / "checkpoints" / ".hidden").mkdir()
    assert scan(models).problems == ()


def test_the_family_is_read_from_the_index(tmp_path: Path) -> None:
    for name, family in (
        ("StableDiffusionControlNetImg2ImgPipeline", "sd15"),
        ("StableDiffusionXLImg2ImgPipeline", "sdxl"),
    ):
        (tmp_path / "model_index.json").write_text(json.dumps({"_class_name": name}))
        assert tell_folder_family(tmp_path) == family
    (tmp_path / "model_index.json").write_text('{"_class_name": "StableDiffusionInpaintPipeline"}')
    with pytest.raises(ModelFileError, match="Inpaint"):
        tell_folder_family(tmp_path)


@pytest.mark.parametrize("text", ["[]", "{"])
def test_torn_descriptions_are_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(ModelFileError, match=r"config\.json"):
        read_json(tmp_path / "config.json")


def test_half_precision_files_are_taken_where_no_others_are(models: Path) -> None:
    unet = models / "checkpoints" / "tiny" / "unet"
    assert find_variant(unet) is None
    plain = unet / "diffusion_pytorch_model.safetensors"
    plain.rename(unet / "diffusion_pytorch_model.fp16.safetensors")
    assert find_variant(unet) == "fp16"
    assert scan(models).problems == ()


def test_values_are_counted_from_headers(sd15_models: Path, tmp_path: Path) -> None:
    unet = sum(parameter.numel() for parameter in build_unet("sd15").parameters())
    assert count_values(sd15_models / "checkpoints" / "tiny" / "unet") == unet
    assert count_values(sd15_models / "checkpoints" / "tiny") > unet
    assert count_values(write_single(tmp_path / "x.safetensors", "a", "b")) == 12


def test_hashes_are_kept_and_renewed(tmp_path: Path) -> None:
    file, book = tmp_path / "weights", tmp_path / "data" / "hashes.json"
    file.write_bytes(b"one")
    assert HashBook(book).get(file) == hashlib.sha256(b"one").hexdigest()
    kept = json.loads(book.read_text())
    book.write_text(json.dumps(dict.fromkeys(kept, "known")))
    assert HashBook(book).get(file) == "known"
    file.write_bytes(b"other")
    assert HashBook(book).get(file) == hashlib.sha256(b"other").hexdigest()


@pytest.mark.parametrize("kept", ["{", '["a"]'])
def test_a_torn_book_of_hashes_is_begun_anew(kept: str, tmp_path: Path) -> None:
    file, book = tmp_path / "weights", tmp_path / "hashes.json"
    file.write_bytes(b"one")
    book.write_text(kept)
    HashBook(book).get(file)
    assert list(json.loads(book.read_text()).values()) == [hashlib.sha256(b"one").hexdigest()]


def test_without_room_for_the_book_models_are_served(sd15_models: Path, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no folder")
    shelf = scan_models(sd15_models, HashBook(tmp_path / "data" / "hashes.json"))
    assert len(shelf.checkpoints) == 1
    assert shelf.problems == ()


def test_a_file_that_cannot_be_read_is_one_problem(models: Path) -> None:
    (models / "checkpoints" / "gone.safetensors").symlink_to(models / "nowhere")
    (models / "checkpoints" / "worn.safetensors").symlink_to("/proc/self/mem")
    shelf = scan(models)
    assert [checkpoint.model.name for checkpoint in shelf.checkpoints] == ["tiny"]
    assert shelf.problems == (
        "gone.safetensors cannot be read: No such file or directory.",
        "worn.safetensors cannot be read: Input/output error.",
    )


def test_a_folders_hash_tells_of_every_change(models: Path) -> None:
    folder = models / "controlnet" / "first"
    before = HashBook(None).get_folder(folder)
    (folder / "readme.md").write_text("not part of it")
    assert HashBook(None).get_folder(folder) == before
    (folder / "config.json").write_text("{}")
    assert HashBook(None).get_folder(folder) != before


@pytest.mark.parametrize("asked", ["openpose", "OpenPose [1234abcd]", " openpose "])
def test_nets_are_found_by_title_or_name(asked: str) -> None:
    net = ControlNetFiles("openpose", Path("x"), "1234abcd")
    assert net.is_called(asked)
    assert not net.is_called("openpose2")
    assert net.title == "openpose [1234abcd]"


def test_a_net_for_another_family_does_not_fit(models: Path, sdxl_models: Path) -> None:
    """Else a site with a larger default model would ask for every picture in vain."""
    shutil.copytree(sdxl_models / "checkpoints" / "tiny", models / "checkpoints" / "large")
    shelf = scan(models)
    large, tiny = (checkpoint.model for checkpoint in shelf.checkpoints)
    assert shelf.find_net_obstacle("first", tiny) is None
    assert shelf.find_net_obstacle("first") == "The ControlNet first does not fit the model large."
    assert shelf.find_net_obstacle("first", large) == shelf.find_net_obstacle("first")
    assert shelf.find_net_obstacle("none", tiny) == "There is no ControlNet none here."


def test_the_width_of_the_text_shows_in_single_files(tmp_path: Path) -> None:
    layer = "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight"
    assert find_text_width(write_single(tmp_path / "a.safetensors", layer)) == 3
    assert find_text_width(write_single(tmp_path / "b.safetensors", "model.x")) is None
