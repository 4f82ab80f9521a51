"""A folder of models with a tiny captioner and two tiny prompt models."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator_server.diffusion.annotators.room import NetworkRoom
from generator_server.diffusion.words import Words
from tests.unit.generator_server.diffusion.words.tiny_gpt import write_tiny_gpt
from tests.unit.lora_training.dataset.tiny_blip import save_tiny_blip


@pytest.fixture(scope="package")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    save_tiny_blip(folder / "captioner")
    for seed, name in enumerate(("ink", "wash")):
        write_tiny_gpt(folder / "prompt_models" / name, seed=seed)
    return folder


@pytest.fixture
def room() -> NetworkRoom:
    return NetworkRoom((), 2**20)


@pytest.fixture
def words(models: Path, room: NetworkRoom) -> Words:
    return Words(models, "cpu", room)
