"""A compiled model has compiled what visitors will ask for before its engine is ready, and compiles nothing after."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers.models.controlnets.controlnet import ControlNetModel
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from pydantic import ValidationError

from benchmarks.random_models import LORAS, write_loras
from benchmarks.random_models import NETS as NET_NAMES
from generator_server.diffusion import DiffusionEngine, compiling, loading
from generator_server.diffusion.components import Components
from generator_server.diffusion.devices import Place
from generator_server.diffusion.model_shelf import ControlNetFiles
from generator_server.diffusion.warm_up import GUIDED, UNGUIDED, list_warm_up_requests
from generator_server.engines import GenerationRequest
from generator_server.settings import DiffusionSettings
from generator_server.styles import StyleCatalog
from tests.tiny_diffusion import TEXT_WIDTH
from tests.unit.generator_server.diffusion.requests import TINY, load, make, make_request, make_unit
from tests.unit.generator_server.packs import MANIFEST, write_pack

PART = '[diffusion]\nprompt = "ink"\ndenoising_strength = 0.5\nguidance_scale = {scale}\n{unit}'
UNIT = '[[diffusion.controlnet]]\nmodel = "first"\nmodule = "none"\n'
LATE = UNIT + 'guidance_end = 0.8\ncontrol_mode = "control"\n'
NET_FIELDS = {"mid_block_type": "UNetMidBlock2D", "conditioning_embedding_out_channels": (4, 4, 8, 8)}
NETS = (ControlNetFiles("first", Path("first"), "0" * 8),)


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    for position, (style_id, scale, unit) in enumerate((("calm", 7.0, LATE), ("quick", 1.0, ""), ("deep", 6.0, LATE))):
        text = MANIFEST.format(style_id=style_id, painter="watercolour", position=position + 1)
        write_pack(tmp_path, style_id, text=text + PART.format(scale=scale, unit=unit))
    return tmp_path


def list_requests(packs: Path, nets: tuple[ControlNetFiles, ...], most_joined: int) -> list[GenerationRequest]:
    settings = DiffusionSettings(compile_sizes=("64x64", "96x64"))
    return list(list_warm_up_requests(TINY, settings, StyleCatalog(packs).list_packs(), nets, most_joined))


def test_each_size_is_asked_for_as_the_styles_will(packs: Path) -> None:
    """Two of the three styles differ in their weight alone, which nothing is compiled for."""
    asked = list_requests(packs, NETS, 1)
    assert [(item.width_px, item.guidance_scale, len(item.control_units)) for item in asked] == [
        (64, GUIDED, 1),
        (64, UNGUIDED, 0),
        (96, GUIDED, 1),
        (96, UNGUIDED, 0),
    ]
    unit = asked[0].control_units[0]
    assert (unit.guidance_end, unit.control_mode, asked[0].prompt) == (0.8, "control", "ink")


def test_two_at_once_where_visitors_are_joined_and_no_unit_without_a_net(packs: Path) -> None:
    asked = list_requests(packs, (), 4)
    assert [(len(item.seeds), item.guidance_scale) for item in asked[:4]] == [
        (1, GUIDED),
        (2, GUIDED),
        (1, UNGUIDED),
        (2, UNGUIDED),
    ]
    assert not any(item.control_units for item in asked)


def test_without_styles_a_guided_picture_is_made(tmp_path: Path) -> None:
    assert [item.guidance_scale for item in list_requests(tmp_path, NETS, 1)] == [GUIDED] * 2


@pytest.fixture(scope="module")
def small_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A UNet and nets of as few layers as can be, since tracing takes its time for each; and two LoRAs."""
    from benchmarks.random_models import write_random_models

    folder = write_random_models(tmp_path_factory.mktemp("small"), "sd15", is_tiny=True, device="cpu")
    unet = UNet2DConditionModel(
        sample_size=8,
        norm_num_groups=4,
        block_out_channels=(8,),
        down_block_types=("DownBlock2D",),
        up_block_types=("UpBlock2D",),
        layers_per_block=1,
        attention_head_dim=2,
        cross_attention_dim=TEXT_WIDTH,
    )
    unet.save_pretrained(folder / "checkpoints" / "tiny" / "unet")
    for name in NET_NAMES:
        net = ControlNetModel.from_config(unet.config, **NET_FIELDS)
        net.save_pretrained(folder / "controlnet" / name)
    write_loras(folder, unet)
    return folder


