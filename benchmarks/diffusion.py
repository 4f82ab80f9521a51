"""How fast the diffusion engine is, against diffusers' own pipeline on the same files in the same run.

    python -m benchmarks.diffusion [--tiny] [--repeats 5] [--families sd15 sdxl] [--batches 1 2 4 8]
        [--ways plain eager compiled graphs] [--parts pictures switch http] [--budget-s 480] [--models FOLDER]

The page is written anew after each part, so that a run that is cut off has kept what it measured. `--budget-s` begins
no part after so many seconds; `--models` keeps the random models there, and the next run on that machine takes them.

img2img of 20 steps, of which 10 run, with guidance, three ControlNets and a LoRA. Without `--tiny` it builds Stable
Diffusion 1.5 and XL in full size with random weights, which needs a GPU; with it, a thousandth of that on a processor.
"""

from __future__ import annotations

import functools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.budget import Budget
from benchmarks.diffusion_setup import EAGER, FEW, PLAIN, SETTINGS, Setup, list_engines, parse_setup
from benchmarks.report import Cell, write_result

if TYPE_CHECKING:
    from benchmarks.plain_pipeline import PlainPipeline
    from generator_server.diffusion import DiffusionEngine
    from generator_server.engines import GenerationRequest
    from tests.tiny_diffusion import Family

STEPS, EVALUATIONS = 20, 10
FEW_STEPS = 8
SIDES_PX = {"sd15": 512, "sdxl": 1024}
TINY_SIDE_PX = 64
SWITCHES = 10
DONE = "complete"
Job = Callable[[], object]
Keep = Callable[[list[dict[str, Cell]]], None]


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
    engine = DiffusionEngine(models, DiffusionSettings.model_validate(values), hashes=models / "hashes.json")
    engine.load()
    return engine


def settle(setup: Setup) -> None:
    """Wait until the device has done what it was told."""
    if not setup.is_tiny:
        import torch

        torch.cuda.synchronize()


def generate(engine: DiffusionEngine, request: GenerationRequest) -> object:
    """The request's pictures, without anything around the engine."""
    return engine.generate(request, lambda progress: None, lambda: False)


def list_jobs(
    engines: Mapping[str, DiffusionEngine], plain: PlainPipeline | None, side_px: int, pictures: int
) -> dict[str, Job]:
    """The ways to make so many pictures."""
    first = next(iter(engines.values()))
    request = build_request(first, side_px, pictures)
    jobs: dict[str, Job] = {} if plain is None else {PLAIN: functools.partial(plain.make, request, EVALUATIONS)}
    jobs |= {name: functools.partial(generate, engine, request) for name, engine in engines.items()}
    if EAGER in engines:
        jobs[FEW] = functools.partial(generate, engines[EAGER], shorten(request))
    return jobs


def measure_switch(
    engines: Mapping[str, DiffusionEngine], plain: PlainPipeline | None, setup: Setup
) -> dict[str, float]:
    """Seconds for one switch to another LoRA that was worn before, ready to make a picture."""
    from benchmarks.random_models import LORAS

    def switch_ours(engine: DiffusionEngine) -> None:
        for number in range(SWITCHES):
            engine.wear(f"<lora:{LORAS[number % 2]}:0.8>")
            settle(setup)

    def switch_theirs(pipeline: PlainPipeline) -> None:
        for name in LORAS:
            pipeline.switch(name)
            settle(setup)

    jobs: dict[str, Job] = {} if plain is None else {PLAIN: functools.partial(switch_theirs, plain)}
    jobs |= {name: functools.partial(switch_ours, engine) for name, engine in engines.items()}
    counts = {PLAIN: len(LORAS)}
    return {name: taken / counts.get(name, SWITCHES) for name, taken in measure_jobs(jobs, setup).items()}


