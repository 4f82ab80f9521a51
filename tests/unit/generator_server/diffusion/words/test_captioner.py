"""A real BLIP, tiny and untrained, describes pictures; what is missing or unsafe is said to the operator."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from generator_server.diffusion.annotators.room import NetworkRoom
from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.words import Words
from generator_server.errors import CannotGenerateError
from lora_training.dataset.captioner import load_captioner
from tests.unit.lora_training.dataset.pictures import save
from tests.unit.lora_training.dataset.tiny_blip import WORDS

PHOTO = np.random.default_rng(5).integers(0, 256, (48, 40, 3), dtype=np.uint8)


def test_the_same_picture_gets_the_same_known_words(words: Words) -> None:
    assert words.find_captioner_obstacle() is None
    said = words.describe(PHOTO)
    assert said
    assert set(said.split()) <= set(WORDS)
    assert words.describe(PHOTO) == said


def test_staff_read_the_same_words_when_they_write_captions(words: Words, models: Path, tmp_path: Path) -> None:
    """The two programs do not share code; the same model says the same of the same picture."""
    file = save(PHOTO, tmp_path / "photo.png")
    assert words.describe(PHOTO) == load_captioner(models / "captioner").describe(file)


def build(folder: Path) -> Words:
    return Words(folder, "cpu", NetworkRoom((), 2**20))


def test_without_a_captioner_the_operator_is_told_what_to_put_where(tmp_path: Path) -> None:
    words = build(tmp_path)
    assert "put BLIP with .safetensors weights into captioner/" in (words.find_captioner_obstacle() or "")
    with pytest.raises(CannotGenerateError, match=r"captioner lacks config\.json"):
        words.describe(PHOTO)


@pytest.mark.parametrize(
    ("lost", "sentence"),
    [("processor_config.json", "lacks preprocessor_config.json or"), ("model.safetensors", "no .safetensors weights")],
)
def test_a_folder_with_gaps_is_refused(lost: str, sentence: str, models: Path, tmp_path: Path) -> None:
    shutil.copytree(models / "captioner", tmp_path / "captioner")
    (tmp_path / "captioner" / lost).unlink()
    assert sentence in (build(tmp_path).find_captioner_obstacle() or "")


def test_pickled_weights_are_never_opened(models: Path, tmp_path: Path) -> None:
    shutil.copytree(models / "captioner", tmp_path / "captioner")
    (tmp_path / "captioner" / "model.safetensors").rename(tmp_path / "captioner" / "pytorch_model.bin")
    assert "holds pickled weights, which may run code" in (build(tmp_path).find_captioner_obstacle() or "")


def test_a_folder_of_another_kind_is_said_and_not_guessed_at(models: Path, tmp_path: Path) -> None:
    shutil.copytree(models / "prompt_models" / "ink", tmp_path / "captioner")
    shutil.copy(models / "captioner" / "processor_config.json", tmp_path / "captioner")
    with pytest.raises(ModelFileError, match="captioner"):
        build(tmp_path).describe(PHOTO)
