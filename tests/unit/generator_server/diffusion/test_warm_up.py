"""A compiled model has compiled what visitors will ask for before its engine is ready, and compiles nothing after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from pydantic import ValidationError

from generator_server.diffusion import DiffusionEngine, loading
from generator_server.diffusion.components import Components
from generator_server.diffusion.devices import Place
from generator_server.diffusion.model_shelf import ControlNetFiles
from generator_server.diffusion.warm_up import describe_shape, list_warm_up_requests
from generator_server.engines import GenerationRequest
from generator_server.settings import DiffusionSettings
from generator_server.styles import StyleCatalog
from tests.unit.generator_server.diffusion.requests import TINY, load, make, make_request, make_unit
from tests.unit.generator_server.packs import MANIFEST, write_pack

PART = '[diffusion]\nprompt = "ink"\ndenoising_strength = 0.5\nguidance_scale = {scale}\n{unit}'
UNIT = '[[diffusion.controlnet]]\nmodel = "first"\nmodule = "none"\n'
NETS = (ControlNetFiles("first", Path("first"), "0" * 8),)


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    for position, (style_id, scale, unit) in enumerate((("calm", 7.0, UNIT), ("quick", 1.0, ""), ("deep", 6.0, UNIT))):
        text = MANIFEST.format(style_id=style_id, painter="watercolour", position=position + 1)
        write_pack(tmp_path, style_id, text=text + PART.format(scale=scale, unit=unit))
    return tmp_path


def list_requests(packs: Path, nets: tuple[ControlNetFiles, ...], most_joined: int) -> list[GenerationRequest]:
    settings = DiffusionSettings(compile_sizes=("64x64", "96x64"))
    return list(list_warm_up_requests(TINY, settings, StyleCatalog(packs).list_packs(), nets, most_joined))


def test_each_size_is_asked_for_as_the_styles_will(packs: Path) -> None:
    shapes = [describe_shape(request) for request in list_requests(packs, NETS, 1)]
    assert shapes == [
        (64, 64, 1, False, False),
        (64, 64, 1, True, True),
        (96, 64, 1, False, False),
        (96, 64, 1, True, True),
    ]


def test_two_at_once_where_visitors_are_joined_and_no_unit_without_a_net(packs: Path) -> None:
    shapes = [describe_shape(request) for request in list_requests(packs, (), 4)]
    assert shapes[:2] == [(64, 64, 1, False, False), (64, 64, 2, False, False)]
    assert shapes[2:4] == [(64, 64, 1, True, False), (64, 64, 2, True, False)]


def test_without_styles_a_guided_picture_is_made(tmp_path: Path) -> None:
    assert [describe_shape(request)[3:] for request in list_requests(tmp_path, NETS, 1)] == [(True, False)] * 2


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A compiler that only counts the graphs that it is given."""
    made: list[str] = []

    def count(graph: torch.fx.GraphModule, inputs: list[torch.Tensor]) -> object:
        made.append(str(len(inputs)))
        return graph.forward

    monkeypatch.setattr(loading, "COMPILE_OPTIONS", {"backend": count})
    yield made
    torch.compiler.reset()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_after_the_start_nothing_is_compiled_for_what_was_warmed(sd15_models: Path, compilations: list[str]) -> None:
    engine = DiffusionEngine(sd15_models, DiffusionSettings(device="cpu", compile=True, compile_sizes=("64x64",)))
    engine.load()
    at_start = len(compilations)
    assert at_start > 0
    engine.generate(make_request(model=engine.list_models()[0]), lambda progress: None, lambda: False)
    assert len(compilations) == at_start


def test_compiling_what_was_not_warmed_counts_as_preparation(
    sd15_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The watchdog is patient with the first request of a shape, and with no other."""
    monkeypatch.setattr(loading, "COMPILE_OPTIONS", {"disable": True})
    engine = DiffusionEngine(sd15_models, DiffusionSettings(device="cpu", compile=True, compile_sizes=("64x64",)))
    engine.load()
    prepared_at = [engine.preparation.ended_at]
    request = make_request(model=engine.list_models()[0])
    for asked in (request, replace(request, control_units=(make_unit(image=None),))):
        for _ in range(2):
            engine.generate(asked, lambda progress: None, lambda: False)
            prepared_at.append(engine.preparation.ended_at)
    assert prepared_at[0] == prepared_at[1] == prepared_at[2] < prepared_at[3] == prepared_at[4]


@pytest.mark.parametrize("is_asked", [False, True])
def test_compiling_is_a_setting_for_model_and_nets(is_asked: bool, sd15_models: Path, compilations: list[str]) -> None:
    engine = DiffusionEngine(sd15_models, DiffusionSettings(device="cpu", compile=is_asked, compile_sizes=()))
    engine.load()
    assert engine._loaded is not None
    modules = (engine._loaded.components.unet, engine._loaded.nets.get(engine.list_controlnets()[0]))
    assert [module._compiled_call_impl is not None for module in modules] == [is_asked] * 2
    assert compilations == []


@pytest.mark.parametrize(
    ("device", "settings", "options"),
    [
        ("cuda", {"compile": True, "cuda_graphs": True}, loading.GRAPH_OPTIONS),
        ("cuda", {"compile": True}, loading.COMPILE_OPTIONS),
        ("cpu", {"compile": True, "cuda_graphs": True}, loading.COMPILE_OPTIONS),
        ("cuda", {}, None),
    ],
)
def test_graphs_are_recorded_on_a_gpu_where_they_are_asked_for(
    device: str, settings: dict[str, bool], options: dict[str, str] | None
) -> None:
    place = Place(torch.device(device), torch.float16)
    assert loading._choose_compile_options(DiffusionSettings.model_validate(settings), place) == options


def test_graphs_without_compiling_are_refused() -> None:
    with pytest.raises(ValidationError, match="cuda_graphs needs compile"):
        DiffusionSettings(cuda_graphs=True)


def test_each_step_says_that_it_begins(sd15: Components) -> None:
    """Recorded graphs may only then write over what the step before has made."""
    begun: list[int] = []
    model = load(replace(sd15, begin_step=lambda: begun.append(1)))
    make(make_request(kind="txt2img", init_images=(), num_inference_steps=4, sampler="Euler"), model)
    assert len(begun) == 4


@pytest.mark.gpu
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_recorded_graphs_make_the_same_pictures(sd15_models: Path) -> None:
    pictures = []
    for speed in ({}, {"compile": True, "cuda_graphs": True}):
        values = {"device": "cuda", "dtype": "float32", "compile_sizes": ("64x64",), **speed}
        engine = DiffusionEngine(sd15_models, DiffusionSettings.model_validate(values))
        engine.load()
        request = make_request(model=engine.list_models()[0], control_units=(make_unit(image=None),))
        (output,) = engine.generate(request, lambda progress: None, lambda: False)
        pictures.append(output.pixels.astype(int))
    assert abs(pictures[0] - pictures[1]).max() <= 2
