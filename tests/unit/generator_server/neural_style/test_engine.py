"""The engine keeps the protocol's promises, and loads no torch before it has to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor

from generator_server.engines import GenerationRequest
from generator_server.engines.neural_style import NeuralStyleEngine
from generator_server.errors import (
    CannotGenerateError,
    EngineFailedError,
    GenerationCancelledError,
    WeightsRefusedError,
)
from generator_server.styles import StyleCatalog
from tests.unit.generator_server.neural_style.conftest import make_stripes
from tests.unit.generator_server.packs import write_pack


@pytest.fixture
def catalog(tmp_path: Path) -> StyleCatalog:
    manifest = write_pack(tmp_path, "stripes", painter="exemplar")
    Image.fromarray(make_stripes(80, 64)).save(manifest.parent / "exemplar.png")
    write_pack(tmp_path, "calm")
    return StyleCatalog(tmp_path)


@pytest.fixture
def engine(catalog: StyleCatalog, weights_file: Path) -> NeuralStyleEngine:
    made = NeuralStyleEngine(catalog, weights_file, device="cpu", iterations=6, max_side_px=80)
    made.load()
    return made


def make_request(engine: NeuralStyleEngine, **changes: object) -> GenerationRequest:
    fields = {
        "task_id": "task",
        "kind": "img2img",
        "model": engine.list_models()[0],
        "prompt": "",
        "negative_prompt": "",
        "seeds": (1, 2),
        "width_px": 96,
        "height_px": 130,
        "denoising_strength": 0.8,
        "init_images": (make_stripes(150, 100, period=50),),
        **changes,
    }
    return GenerationRequest(**fields)  # type: ignore[arg-type]


def test_it_serves_the_packs_with_an_exemplar(engine: NeuralStyleEngine) -> None:
    assert [model.name for model in engine.list_models()] == ["neural_style/stripes"]
    assert engine.list_samplers()[0].name == "L-BFGS"


def test_a_picture_for_each_seed_in_the_asked_size(engine: NeuralStyleEngine) -> None:
    heard: list[float] = []
    outputs = engine.generate(make_request(engine), lambda progress: heard.append(progress.fraction), lambda: False)
    assert [output.seed for output in outputs] == [1, 2]
    assert all(output.pixels.shape == (130, 96, 3) and output.pixels.dtype == np.uint8 for output in outputs)
    assert np.array_equal(outputs[0].pixels, outputs[1].pixels)
    assert outputs[0].remarks["Engine"] == "neural_style"
    assert heard == sorted(heard)


def test_a_cancelled_generation_ends_soon_and_the_next_is_whole(engine: NeuralStyleEngine) -> None:
    asked: list[None] = []

    def is_cancelled() -> bool:
        asked.append(None)
        return len(asked) > 3

    with pytest.raises(GenerationCancelledError):
        engine.generate(make_request(engine), lambda progress: None, is_cancelled)
    assert len(engine.generate(make_request(engine, seeds=(7,)), lambda progress: None, lambda: False)) == 1


@pytest.mark.parametrize(
    "changes", [{"kind": "txt2img", "init_images": ()}, {"mask": np.zeros((130, 96), np.uint8)}], ids=["text", "mask"]
)
def test_what_it_cannot_do_is_said(engine: NeuralStyleEngine, changes: dict[str, object]) -> None:
    assert engine.find_obstacle(make_request(engine, **changes))
    assert engine.find_obstacle(make_request(engine)) is None


def test_a_style_that_lost_its_exemplar_is_refused(
    engine: NeuralStyleEngine, catalog: StyleCatalog, tmp_path: Path
) -> None:
    request = make_request(engine)
    write_pack(tmp_path, "stripes", painter="watercolour")
    catalog.reload()
    with pytest.raises(CannotGenerateError):
        engine.generate(request, lambda progress: None, lambda: False)


def test_missing_weights_are_told_when_it_loads(catalog: StyleCatalog, tmp_path: Path) -> None:
    with pytest.raises(WeightsRefusedError):
        NeuralStyleEngine(catalog, tmp_path / "vgg19.safetensors").load()


def test_numbers_that_run_away_are_an_error_and_no_black_picture(
    catalog: StyleCatalog, tiny_weights: dict[str, Tensor], tmp_path: Path
) -> None:
    broken = {name: tensor * float("nan") if "weight" in name else tensor for name, tensor in tiny_weights.items()}
    save_file(broken, tmp_path / "nan.safetensors")
    engine = NeuralStyleEngine(catalog, tmp_path / "nan.safetensors", device="cpu", iterations=2, max_side_px=64)
    engine.load()
    with pytest.raises(EngineFailedError):
        engine.generate(make_request(engine, seeds=(1,)), lambda progress: None, lambda: False)


def test_importing_it_loads_no_torch() -> None:
    code = "import sys, generator_server.engines.neural_style; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
