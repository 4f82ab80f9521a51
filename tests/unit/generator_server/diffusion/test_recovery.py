"""A model whose numbers ran away comes back from disk, uncompiled and in full precision, and makes the picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from generator_server.diffusion import DiffusionEngine
from generator_server.diffusion.failures import BrokenPictureError
from generator_server.runner.policy import generate_with_retry
from generator_server.settings import DiffusionSettings
from tests.tiny_diffusion import write_models_folder
from tests.unit.generator_server.diffusion.requests import make_request


@pytest.fixture
def engine(tmp_path: Path) -> DiffusionEngine:
    models = write_models_folder(tmp_path / "models")
    made = DiffusionEngine(models, DiffusionSettings(models=models, device="cpu", dtype="bfloat16"))
    made.load()
    return made


def spoil(engine: DiffusionEngine) -> None:
    """What a failing memory chip does to the weights."""
    assert engine._loaded is not None
    with torch.no_grad():
        next(engine._loaded.components.unet.parameters()).fill_(float("nan"))


def test_broken_numbers_are_cured_by_loading_the_model_again(engine: DiffusionEngine) -> None:
    request = make_request(model=engine.list_models()[0])
    spoil(engine)
    with pytest.raises(BrokenPictureError):
        engine.generate(request, lambda progress: None, lambda: False)
    outputs = generate_with_retry(engine, request, lambda progress: None, lambda: False)
    assert outputs[0].pixels.std() > 0
    assert engine._loaded is not None
    assert engine._loaded.components.dtype is torch.float32


def test_after_a_full_memory_the_model_stays_as_it_was_set(engine: DiffusionEngine) -> None:
    request = make_request(model=engine.list_models()[0])
    before = engine.generate(request, lambda progress: None, lambda: False)[0].pixels
    engine.recover("memory")
    after = engine.generate(request, lambda progress: None, lambda: False)[0].pixels
    assert np.array_equal(before, after)
    assert engine._loaded is not None
    assert engine._loaded.components.dtype is torch.bfloat16
