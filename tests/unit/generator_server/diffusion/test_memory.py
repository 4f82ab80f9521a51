"""What is said of the memory before a model is loaded, who makes room for whom, and that idle weights leave it."""

from __future__ import annotations

import gc
import logging
import weakref
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from generator_server.diffusion import DiffusionEngine
from generator_server.diffusion.annotators import Annotators
from generator_server.diffusion.annotators.depth import Leres
from generator_server.diffusion.annotators.vitpose import VitPose
from generator_server.diffusion.devices import WORKING_BYTES
from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.memory_plan import MemoryPlan, plan_memory
from generator_server.diffusion.model_files import count_values
from generator_server.diffusion.model_shelf import HashBook, scan_models
from generator_server.engines.annotating import AnnotationOrder
from generator_server.settings import DiffusionSettings
from tests.unit.generator_server.diffusion.annotators.stand_ins import TinyDepth
from tests.unit.generator_server.diffusion.annotators.tiny_pose import write_tiny_pose
from tests.unit.generator_server.diffusion.conftest import CPU
from tests.unit.generator_server.diffusion.requests import make_photo, make_request, make_unit

GIB = 2**30
PLAN = MemoryPlan("ink", CPU, 4 * GIB, 2 * GIB, 1 * GIB, 16 * GIB)


def test_everything_is_said_in_one_sentence() -> None:
    assert PLAN.describe() == (
        "ink takes about 6.0 GiB of 16.0 GiB free, on cpu in float32; its ControlNets up to 2.0 GiB, annotators up to "
        "1.0 GiB."
    )
    PLAN.check()
    assert PLAN.has_room_for_all


def test_a_model_that_does_not_fit_is_refused_with_both_numbers() -> None:
    with pytest.raises(ModelFileError, match=r"ink needs about 6\.0 GiB on cpu in float32; 5\.0 GiB are free"):
        replace(PLAN, free_bytes=5 * GIB).check()


@pytest.mark.parametrize(("free_gib", "left_gib"), [(16.0, 1.0), (8.5, 0.5), (7.0, 0.0)])
def test_annotators_get_what_the_others_leave(free_gib: float, left_gib: float) -> None:
    plan = replace(PLAN, free_bytes=int(free_gib * GIB))
    assert plan.limit_annotators(1 * GIB) == left_gib * GIB
    assert plan.has_room_for_all == (free_gib >= 9)


def test_the_plan_counts_model_nets_and_annotators(sd15_models: Path) -> None:
    shelf = scan_models(sd15_models, HashBook(None))
    plan = plan_memory(shelf.checkpoints[0], None, shelf.controlnets, 300, 200, CPU)
    assert plan.model_bytes == 4 * count_values(sd15_models / "checkpoints" / "tiny")
    assert plan.net_bytes == 4 * sum(count_values(net.path) for net in shelf.controlnets)
    assert plan.annotator_bytes == 300
    assert plan.needed_bytes == plan.model_bytes + WORKING_BYTES
    checker = sd15_models / "controlnet" / "first"  # any weights
    larger = plan_memory(shelf.checkpoints[0], checker, (), 0, 0, CPU)
    assert larger.model_bytes == plan.model_bytes + 4 * count_values(checker)


@pytest.fixture
def annotators_folder(tmp_path: Path) -> Path:
    save_file(TinyDepth().state_dict(), tmp_path / "res101.safetensors")
    return write_tiny_pose(tmp_path)


def build(folder: Path, network_bytes: int) -> tuple[Annotators, Leres, VitPose]:
    depth, pose = Leres(folder, "cpu", TinyDepth), VitPose(folder, "cpu")
    return Annotators([depth, pose], cache_bytes=0, network_bytes=network_bytes), depth, pose


def draw(shelf: Annotators, *names: str) -> None:
    for name in names:
        shelf.annotate(make_photo(), AnnotationOrder(name, 64))


def test_networks_are_counted_before_they_are_loaded(annotators_folder: Path) -> None:
    shelf, depth, pose = build(annotators_folder, GIB)
    assert depth.count_bytes() == 4 * count_values(annotators_folder / "res101.safetensors")
    assert pose.count_bytes() == 4 * count_values(annotators_folder / "vitpose")
    assert shelf.room.planned_bytes == depth.count_bytes() + pose.count_bytes()
    assert shelf.room.held_bytes == 0
    draw(shelf, "depth_leres", "vitpose")
    assert shelf.room.held_bytes == shelf.room.planned_bytes


