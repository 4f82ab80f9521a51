"""On a real GPU every fast way makes the pictures that the slow way makes, and a switch of LoRA compiles nothing.

Bounds are wide: kernels and orders of sums differ between cards. How fast it is, `benchmarks.diffusion` measures.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from benchmarks.random_models import LORAS, write_loras, write_random_models
from generator_server.diffusion import DiffusionEngine
from generator_server.settings import DiffusionSettings
from tests.tiny_diffusion import build_unet
from tests.unit.generator_server.diffusion.requests import make_request, make_unit

pytestmark = [pytest.mark.gpu, pytest.mark.filterwarnings("ignore")]

SPEEDS = {"compiled": {"compile": True}, "graphs": {"compile": True, "cuda_graphs": True}}
# Mean difference of two pictures, in levels of 255. Half precision makes one of 0.1, another seed one of 33.
NEAR = 1.5


@pytest.fixture(autouse=True)
def nothing_compiled() -> Iterator[None]:
    torch.compiler.reset()
    yield
    torch.compiler.reset()


@pytest.fixture(scope="module", params=["sd15", "sdxl"])
def models(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_random_models(tmp_path_factory.mktemp(request.param), request.param, is_tiny=True, device="cpu")
    write_loras(folder, build_unet(request.param), spread=0.2)
    return folder


def open_engine(models: Path, **values: Any) -> DiffusionEngine:
    settings = {"device": "cuda", "compile_sizes": (), **values}
    engine = DiffusionEngine(models, DiffusionSettings.model_validate(settings))
    engine.load()
    return engine


def make(engine: DiffusionEngine, **changes: Any) -> list[NDArray[np.int64]]:
    """Three nets and a LoRA; the pictures as whole numbers."""
    units = tuple(make_unit(name) for name in ("first", "second", "third"))
    prompt = f"a portrait, ink wash <lora:{LORAS[0]}:0.8>"
    fields = {"model": engine.list_models()[0], "control_units": units, "prompt": prompt} | changes
    outputs = engine.generate(make_request(**fields), lambda progress: None, lambda: False)
    return [output.pixels.astype(np.int64) for output in outputs]


def measure_distance(left: NDArray[np.int64], right: NDArray[np.int64]) -> float:
    return float(np.abs(left - right).mean())


def test_half_precision_is_near_the_processors_full_one(models: Path) -> None:
    (exact,) = make(open_engine(models, device="cpu", dtype="float32"))
    engine = open_engine(models)
    (half,) = make(engine)
    (other,) = make(engine, seeds=(8,))
    assert measure_distance(exact, half) < NEAR
    assert measure_distance(exact, other) > 4 * NEAR


@pytest.mark.parametrize("speed", SPEEDS)
def test_the_fast_ways_make_the_same_picture_each_time(models: Path, speed: str) -> None:
    """The third time graphs are played back: none may write over what the one before has answered."""
    (eager,) = make(open_engine(models))
    engine = open_engine(models, **SPEEDS[speed])
    for _ in range(4):
        (fast,) = make(engine)
        assert measure_distance(eager, fast) < NEAR
    assert engine.is_compiled


@pytest.mark.parametrize("speed", SPEEDS)
def test_another_lora_is_worn_without_compiling(models: Path, speed: str) -> None:
    """And it acts: what a graph has recorded are places, whose numbers have changed."""
    eager, engine = open_engine(models), open_engine(models, **SPEEDS[speed])
    for _ in range(3):
        (first,) = make(engine)
    before = dict(torch._dynamo.utils.counters["stats"])
    prompt = f"a portrait, ink wash <lora:{LORAS[1]}:0.8>"
    (worn,), (expected,) = make(engine, prompt=prompt), make(eager, prompt=prompt)
    assert dict(torch._dynamo.utils.counters["stats"]) == before
    assert measure_distance(worn, expected) < NEAR
    assert measure_distance(worn, first) > 2 * NEAR


@pytest.mark.parametrize("speed", [{}, SPEEDS["graphs"]])
def test_a_picture_of_a_batch_is_its_own(models: Path, speed: dict[str, bool]) -> None:
    engine = open_engine(models, **speed)
    together = make(engine, seeds=(7, 8, 9))
    for seed, picture in zip((7, 8, 9), together, strict=True):
        (alone,) = make(engine, seeds=(seed,))
        assert measure_distance(picture, alone) < NEAR
