"""How fast the diffusion engine is, against diffusers' own pipeline on the same files in the same run.

    python -m benchmarks.diffusion [--tiny] [--repeats 5] [--families sd15 sdxl] [--batches 1 2 4 8]

img2img of 20 steps, of which 10 run, with guidance, three ControlNets and a LoRA. Without `--tiny` it builds Stable
Diffusion 1.5 and XL in full size with random weights, which needs a GPU; with it, a thousandth of that on a processor.
"""

from __future__ import annotations

import argparse
import functools
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.report import RESULTS, Cell, write_result

if TYPE_CHECKING:
    from benchmarks.plain_pipeline import PlainPipeline
    from generator_server.diffusion import DiffusionEngine
    from generator_server.engines import GenerationRequest
    from tests.tiny_diffusion import Family

STEPS, EVALUATIONS = 20, 10
FEW_STEPS = 8
PLAIN, EAGER, FEW = "plain diffusers pipeline", "ours, eager", "ours, eager, few steps"
COMPILED, GRAPHS = "ours, compiled", "ours, compiled, CUDA graphs"
SIDES_PX = {"sd15": 512, "sdxl": 1024}
TINY_SIDE_PX = 64
SWITCHES = 10
Job = Callable[[], object]


@dataclass(frozen=True)
class Setup:
    """What is measured, and how often."""

    is_tiny: bool
    repeats: int
    families: Sequence[Family]
    batches: Sequence[int]

    @property
    def device(self) -> str:
        return "cpu" if self.is_tiny else "cuda"


def measure_jobs(jobs: Mapping[str, Job], setup: Setup) -> dict[str, float]:
    """Median seconds of every job, after one unmeasured round; each round goes through all jobs in turn."""
    read = time.process_time if setup.is_tiny else time.perf_counter
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    for round_number in range(setup.repeats + 1):
        for name, job in jobs.items():
            started = read()
            job()
            if round_number:
                taken[name].append(read() - started)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def build_request(engine: DiffusionEngine, side_px: int, pictures: int) -> GenerationRequest:
    """As many photographs as pictures, each with its own seed, three nets that look at them, and a LoRA."""
    import painter
    from benchmarks.random_models import LORAS, NETS
    from generator_server.diffusion.warm_up import build_unit
    from generator_server.engines import GenerationRequest
    from generator_server.engines.fitting import CROP, fit_image

    photo = fit_image(painter.sample_portrait(), side_px, side_px, CROP)
    return GenerationRequest(
        task_id="benchmark",
        kind="img2img",
        model=engine.list_models()[0],
        prompt=f"a portrait, ink wash <lora:{LORAS[0]}:0.8>",
        negative_prompt="photo",
        seeds=tuple(range(pictures)),
        width_px=side_px,
        height_px=side_px,
        # Ours counts as the web UI does: one step more than the share says.
        denoising_strength=(EVALUATIONS - 1 + 0.01) / STEPS,
        num_inference_steps=STEPS,
        guidance_scale=5.0,
        sampler="Euler",
        init_images=(photo,) * pictures,
        control_units=tuple(build_unit(net) for net in engine.list_controlnets() if net.name in NETS),
    )


def shorten(request: GenerationRequest) -> GenerationRequest:
    """The request as a distilled model takes it: 8 steps at 0.5, of which 5 run, without guidance."""
    return replace(request, num_inference_steps=FEW_STEPS, denoising_strength=0.5, guidance_scale=1.0, sampler="LCM")


def open_engine(models: Path, setup: Setup, **speed: bool) -> DiffusionEngine:
    """An engine that is ready, with the settings `speed`."""
    from generator_server.diffusion import DiffusionEngine
    from generator_server.settings import DiffusionSettings

    values = {"device": setup.device, "batch_size": max(setup.batches), "compile_sizes": (), **speed}
    engine = DiffusionEngine(models, DiffusionSettings.model_validate(values))
    engine.load()
    return engine


def generate(engine: DiffusionEngine, request: GenerationRequest) -> object:
    """The request's pictures, without anything around the engine."""
    return engine.generate(request, lambda progress: None, lambda: False)


def list_jobs(
    engines: Mapping[str, DiffusionEngine], plain: PlainPipeline, side_px: int, pictures: int
) -> dict[str, Job]:
    """The ways to make so many pictures."""
    eager = engines[EAGER]
    request = build_request(eager, side_px, pictures)
    jobs: dict[str, Job] = {PLAIN: functools.partial(plain.make, request, EVALUATIONS)}
    jobs |= {name: functools.partial(generate, engine, request) for name, engine in engines.items()}
    return jobs | {FEW: functools.partial(generate, eager, shorten(request))}