def test_the_one_used_longest_ago_makes_room(annotators_folder: Path) -> None:
    """Also for one that is larger than what is allowed: it works, and leaves at once."""
    shelf, depth, pose = build(annotators_folder, GIB)
    shelf.room.limit(pose.count_bytes())
    draw(shelf, "depth_leres", "vitpose")
    assert (depth.is_loaded, pose.is_loaded) == (False, True)
    shelf.room.limit(depth.count_bytes())
    draw(shelf, "depth_leres")
    assert (depth.is_loaded, pose.is_loaded) == (True, False)
    draw(shelf, "vitpose")
    assert (depth.is_loaded, pose.is_loaded) == (False, False)


def test_one_that_is_at_work_is_not_taken_away(annotators_folder: Path) -> None:
    shelf, depth, _ = build(annotators_folder, GIB)
    draw(shelf, "depth_leres")
    shelf.room.limit(0)
    with shelf.room._locks["depth_leres"]:
        draw(shelf, "vitpose")
        assert depth.is_loaded
    draw(shelf, "vitpose")
    assert not depth.is_loaded


def test_a_broken_file_takes_nothing_in_the_plan(annotators_folder: Path) -> None:
    (annotators_folder / "res101.safetensors").write_bytes(b"cut off")
    shelf, _, pose = build(annotators_folder, GIB)
    assert shelf.room.planned_bytes == pose.count_bytes()


def test_weights_in_the_old_format_count_as_their_file(tmp_path: Path) -> None:
    torch.save(TinyDepth().state_dict(), tmp_path / "res101.pth")
    assert Leres(tmp_path, "cpu", TinyDepth).count_bytes() == (tmp_path / "res101.pth").stat().st_size
    assert Leres(tmp_path / "nowhere", "cpu", TinyDepth).count_bytes() == 0


@pytest.fixture
def engine(sd15_models: Path, annotators_folder: Path) -> DiffusionEngine:
    settings = DiffusionSettings(device="cpu", annotators=annotators_folder)
    made = DiffusionEngine(sd15_models, settings, annotators=build(annotators_folder, GIB)[0])
    made.load()
    return made


def make_pixels(engine: DiffusionEngine) -> np.ndarray:
    units = (make_unit(image=None, module="depth_leres", processor_res_px=64),)
    request = make_request(model=engine.list_models()[0], control_units=units)
    return engine.generate(request, lambda progress: None, lambda: False)[0].pixels


def test_weights_that_rest_are_gone_and_come_back_as_they_were(engine: DiffusionEngine) -> None:
    before = make_pixels(engine)
    assert engine._loaded is not None
    unet = weakref.ref(engine._loaded.components.unet)
    net = weakref.ref(engine._loaded.nets.get(engine.list_controlnets()[0]))
    assert engine.annotators.room.held_bytes > 0
    engine.rest()
    gc.collect()
    assert (unet(), net(), engine.annotators.room.held_bytes) == (None, None, 0)
    assert engine.preparation.began_at is None
    slept_at = engine.preparation.ended_at
    assert np.array_equal(make_pixels(engine), before)
    assert engine.preparation.ended_at > slept_at


def test_a_full_device_makes_the_annotators_leave_too(engine: DiffusionEngine) -> None:
    make_pixels(engine)
    engine.recover("memory")
    assert engine.annotators.room.held_bytes == 0


def test_a_short_memory_is_said_and_limits_the_annotators(
    engine: DiffusionEngine, sd15_models: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    needed_bytes = WORKING_BYTES + 4 * count_values(sd15_models / "checkpoints" / "tiny")
    for spare_bytes, is_short in ((40 * 2**20, False), (0, True)):
        free_bytes = needed_bytes + spare_bytes
        monkeypatch.setattr(
            "generator_server.diffusion.memory_plan.measure_free_bytes", lambda device, free=free_bytes: free
        )
        engine.rest()
        with caplog.at_level(logging.INFO):
            make_pixels(engine)
        assert "annotators up to" in caplog.text
        assert ("make room for each other" in caplog.text) == is_short
        assert (engine.annotators.room.held_bytes == 0) == is_short
