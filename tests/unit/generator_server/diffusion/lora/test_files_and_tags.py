"""Which files prompts can name, and what becomes of tags that name none."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from generator_server.diffusion.components import Components
from generator_server.diffusion.lora.files import AdapterShelf, scan_adapters
from generator_server.diffusion.lora.tags import choose_files, find_tag_obstacle
from generator_server.styles import StyleCatalog
from tests.unit.generator_server.diffusion.lora.lora_files import make_updates, save, write_kohya, write_peft
from tests.unit.generator_server.packs import MANIFEST, write_pack


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory, sd15: Components) -> Path:
    folder = tmp_path_factory.mktemp("models")
    updates = make_updates(sd15)
    write_kohya(folder / "loras" / "ink.safetensors", updates, metadata={"ss_output_name": "old ink"})
    write_kohya(folder / "loras" / "wash.safetensors", updates)
    write_kohya(folder / "loras" / "few_step" / "lcm.safetensors", updates)
    write_peft(folder / "loras" / "trained", updates)
    write_kohya(folder / "secret.safetensors", updates)
    save(folder / "loras" / "model.safetensors", {"weight": torch.ones(2)})
    (folder / "loras" / ".half.safetensors").write_bytes(b"")
    return folder


@pytest.fixture(scope="module")
def shelf(models: Path) -> AdapterShelf:
    return scan_adapters(models, ())


def test_files_are_listed_by_name_with_what_their_trainer_wrote(shelf: AdapterShelf) -> None:
    listed = [(file.name, file.adapter.alias, file.adapter.filename, file.is_few_step) for file in shelf.files]
    assert listed == [
        ("ink", "old ink", "loras/ink.safetensors", False),
        ("lcm", "lcm", "loras/few_step/lcm.safetensors", True),
        ("trained", "trained", "loras/trained/adapter_model.safetensors", False),
        ("wash", "wash", "loras/wash.safetensors", False),
    ]
    assert shelf.files[0].adapter.metadata == {"ss_output_name": "old ink"}
    assert shelf.refused == {"model": "model.safetensors holds no LoRA."}


def test_no_folder_no_files(tmp_path: Path) -> None:
    assert scan_adapters(tmp_path / "none", ()) == AdapterShelf()


def test_tags_find_files_by_name_or_alias(shelf: AdapterShelf) -> None:
    choice = choose_files("a cat <lora:old ink:0.5> <lora:wash:0.2:0.8> <lora:trained>", shelf)
    assert [(item.file.name, item.text_weight, item.unet_weight) for item in choice.files] == [
        ("ink", 0.5, 0.5),
        ("wash", 0.2, 0.8),
        ("trained", 1.0, 1.0),
    ]
    assert choice.unknown == ()


def test_a_name_called_twice_counts_twice(shelf: AdapterShelf) -> None:
    (item,) = choose_files("<lora:ink:0.5> <lora:old ink:0.25>", shelf).files
    assert (item.text_weight, item.unet_weight) == (0.75, 0.75)


@pytest.mark.parametrize(
    "name", ["gone", "../secret", "loras/ink", "few_step/lcm", "/etc/passwd", "ink.safetensors", "..", "INK", "model"]
)
def test_other_names_are_unknown_and_never_paths(name: str, shelf: AdapterShelf) -> None:
    choice = choose_files(f"a cat <lora:{name}:1>", shelf)
    assert (choice.files, choice.unknown) == ((), (name,))


def test_an_alias_of_two_files_means_neither(tmp_path: Path, sd15: Components) -> None:
    for name in ("one", "two"):
        path = tmp_path / "loras" / f"{name}.safetensors"
        write_kohya(path, make_updates(sd15), metadata={"ss_output_name": "same"})
    shelf = scan_adapters(tmp_path, ())
    assert shelf.find("same") is None
    assert shelf.find("one") is not None


@pytest.mark.parametrize(
    ("prompt", "sentence"),
    [
        ("<lora:ink:nan>", "The weight of the LoRA ink must lie between -10 and 10."),
        ("<lora:ink:1:inf>", "The weight of the LoRA ink must"),
        ("<lora:ink:11>", "The weight of the LoRA ink must"),
        ("<lora:a:1>" * 9, "The prompt calls 9 LoRAs; 8 may be called at once."),
        ("<lora:model:1>", "The LoRA model cannot be used: model.safetensors holds no LoRA."),
    ],
)
def test_what_cannot_be_followed_is_said(prompt: str, sentence: str, shelf: AdapterShelf) -> None:
    assert (find_tag_obstacle(prompt, shelf) or "").startswith(sentence)


@pytest.mark.parametrize("prompt", ["", "a cat", "<lora:gone:1>", "<lora:ink:-10>", "<lora:ink:0>"])
def test_what_can_be_followed_has_no_obstacle(prompt: str, shelf: AdapterShelf) -> None:
    assert find_tag_obstacle(prompt, shelf) is None


def test_style_packs_bring_their_own(tmp_path: Path, models: Path, sd15: Components) -> None:
    part = '\n[diffusion]\nprompt = "calm"\ndenoising_strength = 0.5\nadapter = "ink.safetensors"\n'
    write_pack(tmp_path, "calm", text=MANIFEST.format(style_id="calm", painter="watercolour", position=1) + part)
    write_kohya(tmp_path / "calm" / "ink.safetensors", make_updates(sd15, seed=4))
    catalog = StyleCatalog(tmp_path)
    assert catalog.list_problems() == ()
    shelf = scan_adapters(models, catalog.list_packs())
    found = shelf.find("style-calm")
    assert found is not None
    assert found.path == tmp_path / "calm" / "ink.safetensors"
    assert found.adapter.filename == "styles/calm/ink.safetensors"
    assert shelf.find("ink") != found
