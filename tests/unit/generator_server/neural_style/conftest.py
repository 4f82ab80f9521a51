"""A network with VGG-19's layers and names, narrow enough to optimise pictures with in a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from generator_server.engines.neural_style.network import CONVOLUTIONS, Vgg, list_layers

WIDTHS = (4, 6, 8, 8, 8)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def tiny_weights() -> dict[str, Tensor]:
    """Random, orthogonal-ish weights, so that features differ."""
    generator = torch.Generator().manual_seed(5)
    weights: dict[str, Tensor] = {}
    channels = 3
    widths = [width for width, number in zip(WIDTHS, CONVOLUTIONS, strict=True) for _ in range(number)]
    for (_, key), width in zip(list_layers(), widths, strict=True):
        weights[f"{key}.weight"] = torch.randn(width, channels, 3, 3, generator=generator) * (2 / (9 * channels)) ** 0.5
        weights[f"{key}.bias"] = torch.zeros(width)
        channels = width
    return weights


@pytest.fixture
def vgg(tiny_weights: dict[str, Tensor]) -> Vgg:
    return Vgg(tiny_weights, torch.device("cpu"))


@pytest.fixture(scope="session")
def weights_file(tiny_weights: dict[str, Tensor], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "vgg19.safetensors"
    save_file(tiny_weights, path)
    return path


def make_stripes(height: int, width: int, *, period: int = 6) -> np.ndarray:
    """(H, W, 3) red and blue stripes, RGB 0-255."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[..., 0] = np.where(np.arange(width) % period < period // 2, 220, 20)
    pixels[..., 2] = 240 - pixels[..., 0]
    return pixels