def measure_switch(engine: DiffusionEngine, plain: PlainPipeline, setup: Setup) -> dict[str, float]:
    """Seconds for one switch to another LoRA that was worn before, ready to make a picture."""
    from benchmarks.random_models import LORAS

    def switch_ours() -> None:
        for number in range(SWITCHES):
            engine.wear(f"<lora:{LORAS[number % 2]}:0.8>")

    def switch_theirs() -> None:
        for name in LORAS:
            plain.switch(name)

    taken = measure_jobs({PLAIN: switch_theirs, EAGER: switch_ours}, setup)
    return {PLAIN: taken[PLAIN] / len(LORAS), EAGER: taken[EAGER] / SWITCHES}


def measure_overhead(engine: DiffusionEngine, side_px: int, setup: Setup) -> dict[str, float]:
    """Seconds for one picture from the engine alone, and through HTTP, queue and PNG."""
    from benchmarks.generator_door import open_door

    request = build_request(engine, side_px, 1)
    with open_door(engine) as door:
        jobs = {"engine alone": functools.partial(generate, engine, request), "over HTTP": lambda: door.ask(request)}
        return measure_jobs(jobs, setup)


def measure_family(family: Family, models: Path, setup: Setup) -> list[dict[str, Cell]]:
    """All rows of one family."""
    from benchmarks.plain_pipeline import PlainPipeline, quiet_libraries
    from benchmarks.random_models import write_random_models

    side_px = TINY_SIDE_PX if setup.is_tiny else SIDES_PX[family]
    quiet_libraries()
    write_random_models(models, family, is_tiny=setup.is_tiny, device=setup.device)
    plain = PlainPipeline(models, family, setup.device)
    engines = {EAGER: open_engine(models, setup)}
    if not setup.is_tiny:
        engines[COMPILED] = open_engine(models, setup, compile=True)
        engines[GRAPHS] = open_engine(models, setup, compile=True, cuda_graphs=True)
    rows: list[dict[str, Cell]] = []
    for pictures in setup.batches:
        taken = measure_jobs(list_jobs(engines, plain, side_px, pictures), setup)
        rows += list_rows(family, f"{side_px} px, {pictures} at once", taken, PLAIN, pictures)
    rows += list_rows(family, "LoRA switch", measure_switch(engines[EAGER], plain, setup), PLAIN, 1)
    overhead = measure_overhead(engines[EAGER], side_px, setup)
    return rows + list_rows(family, f"{side_px} px, 1 at once", overhead, "engine alone", 1)


def list_rows(family: str, what: str, taken: Mapping[str, float], base: str, pictures: int) -> list[dict[str, Cell]]:
    """One row for each way, with its ratio to the way called `base`."""
    return [
        {
            "family": family,
            "what": what,
            "how": how,
            "s": round(seconds, 5),
            "s per picture": round(seconds / pictures, 5),
            "ratio": round(taken[base] / seconds, 3),
        }
        for how, seconds in taken.items()
    ]


def list_notes(setup: Setup) -> list[str]:
    """What a reader must know."""
    notes = [
        f"Medians of {setup.repeats} rounds after an unmeasured one; each round goes through all ways in turn. Random "
        "weights. Ratio: how many times as fast as the first way of its kind, in the same run.",
        f"img2img, Euler, {STEPS} steps of which {EVALUATIONS} run, guidance, three ControlNets, a LoRA of rank 8; "
        f"few steps: {FEW_STEPS} of which 5 run, LCM, no guidance. The tests hold both ways to equal latents.",
    ]
    if setup.is_tiny:
        notes.append(
            "This is the tiny form, on a processor in one thread: models of a thousandth of the size, which show what "
            "is around the arithmetic and nothing of a GPU's speed. No GPU was measured; nothing was compiled. "
            "Seconds are those of the processor, so that other programs on the machine count for little."
        )
    return notes


def parse_setup(argv: Sequence[str] | None) -> tuple[Setup, Path]:
    """What the command line asks for, and where the result goes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="a thousandth of the size, on a processor")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--families", nargs="+", choices=("sd15", "sdxl"), default=["sd15", "sdxl"])
    parser.add_argument("--batches", nargs="+", type=int, default=[1, 2, 4, 8])
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder for the result")
    given = parser.parse_args(argv)
    return Setup(given.tiny, given.repeats, given.families, given.batches), given.results


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and write the result."""
    setup, results = parse_setup(argv)
    import torch

    if setup.is_tiny:
        torch.set_num_threads(1)
    elif not torch.cuda.is_available():
        raise SystemExit("The full form needs a GPU; --tiny runs on a processor.")
    rows: list[dict[str, Cell]] = []
    for family in setup.families:
        with tempfile.TemporaryDirectory(prefix="models-") as folder:
            rows += measure_family(family, Path(folder), setup)
    title = "Diffusion engine, tiny form" if setup.is_tiny else f"Diffusion engine, {torch.cuda.get_device_name()}"
    print(write_result("diffusion", title, rows, notes=list_notes(setup), folder=results).read_text())


if __name__ == "__main__":
    main()
