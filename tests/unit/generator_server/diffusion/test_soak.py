"""Many pictures with ever other LoRAs, sizes and nets: the process does not grow."""

from __future__ import annotations

import ctypes
import gc
import itertools
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from boothkit.waiting import wait_until
from generator_server.diffusion import DiffusionEngine
from generator_server.diffusion.annotators import Annotators
from generator_server.diffusion.annotators.lines import Canny
from generator_server.diffusion.components import Components
from generator_server.engines import GenerationRequest
from generator_server.runner import EngineWorker, GenerationJob
from generator_server.settings import DiffusionSettings
from tests.tiny_diffusion import write_models_folder
from tests.unit.generator_server.diffusion.lora.lora_files import CONV_LAYERS, TEXT_LAYERS, make_updates, write_kohya
from tests.unit.generator_server.diffusion.requests import make_photo, make_request, make_unit

_PICTURES, _PICTURES_LONG = 40, 500
# Until then allocators, prompt and map caches fill; a leak goes on after that.
_WARM_SHARE = 0.2
_MOST_GROWTH_BYTES = 8 * 2**20
_SAMPLERS = ("Euler", "Euler a", "DPM++ 2M", "LCM")


@pytest.fixture
def engine(tmp_path: Path, sd15: Components) -> DiffusionEngine:
    models = write_models_folder(tmp_path / "models")
    for number, layers in enumerate((TEXT_LAYERS, (), TEXT_LAYERS)):
        write_kohya(models / "loras" / f"style{number}.safetensors", make_updates(sd15, seed=number, text=layers))
    write_kohya(models / "loras" / "few_step" / "few.safetensors", make_updates(sd15, seed=9, unet=CONV_LAYERS))
    settings = DiffusionSettings(device="cpu", batch_requests="on", batch_size=2)
    # A small cache of control maps, so that its filling is not taken for a leak.
    return DiffusionEngine(models, settings, annotators=Annotators([Canny()], cache_bytes=2**19))


def list_requests(engine: DiffusionEngine) -> Iterator[GenerationRequest]:
    """Each with another LoRA, weight, sampler, shape or net than the one before."""
    model = engine.list_models()[0]
    for number in itertools.count():
        few = " <lora:few:1>" if number % 4 == 3 else ""
        units = (make_unit(("first", "second", "third")[number % 3], image=None, module="canny", processor_res_px=64),)
        yield make_request(
            task_id=f"task-{number}",
            model=model,
            prompt=f"a portrait of {number} <lora:style{number % 3}:{number % 7 / 7:.2f}>{few}",
            seeds=(number,) if number % 5 else (number, number + 1),
            sampler=_SAMPLERS[number % len(_SAMPLERS)],
            denoising_strength=0.3,
            width_px=64 + 32 * (number % 2),
            init_images=(make_photo(number),),
            control_units=units if number % 2 else (),
        )


def read_own_bytes() -> int:
    """What the process holds, after everything that can be given back was."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return int(psutil.Process().memory_info().rss)


@pytest.mark.timeout(3600)
def test_memory_stays_flat_over_many_pictures(engine: DiffusionEngine, is_long: bool) -> None:
    count = _PICTURES_LONG if is_long else _PICTURES
    held: list[int] = []
    with closing(EngineWorker(engine, size=2)) as worker:
        worker.start()
        wait_until(lambda: worker.state.state == "ready", within_s=60)
        for number, request in enumerate(itertools.islice(list_requests(engine), count)):
            job = GenerationJob(request=request, deadline_at=float("inf"))
            worker.submit(job)
            job.future.result(timeout=60)
            if number + 1 in {round(count * share) for share in (_WARM_SHARE, 0.6, 1.0)}:
                held.append(read_own_bytes())
    warm, middle, end = (round(size / 2**20, 1) for size in held)
    print(f"{count} pictures, MiB: {warm} warm, {middle} in the middle, {end} at the end")
    assert held[2] - held[0] < _MOST_GROWTH_BYTES
