"""One tiny model folder for each family, written once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from generator_server.diffusion.components import Components, load_folder
from generator_server.diffusion.devices import Place
from tests.tiny_diffusion import write_models_folder

CPU = Place(torch.device("cpu"), torch.float32)


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Tiny pictures gain nothing from more, and their sums come out the same everywhere."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def sd15_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_models_folder(tmp_path_factory.mktemp("sd15"), "sd15")


@pytest.fixture(scope="session")
def sdxl_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_models_folder(tmp_path_factory.mktemp("sdxl"), "sdxl")


@pytest.fixture(scope="session")
def sd15(sd15_models: Path) -> Components:
    return load_folder(sd15_models / "checkpoints" / "tiny", "sd15", CPU)


@pytest.fixture(scope="session")
def sdxl(sdxl_models: Path) -> Components:
    return load_folder(sdxl_models / "checkpoints" / "tiny", "sdxl", CPU)
