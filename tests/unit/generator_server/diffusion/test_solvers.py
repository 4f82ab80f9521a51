"""Samplers with orders, restarts and steps of their own, against other implementations and exact solutions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from diffusers import DDIMScheduler, DPMSolverMultistepScheduler, PNDMScheduler
from torch import Tensor

from generator_server.diffusion.dpm_solver import share_out_calls
from generator_server.diffusion.failures import BrokenPictureError
from generator_server.diffusion.restart import plan_moves
from generator_server.diffusion.sampler_names import DDIM_OWN
from generator_server.diffusion.samplers import SAMPLE_FUNCTIONS
from generator_server.diffusion.schedules import build_sigmas
from generator_server.diffusion.walk import NoiseSource, Walk, stir
from generator_server.engines import Churn
from tests.unit.generator_server.diffusion.test_samplers import (
    BETAS,
    SHAPE,
    SPREAD,
    TABLE,
    guess_bent,
    guess_gaussian,
    open_walk,
    walk_with_scheduler,
)

# diffusers' schedulers hand torch tensors to NumPy functions, which NumPy 2 warns about.
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:__array_wrap__ must accept:DeprecationWarning"),
]
UNIFORM = build_sigmas("uniform", 20, TABLE, "sd15")


def walk(sampler: str, sigmas: Sequence[float], *, eta: float = 0.0, churn: Churn | None = None) -> Tensor:
    """What a sampler makes of `guess_bent`."""
    opened, noise = open_walk(guess_bent)
    opened = replace(opened, eta=eta, churn=churn or opened.churn)
    return SAMPLE_FUNCTIONS[sampler](noise * sigmas[0], sigmas, opened)


def measure_gaussian_error(sampler: str, sigmas: Sequence[float]) -> float:
    """How far a walk without fresh noise ends from the exact solution at the model's least noise."""
    opened, noise = open_walk(guess_gaussian)
    start = noise * sigmas[0]
    factors = [math.sqrt(SPREAD**2 + sigma**2) for sigma in (TABLE.least, sigmas[0])]
    made = SAMPLE_FUNCTIONS[sampler](start, sigmas, replace(opened, eta=0.0))
    return float((made - start * factors[0] / factors[1]).abs().max())


def test_dpmpp_3m_without_noise_is_that_of_diffusers() -> None:
    scheduler = DPMSolverMultistepScheduler(
        **BETAS, solver_order=3, final_sigmas_type="sigma_min", lower_order_final=False
    )
    theirs, levels = walk_with_scheduler(scheduler, 8, is_scaled=True)
    end = float(scheduler.sigmas[-1])
    assert (walk("DPM++ 3M SDE", [*levels, end]) / math.sqrt(end**2 + 1) - theirs).abs().max() < 1e-4


def test_dpmpp_3m_comes_to_the_exact_solution() -> None:
    sigmas = build_sigmas("exponential", 40, TABLE, "sd15")
    opened, noise = open_walk(guess_gaussian)
    start = noise * sigmas[0]
    made = SAMPLE_FUNCTIONS["DPM++ 3M SDE"](start, sigmas, replace(opened, eta=0.0))
    assert (made - start * SPREAD / math.sqrt(SPREAD**2 + sigmas[0] ** 2)).abs().max() < 0.01


@pytest.mark.parametrize(
    ("random", "plain"), [("Euler a", "Euler"), ("DPM2 a", "DPM2"), ("DPM++ 2M SDE", "DPM++ 2M"), ("DDIM", "Euler")]
)
def test_without_eta_a_random_one_is_its_plain_brother(random: str, plain: str) -> None:
    assert (walk(random, UNIFORM) - walk(plain, UNIFORM)).abs().max() < 1e-4
    assert (walk(random, UNIFORM, eta=0.5) - walk(plain, UNIFORM)).abs().max() > 0.01


