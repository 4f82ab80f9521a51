"""A tiny base model and a small set of pictures, made once."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from tests.tiny_diffusion import build_least_unet, write_model
from tests.unit.lora_training.training.small_training import SmallSet, paint_set


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Tiny tensors gain nothing from more threads, and the sums come out the same everywhere."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Stable Diffusion in diffusers' folder layout, with as few layers as can be."""
    folder = write_model(tmp_path_factory.mktemp("base") / "tiny")
    build_least_unet().save_pretrained(folder / "unet")
    return folder


@pytest.fixture(scope="session")
def small_set(tmp_path_factory: pytest.TempPathFactory) -> SmallSet:
    """Seven pictures of two shapes."""
    return paint_set(tmp_path_factory.mktemp("set"))