def measure_overhead(engine: DiffusionEngine, side_px: int, setup: Setup) -> dict[str, float]:
    """Seconds for one picture from the engine alone, and through HTTP, queue and PNG."""
    from benchmarks.generator_door import open_door

    request = build_request(engine, side_px, 1)
    with open_door(engine) as door:
        jobs: dict[str, Job] = {
            "engine alone": functools.partial(generate, engine, request),
            "over HTTP": lambda: door.ask(request),
        }
        return measure_jobs(jobs, setup)


def measure_family(family: Family, models: Path, setup: Setup, budget: Budget, keep: Keep) -> None:
    """All parts of one family; each hands its rows to `keep`."""
    from benchmarks.plain_pipeline import PlainPipeline, quiet_libraries
    from benchmarks.random_models import write_random_models

    side_px = TINY_SIDE_PX if setup.is_tiny else SIDES_PX[family]
    quiet_libraries()
    if not (models / DONE).exists():
        write_random_models(models, family, is_tiny=setup.is_tiny, device=setup.device)
        (models / DONE).touch()
    plain = PlainPipeline(models, family, setup.device) if "plain" in setup.ways else None
    engines = {name: open_engine(models, setup, **SETTINGS[name]) for name in list_engines(setup)}
    base = PLAIN if plain is not None else next(iter(engines))

    def measure_pictures(count: int) -> None:
        taken = measure_jobs(list_jobs(engines, plain, side_px, count), setup)
        check_compiled(engines)
        keep(list_rows(family, f"{side_px} px, {count} at once", taken, base, count))

    def measure_switches() -> None:
        keep(list_rows(family, "LoRA switch", measure_switch(engines, plain, setup), base, 1))

    def measure_way_through_http() -> None:
        overhead = measure_overhead(next(iter(engines.values())), side_px, setup)
        keep(list_rows(family, f"{side_px} px, 1 at once", overhead, "engine alone", 1))

    if "pictures" in setup.parts:
        for count in setup.batches:
            budget.run(f"{family}, {count} at once", functools.partial(measure_pictures, count))
    if "switch" in setup.parts:
        budget.run(f"{family}, LoRA switch", measure_switches)
    if "http" in setup.parts:
        budget.run(f"{family}, over HTTP", measure_way_through_http)


def check_compiled(engines: Mapping[str, DiffusionEngine]) -> None:
    """Raise RuntimeError when an engine that was to be compiled goes on uncompiled: its figures would be another's."""
    for name, engine in engines.items():
        if SETTINGS[name] and not engine.is_compiled:
            raise RuntimeError(f"{name}: this machine could not compile")


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


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and write the result."""
    setup, results, budget = parse_setup(argv, __doc__)
    import torch

    if setup.is_tiny:
        torch.set_num_threads(1)
    elif not torch.cuda.is_available():
        raise SystemExit("The full form needs a GPU; --tiny runs on a processor.")
    title = "Diffusion engine, tiny form" if setup.is_tiny else f"Diffusion engine, {torch.cuda.get_device_name()}"
    rows: list[dict[str, Cell]] = []

    def keep(more: list[dict[str, Cell]]) -> None:
        rows.extend(more)
        print(*more, sep="\n", flush=True)
        write_result("diffusion", title, rows, notes=[*list_notes(setup), *budget.describe()], folder=results)

    for family in setup.families:
        with open_models_folder(setup.models, family) as models:
            budget.run(family, functools.partial(measure_family, family, models, setup, budget, keep))
    if not rows:
        raise SystemExit("Nothing was measured. " + " ".join(budget.describe()))
    notes = [*list_notes(setup), *budget.describe()]
    print(write_result("diffusion", title, rows, notes=notes, folder=results).read_text())


@contextmanager
def open_models_folder(kept: Path | None, family: Family) -> Iterator[Path]:
    """A folder of its own for each family's models, which goes afterwards unless it is to be kept."""
    if kept is not None:
        yield kept / family
        return
    with tempfile.TemporaryDirectory(prefix="models-") as folder:
        yield Path(folder)


if __name__ == "__main__":
    main()