@pytest.mark.parametrize("eta", [0.0, 0.4, 1.0])
def test_ddim_with_eta_is_that_of_diffusers(eta: float) -> None:
    scheduler = DDIMScheduler(**BETAS, clip_sample=False, set_alpha_to_one=False, steps_offset=1)
    scheduler.set_timesteps(10)
    sigmas = build_sigmas(DDIM_OWN, 10, TABLE, "sd15")
    # Theirs ends at the first entry of the table, as ours.
    generator = torch.Generator().manual_seed(3)
    x = torch.randn((1, *SHAPE), generator=generator) * sigmas[0] / math.sqrt(sigmas[0] ** 2 + 1)
    for timestep, sigma in zip(scheduler.timesteps, sigmas, strict=False):
        plain = x * math.sqrt(sigma**2 + 1)
        noise = (plain - guess_bent(plain, sigma)) / sigma
        x = scheduler.step(noise, timestep, x, eta=eta, generator=generator).prev_sample
    assert (walk("DDIM", sigmas, eta=eta) / math.sqrt(sigmas[-1] ** 2 + 1) - x).abs().max() < 1e-4


def test_plms_is_that_of_diffusers() -> None:
    """Theirs counts the first step as two, since it asks the model twice."""
    scheduler = PNDMScheduler(**BETAS, skip_prk_steps=True, steps_offset=1)
    scheduler.set_timesteps(10)
    sigmas = build_sigmas(DDIM_OWN, 10, TABLE, "sd15")
    x = torch.randn((1, *SHAPE), generator=torch.Generator().manual_seed(3)) * sigmas[0]
    x = x / math.sqrt(sigmas[0] ** 2 + 1)
    assert len(scheduler.timesteps) == 11
    for timestep, sigma in zip(scheduler.timesteps, [sigmas[0], *sigmas[1:2], *sigmas[1:]], strict=False):
        plain = x * math.sqrt(sigma**2 + 1)
        x = scheduler.step((plain - guess_bent(plain, sigma)) / sigma, timestep, x).prev_sample
    assert (walk("PLMS", sigmas) / math.sqrt(sigmas[-1] ** 2 + 1) - x).abs().max() < 1e-4


def test_cfgpp_gives_back_the_noise_of_the_unguided_guess() -> None:
    """The paper's step, on the model's own scale: sqrt(a) guided guess + sqrt(1 - a) unguided noise."""
    sigmas = build_sigmas(DDIM_OWN, 6, TABLE, "sd15")
    opened, noise = open_walk(guess_bent)
    opened = replace(
        opened, eta=0.0, denoise_apart=lambda x, sigma, step: (guess_bent(x, sigma), guess_gaussian(x, sigma))
    )
    ours = SAMPLE_FUNCTIONS["DDIM CFG++"](noise * sigmas[0], sigmas, opened)
    x = noise * sigmas[0] / math.sqrt(sigmas[0] ** 2 + 1)
    for sigma, following in pairwise(sigmas):
        plain = x * math.sqrt(sigma**2 + 1)
        unguided = (plain - guess_gaussian(plain, sigma)) / sigma
        kept = 1 / (following**2 + 1)
        x = math.sqrt(kept) * guess_bent(plain, sigma) + math.sqrt(1 - kept) * unguided
    assert (ours / math.sqrt(sigmas[-1] ** 2 + 1) - x).abs().max() < 1e-5
    assert (ours - walk("DDIM", sigmas)).abs().max() > 0.1


def test_dpm_fast_calls_the_model_once_a_step_and_errs_by_its_third_power() -> None:
    assert [share_out_calls(calls) for calls in (1, 2, 3, 7, 9)] == [[1], [2], [2, 1], [3, 3, 1], [3, 3, 2, 1]]
    errors = [
        measure_gaussian_error("DPM fast", build_sigmas("uniform", steps, TABLE, "sd15")) for steps in (23, 47, 95)
    ]
    assert all(6 < before / after < 13 for before, after in pairwise(errors))


def test_dpm_adaptive_is_right_whatever_number_of_steps_is_asked() -> None:
    errors = {measure_gaussian_error("DPM adaptive", build_sigmas("uniform", steps, TABLE, "sd15")) for steps in (2, 9)}
    assert len(errors) == 1
    assert errors.pop() < 0.05


def guess_one_of_two(noisy: Tensor, sigma: float) -> Tensor:
    """The perfect guess when every value of a picture is -1 or 1: undecided for long, then decided at once."""
    return torch.tanh(noisy / sigma**2)


