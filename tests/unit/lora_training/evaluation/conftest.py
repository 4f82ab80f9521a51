"""One short training with a tiny model, made once and copied for each test that changes it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch

from tests.tiny_diffusion import write_model
from tests.unit.lora_training.evaluation.runs import train_briefly, write_set


@dataclass(frozen=True)
class Place:
    """A data set, the base model, and a run folder."""

    pictures: Path
    base: Path
    run: Path


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Checkpoints after two steps and after four."""
    folder = tmp_path_factory.mktemp("evaluation")
    place = Place(write_set(folder / "set"), write_model(folder / "tiny"), folder / "run")
    train_briefly(place.pictures, place.base, place.run)
    return place


@pytest.fixture
def place(trained: Place, tmp_path: Path) -> Place:
    """The same, with a run folder of the test's own."""
    return Place(trained.pictures, trained.base, Path(shutil.copytree(trained.run, tmp_path / "run")))
