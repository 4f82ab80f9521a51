"""What lies in the folder of models is told from names and headers, also when nobody pulled it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator_server.diffusion.failures import ModelFileError
from generator_server.model_store.failures import NoSuchModelError
from generator_server.model_store.inventory import Item, get_model, list_models, tell_shelf
from generator_server.model_store.manifest import FileRecord, Manifest, hash_file, now, write_manifest
from tests.unit.generator_server.model_store.hub_server import Repository, make_weights
from tests.unit.generator_server.model_store.repositories import make_checkpoint, make_controlnet, make_decoder


def put(folder: Path, repository: Repository, *, pickles: bool = False) -> Path:
    """The repository's files, without its pickles unless asked for."""
    for name, data in repository.files.items():
        if pickles or not name.endswith(".bin"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
    return folder


def put_file(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def list_by_name(models: Path) -> dict[str, Item]:
    return {item.path.relative_to(models).as_posix(): item for item in list_models(models)}


def test_every_kind_of_model_is_told(tmp_path: Path) -> None:
    put(tmp_path / "checkpoints" / "ink", make_checkpoint())
    put_file(tmp_path / "checkpoints" / "old.safetensors", make_weights("cond_stage_model.transformer.x"))
    put(tmp_path / "controlnet" / "edges", make_controlnet(768))
    put(tmp_path / "controlnet" / "large", make_controlnet(2048))
    put_file(tmp_path / "loras/few_step/few/adapter_model.safetensors", make_weights("lora_unet_down.alpha"))
    put_file(tmp_path / "loras" / "style.safetensors", make_weights("lora_unet_up.alpha"))
    put(tmp_path / "taesd", make_decoder())
    put_file(tmp_path / "safety_checker" / "model.safetensors", make_weights("vision_model"))
    put_file(tmp_path / "annotators" / "vitpose" / "model.safetensors", make_weights("backbone"))
    put_file(tmp_path / "annotators" / "leres.pth", b"read by its annotator alone")
    put_file(tmp_path / "captioner" / "model.safetensors", make_weights("vision_model"))
    put_file(tmp_path / "prompt_models" / "gpt" / "model.safetensors", make_weights("transformer.wte"))
    put_file(tmp_path / "tokenizer" / "tokenizer.json", b"{}")
    items = list_by_name(tmp_path)
    assert {name: item.family for name, item in items.items()} == {
        "checkpoints/ink": "sd15",
        "checkpoints/old.safetensors": "sd15",
        "controlnet/edges": "sd15 controlnet",
        "controlnet/large": "sdxl controlnet",
        "loras/few_step/few": "lora",
        "loras/style.safetensors": "lora",
        "annotators/vitpose": "annotator",
        "taesd": "sd15 decoder",
        "safety_checker": "safety checker",
        "captioner": "captioner",
        "prompt_models/gpt": "prompt model",
        "tokenizer": "tokenizer",
    }
    assert {item.state for item in items.values()} == {"unlisted"}
    assert [item.problems for item in items.values() if item.problems] == []
    assert items["tokenizer"].size_bytes == 2


def test_a_link_to_nowhere_is_listed_with_its_problem(tmp_path: Path) -> None:
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "gone.safetensors").symlink_to(tmp_path / "nowhere")
    (item,) = list_models(tmp_path)
    assert (item.path.name, item.family, item.size_bytes) == ("gone.safetensors", "-", 0)
    assert item.problems == ("gone.safetensors cannot be read: No such file or directory.",)


def test_what_cannot_be_used_has_a_sentence(tmp_path: Path) -> None:
    put_file(tmp_path / "checkpoints" / "bad.ckpt", b"\x80\x04")
    put_file(tmp_path / "checkpoints" / "cut.safetensors", make_weights("lora_unet_x")[:-3])
    (put(tmp_path / "checkpoints" / "half", make_checkpoint()) / "vae" / "diffusion_pytorch_model.safetensors").unlink()
    (tmp_path / "checkpoints" / "half" / "vae" / "diffusion_pytorch_model.fp16.safetensors").unlink()
    (tmp_path / "taesdxl").mkdir()
    problems = {name: " ".join(item.problems) for name, item in list_by_name(tmp_path).items()}
    assert "pickle" in problems["checkpoints/bad.ckpt"]
    assert "cut off" in problems["checkpoints/cut.safetensors"]
    assert "vae" in problems["checkpoints/half"]
    assert "no .safetensors weights" in problems["taesdxl"]


def test_an_unreadable_manifest_is_a_problem(tmp_path: Path) -> None:
    put(tmp_path / "taesd", make_decoder())
    (tmp_path / "taesd" / "manifest.json").write_text("{")
    item = get_model(tmp_path, "taesd")
    assert (item.state, item.licence) == ("unlisted", None)
    assert "manifest.json" in item.problems[0]


@pytest.mark.parametrize(("more", "state"), [({}, "verified"), ({"new.txt": b"x"}, "different")])
def test_the_state_comes_from_the_manifest(tmp_path: Path, more: dict[str, bytes], state: str) -> None:
    folder = put(tmp_path / "taesd", Repository("c", {"model.safetensors": make_weights("x")}))
    records = {"model.safetensors": FileRecord(len(make_weights("x")), hash_file(folder / "model.safetensors"))}
    write_manifest(folder, Manifest("a/b", "c", "MIT", now(), now(), records))
    for name, data in more.items():
        put_file(folder / name, data)
    item = get_model(tmp_path, "taesd")
    assert (item.state, item.licence) == (state, "MIT")
    assert [difference.file for difference in item.differences] == list(more)


def test_a_model_is_found_with_and_without_its_shelf(tmp_path: Path) -> None:
    put(tmp_path / "controlnet" / "edges", make_controlnet())
    assert get_model(tmp_path, "edges") == get_model(tmp_path, "controlnet/edges")
    with pytest.raises(NoSuchModelError):
        get_model(tmp_path, "edge")


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert list_models(tmp_path / "nowhere") == []


def test_a_shelf_is_told_by_content(tmp_path: Path) -> None:
    assert tell_shelf(put(tmp_path / "a", make_checkpoint())) == "checkpoints"
    assert tell_shelf(put(tmp_path / "b", make_controlnet())) == "controlnet"
    put_file(tmp_path / "c" / "x.safetensors", make_weights("unet.down.lora_A.weight"))
    assert tell_shelf(tmp_path / "c") == "loras"


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"config.json": json.dumps({"_class_name": "LlamaModel"}).encode()},
        {"model_index.json": json.dumps({"_class_name": "FluxPipeline"}).encode()},
        {"x.safetensors": make_weights("layer.weight")},
    ],
)
def test_what_belongs_on_no_shelf_is_refused(tmp_path: Path, files: dict[str, bytes]) -> None:
    put(tmp_path, Repository("c", files))
    with pytest.raises(ModelFileError):
        tell_shelf(tmp_path)