def test_dpm_adaptive_takes_longer_steps_where_the_way_is_straight() -> None:
    calls: dict[str, list[float]] = {"straight": [], "bent": []}
    for name, guess in (("straight", guess_gaussian), ("bent", guess_one_of_two)):
        opened, noise = open_walk(guess, calls[name])
        SAMPLE_FUNCTIONS["DPM adaptive"](noise * UNIFORM[0], UNIFORM, replace(opened, eta=0.0))
    assert len(calls["straight"]) < len(calls["bent"])
    assert min(calls["bent"]) > TABLE.least


def test_dpm_adaptive_ends_when_the_models_numbers_run_away() -> None:
    opened, noise = open_walk(lambda noisy, sigma: noisy * math.nan)
    with pytest.raises(BrokenPictureError):
        SAMPLE_FUNCTIONS["DPM adaptive"](noise * UNIFORM[0], UNIFORM, opened)


@pytest.mark.parametrize("sampler", ["DPM fast", "DPM adaptive"])
def test_hardly_any_noise_is_no_trouble_for_solvers_in_logarithmic_time(sampler: str) -> None:
    assert walk(sampler, (TABLE.least, 0.0)).abs().max() <= 0.8


@pytest.mark.parametrize("sampler", ["DPM fast", "DPM adaptive", "Restart", "DDIM", "DDIM CFG++"])
def test_fresh_noise_keeps_the_pictures_spread(sampler: str) -> None:
    noise = NoiseSource(range(16), SHAPE, torch.device("cpu"))
    opened = Walk(lambda x, sigma, step: guess_gaussian(x, sigma), noise.draw, lambda step, guess: None, TABLE)
    sigmas = build_sigmas("karras", 40, TABLE, "sd15")
    made = SAMPLE_FUNCTIONS[sampler](noise.draw() * sigmas[0], sigmas, opened)
    assert float(made.std()) == pytest.approx(SPREAD, rel=0.1)
    assert float(made.mean()) == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize("steps", [1, 19, 20, 35, 36, 50, 150])
def test_restarts_are_among_the_steps_that_were_asked(steps: int) -> None:
    moves = plan_moves(build_sigmas("karras", steps, TABLE, "sd15"))
    assert len(moves) == steps
    assert all(sigma > following for sigma, following in moves)
    jumps = [(end, start) for (_, end), (start, _) in pairwise(moves) if start > end]
    assert len(jumps) == (0 if steps < 20 else 1 if steps < 36 else 2)
    assert all(0.05 < low < 0.2 and 1.5 < high < 2.6 for low, high in jumps)
    assert (moves[0][0], moves[-1][1]) == (pytest.approx(TABLE.largest), 0.0)


def test_a_photograph_with_little_noise_is_not_restarted() -> None:
    sigmas = (*(0.1 - 0.003 * step for step in range(25)), 0.0)
    assert plan_moves(sigmas) == list(pairwise(sigmas))


def test_churn_raises_the_noise_by_what_was_asked_and_no_more() -> None:
    opened, _ = open_walk(guess_bent)
    still = torch.zeros(16, *SHAPE)
    for amount, factor in ((2.0, 1.2), (50.0, math.sqrt(2))):
        asked = replace(opened, churn=Churn(amount, 1.0, 5.0))
        stirred, level = stir(still, 3.0, 10, asked)
        assert level == pytest.approx(3.0 * factor)
        assert float(stirred.std()) == pytest.approx(3.0 * math.sqrt(factor**2 - 1), rel=0.05)
        assert [stir(still, sigma, 10, asked) for sigma in (0.9, 5.1)] == [(still, 0.9), (still, 5.1)]


@pytest.mark.parametrize("sampler", ["Euler", "Heun", "DPM2"])
def test_stirred_samplers_keep_the_pictures_spread(sampler: str) -> None:
    noise = NoiseSource(range(16), SHAPE, torch.device("cpu"))
    opened = Walk(
        lambda x, sigma, step: guess_gaussian(x, sigma), noise.draw, lambda step, guess: None, TABLE, churn=Churn(4.0)
    )
    sigmas = build_sigmas("karras", 40, TABLE, "sd15")
    made = SAMPLE_FUNCTIONS[sampler](noise.draw() * sigmas[0], sigmas, opened)
    assert float(made.std()) == pytest.approx(SPREAD, rel=0.1)
    assert (walk(sampler, UNIFORM, churn=Churn(20.0)) - walk(sampler, UNIFORM)).abs().max() > 0.01
