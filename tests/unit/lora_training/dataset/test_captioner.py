"""A real BLIP, tiny and untrained, describes pictures; a real one does so when its weights are there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lora_training.dataset.captioner import Captioner, load_captioner, look_at
from lora_training.errors import CaptionModelError
from tests.unit.lora_training.dataset.manifests import make_manifest
from tests.unit.lora_training.dataset.pictures import make_drawing, make_portrait, save
from tests.unit.lora_training.dataset.tiny_blip import WORDS, save_tiny_blip


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("blip")
    save_tiny_blip(folder)
    return folder


@pytest.fixture(scope="module")
def captioner(model: Path) -> Captioner:
    return load_captioner(model)


def test_same_picture_gets_the_same_known_words(captioner: Captioner, tmp_path: Path) -> None:
    file = save(make_drawing(1), tmp_path / "a.png")
    words = captioner.describe(file)
    assert words
    assert set(words.split()) <= set(WORDS)
    assert captioner.describe(file) == words


def test_pictures_of_a_data_set_are_looked_at(captioner: Captioner, tmp_path: Path) -> None:
    save(make_drawing(1), tmp_path / "pictures/0001.png")
    text = look_at(tmp_path, captioner)(make_manifest(1).pictures[0])
    assert text == captioner.describe(tmp_path / "pictures/0001.png")


def test_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaptionModelError, match=tmp_path.name):
        load_captioner(tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "blip"}')
    with pytest.raises(CaptionModelError):
        load_captioner(tmp_path)


def test_pickled_weights_are_refused(model: Path, tmp_path: Path) -> None:
    for file in model.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "model.safetensors").rename(tmp_path / "pytorch_model.bin")
    with pytest.raises(CaptionModelError):
        load_captioner(tmp_path)


@pytest.mark.weights
def test_real_model_sees_the_person(tmp_path: Path) -> None:
    captioner = load_captioner(Path(os.environ["BOOTH_TEST_BLIP"]))
    words = captioner.describe(save(make_portrait(), tmp_path / "a.png"))
    assert {"woman", "man", "person", "astronaut"} & set(words.split())
