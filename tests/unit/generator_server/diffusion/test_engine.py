"""The engine behind the protocol: what it lists, refuses, loads and makes; and that nobody else pays for torch."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from generator_server.app import create_engines
from generator_server.diffusion import DiffusionEngine
from generator_server.diffusion.failures import DeviceFullError, ModelFileError, SamplerNotFoundError
from generator_server.engines import GenerationRequest, Progress
from generator_server.engines.protocol import Pixels
from generator_server.errors import GenerationCancelledError, ModelNotFoundError
from generator_server.runner import EngineWorker, GenerationJob
from generator_server.settings import DiffusionSettings, GeneratorSettings
from generator_server.styles import StyleCatalog
from tests.tiny_diffusion import build_taesd, write_model, write_models_folder
from tests.unit.generator_server.diffusion.requests import TINY, make_photo, make_request, make_unit

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two models, three nets and a tiny decoder for previews."""
    folder = write_models_folder(tmp_path_factory.mktemp("models"))
    write_model(folder / "checkpoints" / "other", seed=5)
    build_taesd().save_pretrained(folder / "taesd")
    return folder


@pytest.fixture(scope="module")
def engine(models: Path) -> DiffusionEngine:
    made = DiffusionEngine(models, DiffusionSettings(models=models, default_model="tiny", device="cpu"))
    made.load()
    return made


def ask(engine: DiffusionEngine, name: str = "tiny", **changes: object) -> GenerationRequest:
    model = next(model for model in engine.list_models() if model.name == name)
    return make_request(model=model, **changes)


def make(engine: DiffusionEngine, request: GenerationRequest) -> Pixels:
    return engine.generate(request, lambda progress: None, lambda: False)[0].pixels


def test_the_default_model_is_the_first(engine: DiffusionEngine) -> None:
    assert [model.name for model in engine.list_models()] == ["tiny", "other"]
    assert [net.name for net in engine.list_controlnets()] == ["first", "second", "third"]
    assert "DPM++ 2M" in [sampler.name for sampler in engine.list_samplers()]


def test_before_loading_nothing_is_offered(models: Path) -> None:
    assert DiffusionEngine(models, DiffusionSettings()).list_models() == ()


def test_each_seed_gets_its_picture_with_what_made_it(engine: DiffusionEngine) -> None:
    seen: list[Progress] = []
    request = ask(engine, seeds=(1, 2), sampler="DPM++ 2M Karras")
    outputs = engine.generate(request, seen.append, lambda: False)
    assert [output.seed for output in outputs] == [1, 2]
    assert outputs[0].pixels.shape == (64, 64, 3)
    assert not np.array_equal(outputs[0].pixels, outputs[1].pixels)
    assert outputs[0].remarks["Schedule type"] == "Karras"
    assert outputs[0].remarks["Engine"] == "diffusion"
    assert seen[-1].fraction == 1.0


def test_the_same_request_gives_the_same_picture(engine: DiffusionEngine) -> None:
    request = ask(engine, sampler="Euler a", control_units=(make_unit(),))
    assert np.array_equal(make(engine, request), make(engine, request))


def test_previews_come_from_the_tiny_decoder_where_there_is_one(engine: DiffusionEngine) -> None:
    seen: list[Progress] = []
    engine.generate(ask(engine), seen.append, lambda: False)
    assert {progress.preview.shape for progress in seen if progress.preview is not None} == {(64, 64, 3)}


def test_another_model_is_loaded_when_asked_for_and_the_first_again(engine: DiffusionEngine) -> None:
    first, other, again = (make(engine, ask(engine, name)) for name in ("tiny", "other", "tiny"))
    assert not np.array_equal(first, other)
    assert np.array_equal(first, again)


def test_models_that_went_away_are_not_found(engine: DiffusionEngine) -> None:
    with pytest.raises(ModelNotFoundError):
        make(engine, make_request(model=TINY))


def test_a_cancelled_request_leaves_nothing(engine: DiffusionEngine) -> None:
    request = ask(engine)
    before = make(engine, request)
    with pytest.raises(GenerationCancelledError):
        engine.generate(request, lambda progress: None, lambda: True)
    assert np.array_equal(make(engine, request), before)


