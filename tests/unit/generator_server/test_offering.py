"""A style is offered with the engines that can make it: not with one that has failed."""

from __future__ import annotations

from pathlib import Path

import pytest

from boothkit.waiting import wait_until
from generator_server.diffusion.style_check import find_style_fault
from generator_server.engines import PainterEngine
from generator_server.http.styles import describe_style
from generator_server.runner import EngineWorker, Router
from generator_server.styles import StyleCatalog
from tests.unit.generator_server.engines import StepEngine
from tests.unit.generator_server.packs import MANIFEST, write_pack

DIFFUSION = '[diffusion]\nprompt = "calm"\ndenoising_strength = 0.5\n'


class DiffusionStandIn(StepEngine):
    """By its name the engine that `[diffusion]` parts ask for; it knows its models even if it cannot load one."""

    name = "diffusion"


@pytest.mark.parametrize(
    ("error", "engines"), [(None, ["painter", "diffusion"]), (RuntimeError("no GPU"), ["painter"])]
)
def test_a_failed_engine_is_not_offered(tmp_path: Path, error: Exception | None, engines: list[str]) -> None:
    """But a style that only this engine makes stays: visits that chose it wait for the engine to come back."""
    both = MANIFEST.format(style_id="calm", painter="watercolour", position=1) + DIFFUSION
    write_pack(tmp_path, text=both)
    alone = both.replace('[painter]\nstyle = "watercolour"\nstrength = 0.8\n', "").replace("calm", "alone", 1)
    write_pack(tmp_path, "alone", text=alone)
    catalog = StyleCatalog(tmp_path)
    worker = EngineWorker(DiffusionStandIn(load_error=error), size=1)
    router = Router([EngineWorker(PainterEngine(catalog), size=1), worker])
    assert describe_style(catalog.get_pack("calm"), router).engines == ["painter", "diffusion"]  # it is on its way
    worker.start()
    try:
        wait_until(lambda: worker.state.state in ("ready", "failed"), "the end of loading")
        assert describe_style(catalog.get_pack("calm"), router).engines == engines
        assert describe_style(catalog.get_pack("alone"), router).engines == ["diffusion"]
    finally:
        worker.close()


@pytest.mark.parametrize(("sampler", "is_served"), [("DPM++ 2M Karras", True), ("DPM+ 2M", False)])
def test_a_style_with_a_sampler_that_there_is_not_is_refused_with_the_names(
    tmp_path: Path, sampler: str, is_served: bool
) -> None:
    """Else every one of its pictures would be refused, and the painter would make it without a word."""
    both = MANIFEST.format(style_id="calm", painter="watercolour", position=1) + DIFFUSION
    write_pack(tmp_path, text=f'{both}sampler = "{sampler}"\n')
    catalog = StyleCatalog(tmp_path, find_fault=find_style_fault)
    assert bool(catalog.list_packs()) is is_served
    sentences = [sentence for problem in catalog.list_problems() for sentence in problem.sentences]
    assert is_served or sentences[0].startswith("diffusion.sampler: Sampler not found: DPM+ 2M. There are ")