def ask(engine: DiffusionEngine, **changes: Any) -> None:
    fields = {"model": engine.list_models()[0], "control_units": (make_unit(image=None), make_unit("second"))}
    engine.generate(make_request(**fields | changes), lambda progress: None, lambda: False)


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A compiler that only counts the graphs that it is given."""
    made: list[str] = []

    def count(graph: torch.fx.GraphModule, inputs: list[torch.Tensor]) -> object:
        made.append(str(len(inputs)))
        return graph.forward

    monkeypatch.setattr(loading, "COMPILE_OPTIONS", {"backend": count})
    # Its record of every step would take longer than the steps.
    monkeypatch.setattr(logging.getLogger("torch.__trace"), "disabled", True)
    yield made
    torch.compiler.reset()


@pytest.fixture
def styled(tmp_path: Path) -> StyleCatalog:
    """One style, with a net for the whole time and one that ends early."""
    text = MANIFEST.format(style_id="calm", painter="watercolour", position=1)
    early = UNIT.replace('"first"', '"second"') + "guidance_end = 0.5\n"
    write_pack(tmp_path, "calm", text=text + PART.format(scale=6.0, unit=UNIT + early))
    return StyleCatalog(tmp_path)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_visit_compiles_nothing_whatever_it_changes(
    small_models: Path, styled: StyleCatalog, compilations: list[str]
) -> None:
    """Seeds, strengths, weights, other nets, other LoRAs, and three visitors at once after two have been tried."""
    values = {"device": "cpu", "compile": True, "compile_sizes": ("64x64",), "batch_requests": "on"}
    engine = DiffusionEngine(small_models, DiffusionSettings.model_validate(values), catalog=styled)
    engine.load()
    at_start, prepared_at = len(compilations), engine.preparation.ended_at
    assert at_start > 0
    ask(engine, seeds=(9,), denoising_strength=0.9, sampler="DPM++ 2M")
    ask(engine, prompt=f"ink <lora:{LORAS[0]}:0.8>", guidance_scale=3.0)
    ask(engine, prompt=f"ink <lora:{LORAS[1]}:0.3>", control_units=(make_unit("third", conditioning_scale=0.4),))
    ask(engine, seeds=(1, 2, 3), control_units=(make_unit(), make_unit("second", guidance_end=0.5)))
    assert len(compilations) == at_start
    assert engine.preparation.ended_at == prepared_at
    # A change that has to be compiled is no hanging; torch would have stopped at eight variants.
    ask(engine, guidance_scale=1.0, control_units=())
    assert len(compilations) > at_start
    assert engine.preparation.ended_at > prepared_at
    assert torch._dynamo.config.recompile_limit == compiling.MOST_VARIANTS


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_machine_that_cannot_compile_makes_the_pictures_uncompiled(
    small_models: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(graph: torch.fx.GraphModule, inputs: list[torch.Tensor]) -> object:
        raise RuntimeError("no compiler here")

    monkeypatch.setattr(loading, "COMPILE_OPTIONS", {"backend": fail})
    monkeypatch.setattr(logging.getLogger("torch.__trace"), "disabled", True)
    values = {"device": "cpu", "compile": True, "compile_sizes": ("64x64",)}
    engine = DiffusionEngine(small_models, DiffusionSettings.model_validate(values))
    engine.load()
    assert "runs uncompiled" in caplog.text
    assert not engine.is_compiled
    ask(engine)


@pytest.mark.parametrize("is_asked", [False, True])
def test_compiling_is_a_setting_for_model_and_nets(is_asked: bool, small_models: Path, compilations: list[str]) -> None:
    engine = DiffusionEngine(small_models, DiffusionSettings(device="cpu", compile=is_asked, compile_sizes=()))
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


@pytest.mark.parametrize(
    ("is_compiled", "chosen", "expected"),
    [(True, None, "{data}/compiled"), (True, "/mnt/own", "/mnt/own"), (False, None, None)],
)
def test_compiled_code_outlives_a_restart(
    is_compiled: bool, chosen: str | None, expected: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {} if chosen is None else {compiling.CODE_FOLDER: chosen}
    monkeypatch.setattr(os, "environ", environment)
    compiling.keep_compiled_code(DiffusionSettings(compile=is_compiled), tmp_path)
    assert environment.get(compiling.CODE_FOLDER) == (expected and expected.format(data=tmp_path))


def test_graphs_without_compiling_are_refused() -> None:
    with pytest.raises(ValidationError, match="cuda_graphs needs compile"):
        DiffusionSettings(cuda_graphs=True)


def test_each_step_says_that_it_begins(sd15: Components) -> None:
    """Recorded graphs may only then write over what the step before has made."""
    begun: list[int] = []
    model = load(replace(sd15, begin_step=lambda: begun.append(1)))
    make(make_request(kind="txt2img", init_images=(), num_inference_steps=4, sampler="Euler"), model)
    assert len(begun) == 4
