"""Each sampler against diffusers' scheduler of the same method, and against the exact solution of a simple case."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal

import pytest
import torch
from diffusers import (
    DEISMultistepScheduler,
    DPMSolverMultistepScheduler,
    EulerAncestralDiscreteScheduler,
    HeunDiscreteScheduler,
    KDPM2DiscreteScheduler,
    LCMScheduler,
    LMSDiscreteScheduler,
    TCDScheduler,
    UniPCMultistepScheduler,
)
from torch import Tensor

from generator_server.diffusion.multistep import walk_unipc, weigh_slope, weigh_slopes_in_log
from generator_server.diffusion.sampler_names import SAMPLERS
from generator_server.diffusion.samplers import SAMPLE_FUNCTIONS
from generator_server.diffusion.schedules import SigmaTable, build_sigmas, build_table
from generator_server.diffusion.walk import NoiseSource, Walk, split_step

# diffusers' schedulers hand torch tensors to NumPy functions, which NumPy 2 warns about.
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:__array_wrap__ must accept:DeprecationWarning"),
]
BETAS = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
TABLE: SigmaTable = build_table(BETAS)
SHAPE = (4, 8, 8)
SPREAD = 0.5
Guess = Callable[[Tensor, float], Tensor]


def guess_bent(noisy: Tensor, sigma: float) -> Tensor:
    """A smooth guess that is no linear function, so that every coefficient of a method counts."""
    return torch.tanh(noisy / (1 + sigma)) * 0.8


def guess_gaussian(noisy: Tensor, sigma: float) -> Tensor:
    """The perfect guess when pictures are Gaussian noise of `SPREAD`."""
    return noisy * (SPREAD**2 / (SPREAD**2 + sigma**2))


def open_walk(guess: Guess, calls: list[float] | None = None, *, seed: int = 3) -> tuple[Walk, Tensor]:
    """A walk with that guess, and its first noise."""
    noise = NoiseSource((seed,), SHAPE, torch.device("cpu"))

    def denoise(noisy: Tensor, sigma: float, step: int) -> Tensor:
        if calls is not None:
            calls.append(sigma)
        return guess(noisy, sigma)

    first = noise.draw()
    return Walk(denoise, noise.draw, lambda step, latents: None, TABLE), first


def walk_with_scheduler(scheduler: Any, steps: int, *, is_scaled: bool) -> tuple[Tensor, list[float]]:
    """What a diffusers scheduler makes of `guess_bent`, on our scale, and its noise levels.

    `is_scaled`: its samples are on the model's scale, picture / sqrt(1 + sigma^2).
    """
    scheduler.set_timesteps(steps)
    levels = [_find_level(scheduler, place) for place in range(len(scheduler.timesteps))]
    generator = torch.Generator().manual_seed(3)
    x = torch.randn((1, *SHAPE), generator=generator) * levels[0]
    x = x / math.sqrt(levels[0] ** 2 + 1) if is_scaled else x
    for timestep, level in zip(scheduler.timesteps, levels, strict=True):
        scheduler.scale_model_input(x, timestep)
        plain = x * math.sqrt(level**2 + 1) if is_scaled else x
        noise = (plain - guess_bent(plain, level)) / level
        takes_generator = "generator" in scheduler.step.__code__.co_varnames
        x = scheduler.step(noise, timestep, x, **({"generator": generator} if takes_generator else {})).prev_sample
    return x, levels


def _find_level(scheduler: Any, place: int) -> float:
    if hasattr(scheduler, "sigmas") and len(scheduler.sigmas) > len(scheduler.timesteps):
        return float(scheduler.sigmas[place])
    kept = float(scheduler.alphas_cumprod[int(scheduler.timesteps[place])])
    return math.sqrt((1 - kept) / kept)


def walk_ours(sampler: str, sigmas: Sequence[float]) -> Tensor:
    walk, noise = open_walk(guess_bent)
    return SAMPLE_FUNCTIONS[sampler](noise * sigmas[0], sigmas, walk)


SDE = {"algorithm_type": "sde-dpmsolver++"}
ONE_STAGE: dict[str, tuple[type[Any], dict[str, Any], bool]] = {
    "Euler a": (EulerAncestralDiscreteScheduler, {}, False),
    "LMS": (LMSDiscreteScheduler, {}, False),
    "DPM++ 2M": (DPMSolverMultistepScheduler, {"use_karras_sigmas": True}, True),
    "DPM++ 2M SDE": (DPMSolverMultistepScheduler, SDE, True),
    "DPM++ 2M SDE Heun": (DPMSolverMultistepScheduler, SDE | {"solver_type": "heun"}, True),
}
TWO_STAGE: dict[str, type[Any]] = {"Heun": HeunDiscreteScheduler, "DPM2": KDPM2DiscreteScheduler}


@pytest.mark.parametrize("sampler", ONE_STAGE)
def test_it_is_the_method_of_diffusers(sampler: str) -> None:
    kind, options, is_scaled = ONE_STAGE[sampler]
    theirs, levels = walk_with_scheduler(kind(**BETAS, **options), 8, is_scaled=is_scaled)
    ours = walk_ours(sampler, [*levels, 0.0])
    assert (ours - theirs).abs().max() < 1e-4


@pytest.mark.parametrize("sampler", TWO_STAGE)
def test_two_stage_methods_are_those_of_diffusers(sampler: str) -> None:
    scheduler = TWO_STAGE[sampler](**BETAS)
    scheduler.set_timesteps(8)
    levels = [float(level) for level in scheduler.sigmas[:-1]]
    whole = [levels[0], *levels[1::2]] if sampler == "Heun" else list(dict.fromkeys(level for level in levels if level))
    x = torch.randn((1, *SHAPE), generator=torch.Generator().manual_seed(3)) * whole[0]
    for timestep in scheduler.timesteps:
        level = _find_stage_level(scheduler, timestep)
        noise = (x - guess_bent(x, level)) / level
        x = scheduler.step(noise, timestep, x).prev_sample
    assert (walk_ours(sampler, [*whole, 0.0]) - x).abs().max() < 1e-4


def _find_stage_level(scheduler: Any, timestep: Tensor) -> float:
    """The noise at which a two-stage scheduler asks the model next: a whole level, or one between two levels."""
    if scheduler.step_index is None:
        scheduler._init_step_index(timestep)
    is_between = hasattr(scheduler, "sigmas_interpol") and not scheduler.state_in_first_order
    levels = scheduler.sigmas_interpol if is_between else scheduler.sigmas
    return float(levels[scheduler.step_index])


@pytest.mark.parametrize(("order", "variant"), [(2, "bh2"), (3, "bh1"), (3, "bh2")])
def test_unipc_is_that_of_diffusers(order: int, variant: Literal["bh1", "bh2"]) -> None:
    scheduler = UniPCMultistepScheduler(**BETAS, solver_order=order, solver_type=variant, final_sigmas_type="sigma_min")
    theirs, levels = walk_with_scheduler(scheduler, 8, is_scaled=True)
    end = float(scheduler.sigmas[-1])
    walk, noise = open_walk(guess_bent)
    ours = walk_unipc(noise * levels[0], [*levels, end], walk, order=order, variant=variant)
    assert (ours / math.sqrt(end**2 + 1) - theirs).abs().max() < 1e-4


def test_deis_is_that_of_diffusers() -> None:
    """Theirs takes a last short step to the least noise; ours stops before it and takes the last guess."""
    scheduler = DEISMultistepScheduler(**BETAS, solver_order=3)
    theirs, levels = walk_with_scheduler(scheduler, 8, is_scaled=True)
    end = float(scheduler.sigmas[-1])
    ours = walk_ours("DEIS", [*levels, end])
    assert (ours / math.sqrt(end**2 + 1) - theirs).abs().max() < 1e-4


def test_deis_weights_of_one_slope_are_eulers() -> None:
    assert weigh_slopes_in_log((5.0, 3.0), 0, 1) == [pytest.approx(-2.0)]


def test_tcd_is_that_of_diffusers() -> None:
    """Theirs ends at the least noise that the model knows; ours takes the last guess instead."""
    theirs, levels = walk_with_scheduler(TCDScheduler(**BETAS, clip_sample=False), 4, is_scaled=True)
    assert levels == pytest.approx(build_sigmas("few_step", 4, TABLE, "sd15")[:-1], rel=1e-4)
    ours = walk_ours("TCD", [*levels, TABLE.least])
    assert (ours / math.sqrt(TABLE.least**2 + 1) - theirs).abs().max() < 1e-4


def test_lcm_is_that_of_diffusers() -> None:
    theirs, levels = walk_with_scheduler(LCMScheduler(**BETAS, clip_sample=False), 4, is_scaled=True)
    assert levels == pytest.approx(build_sigmas("few_step", 4, TABLE, "sd15")[:-1], rel=1e-4)
    assert (walk_ours("LCM", [*levels, 0.0]) - theirs).abs().max() < 2e-3


DETERMINISTIC = {"Euler": 0.1, "LMS": 0.02, "Heun": 0.01, "DPM2": 0.01, "DPM++ 2M": 0.01, "UniPC": 0.005, "DEIS": 0.01}


@pytest.mark.parametrize(("sampler", "error"), DETERMINISTIC.items())
def test_many_steps_come_to_the_exact_solution(sampler: str, error: float) -> None:
    sigmas = build_sigmas("karras", 40, TABLE, "sd15")
    walk, noise = open_walk(guess_gaussian)
    start = noise * sigmas[0]
    exact = start * SPREAD / math.sqrt(SPREAD**2 + sigmas[0] ** 2)
    ours = SAMPLE_FUNCTIONS[sampler](start, sigmas, walk)
    assert (ours - exact).abs().max() < error


@pytest.mark.parametrize(
    "sampler", sorted({"Euler a", "DPM2 a"} | {name for name in SAMPLE_FUNCTIONS if "SDE" in name or "2S" in name})
)
def test_random_ones_keep_the_pictures_spread(sampler: str) -> None:
    sigmas = build_sigmas("karras", 40, TABLE, "sd15")
    noise = NoiseSource(range(16), SHAPE, torch.device("cpu"))
    walk = Walk(lambda noisy, sigma, step: guess_gaussian(noisy, sigma), noise.draw, lambda step, guess: None, TABLE)
    made = SAMPLE_FUNCTIONS[sampler](noise.draw() * sigmas[0], sigmas, walk)
    assert float(made.std()) == pytest.approx(SPREAD, rel=0.1)
    assert float(made.mean()) == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize(
    "choice", [choice for choice in SAMPLERS if not choice.is_alone], ids=lambda choice: choice.name
)
def test_it_calls_the_model_as_often_as_it_says(choice: Any) -> None:
    calls: list[float] = []
    walk, noise = open_walk(guess_bent, calls)
    sigmas = build_sigmas(choice.automatic, 6, TABLE, "sd15", skips_next_to_last=choice.skips_next_to_last)
    SAMPLE_FUNCTIONS[choice.name](noise * sigmas[0], sigmas, walk)
    # PLMS has nothing to look back on at first, and asks once more.
    first = 1 if choice.name == "PLMS" else 0
    assert len(calls) == 6 * choice.evaluations - (choice.evaluations - 1) + first


@pytest.mark.parametrize("sampler", SAMPLE_FUNCTIONS)
def test_every_step_is_followed_once(sampler: str) -> None:
    followed: list[int] = []
    walk, noise = open_walk(guess_bent)
    walk = Walk(walk.denoise, walk.draw_noise, lambda step, guess: followed.append(step), TABLE)
    SAMPLE_FUNCTIONS[sampler](noise, (5.0, 2.0, 0.5, 0.0), walk)
    assert followed == [0, 1, 2]


def test_every_named_sampler_has_its_function() -> None:
    assert {choice.name for choice in SAMPLERS} == set(SAMPLE_FUNCTIONS)


def test_an_ancestral_step_loses_no_noise() -> None:
    down, up = split_step(5.0, 3.0)
    assert math.hypot(down, up) == pytest.approx(3.0)
    assert split_step(5.0, 0.0) == (0.0, 0.0)


def test_lms_weights_of_one_slope_are_eulers() -> None:
    assert weigh_slope((5.0, 3.0), 0, 0, 1) == pytest.approx(-2.0)
    weights = [weigh_slope((9.0, 7.0, 5.0, 3.0), 2, back, 3) for back in range(3)]
    # Adams-Bashforth on even steps of -2: 23/12, -16/12, 5/12.
    assert weights == pytest.approx([-2 * 23 / 12, 2 * 16 / 12, -2 * 5 / 12])


def test_noise_belongs_to_its_seed() -> None:
    device = torch.device("cpu")
    both = NoiseSource((1, 2), SHAPE, device)
    alone = NoiseSource((2,), SHAPE, device)
    for _ in range(2):
        assert torch.equal(both.draw()[1], alone.draw()[0])