def test_a_full_device_is_said_in_words(engine: DiffusionEngine) -> None:
    def run_out(progress: Progress) -> None:
        raise torch.OutOfMemoryError("no room")

    with pytest.raises(DeviceFullError):
        engine.generate(ask(engine), run_out, lambda: False)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"width_px": 100}, "multiples of 8"),
        ({"width_px": 56, "height_px": 56}, "at least 64"),
        ({"prompt": "ink <lora:wash:nan>"}, "LoRA wash"),
        ({"control_units": (make_unit("openpose"),)}, "no ControlNet openpose"),
        ({"control_units": (make_unit(module="mlsd"),)}, "annotator mlsd needs"),
        ({"kind": "txt2img", "control_units": (make_unit(image=None),)}, "needs an image"),
    ],
)
def test_what_cannot_be_done_is_said_before_it_waits(
    changes: dict[str, object], sentence: str, engine: DiffusionEngine
) -> None:
    assert sentence in (engine.find_obstacle(ask(engine, **changes)) or "")


def test_what_can_be_done_has_no_obstacle(engine: DiffusionEngine) -> None:
    mask = np.zeros((64, 64), np.uint8)
    units = (make_unit("first [12345678]"), make_unit("second", image=None))
    assert engine.find_obstacle(ask(engine, mask=mask, control_units=units)) is None
    assert engine.find_obstacle(ask(engine, kind="txt2img")) is None


def test_an_unknown_sampler_is_the_web_uis_404(engine: DiffusionEngine) -> None:
    with pytest.raises(SamplerNotFoundError):
        engine.find_obstacle(ask(engine, sampler="Fancy"))


def test_annotators_draw_control_images(models: Path) -> None:
    engine = DiffusionEngine(models, DiffusionSettings(device="cpu"))
    engine.load()
    drawn = ask(engine, control_units=(make_unit(module="invert", image=make_photo(9), processor_res_px=64),))
    assert engine.find_obstacle(drawn) is None
    ready = replace(drawn, control_units=(make_unit(image=255 - make_photo(9)),))
    assert np.array_equal(make(engine, drawn), make(engine, ready))


def test_folders_without_models_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="no usable model"):
        DiffusionEngine(tmp_path, DiffusionSettings()).load()


def test_an_unknown_default_model_is_refused(models: Path) -> None:
    with pytest.raises(ModelFileError, match="default model gone"):
        DiffusionEngine(models, DiffusionSettings(default_model="gone")).load()


def test_a_worker_says_why_the_engine_did_not_start(tmp_path: Path) -> None:
    worker = EngineWorker(DiffusionEngine(tmp_path / "none", DiffusionSettings()), size=1)
    worker.start()
    worker.close(timeout_s=60)
    assert worker.state.state == "failed"
    assert "does not exist" in worker.state.sentence


def test_a_worker_loads_it_and_makes_pictures(models: Path, engine: DiffusionEngine) -> None:
    worker = EngineWorker(DiffusionEngine(models, DiffusionSettings(device="cpu")), size=2)
    worker.start()
    try:
        job = GenerationJob(request=ask(engine), deadline_at=float("inf"))
        worker.submit(job)
        assert job.future.result(60)[0].pixels.shape == (64, 64, 3)
    finally:
        worker.close(timeout_s=60)


def test_the_generator_has_the_engine_when_a_folder_is_set(models: Path, tmp_path: Path) -> None:
    catalog = StyleCatalog(tmp_path)
    without = create_engines(GeneratorSettings(), catalog)
    settings = GeneratorSettings(diffusion=DiffusionSettings(models=models))
    assert [engine.name for engine in without] == ["painter"]
    assert [engine.name for engine in create_engines(settings, catalog)] == ["painter", "diffusion"]


def test_schedules_are_listed_as_web_uis_do(engine: DiffusionEngine) -> None:
    assert [(item.name, item.label) for item in engine.list_schedules()][:3] == [
        ("automatic", "Automatic"),
        ("uniform", "Uniform"),
        ("karras", "Karras"),
    ]


@pytest.mark.parametrize(
    "code",
    [
        "from boothkit.command import main; main(['--help'])",
        "from generator_server.app import create_app; from generator_server.settings import GeneratorSettings; "
        "create_app(GeneratorSettings()).openapi()",
        "from generator_server.diffusion import DiffusionEngine; from pathlib import Path; "
        "from generator_server.settings import DiffusionSettings; "
        "DiffusionEngine(Path('x'), DiffusionSettings()).list_samplers()",
    ],
)
def test_nobody_else_loads_torch(code: str) -> None:
    script = f"""
import sys
try:
    exec({code!r})
except SystemExit:
    pass
heavy = {{'torch', 'diffusers', 'transformers', 'peft', 'scipy'}} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, timeout=60, capture_output=True)
