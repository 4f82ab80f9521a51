"""Noise levels of every schedule, and names of samplers and schedules as clients send them."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from generator_server.diffusion.failures import ModelFileError, SamplerNotFoundError
from generator_server.diffusion.sampler_names import DDIM_OWN, FEW_STEP, SAMPLERS, SCHEDULES, find_plan
from generator_server.diffusion.schedules import build_sigmas, build_table

BETAS = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
TABLE = build_table(BETAS)
NAMES = [schedule.name for schedule in SCHEDULES if schedule.name != "automatic"] + [DDIM_OWN, FEW_STEP]


@pytest.mark.parametrize("schedule", NAMES)
@pytest.mark.parametrize("steps", [1, 2, 7, 20, 150])
def test_every_schedule_falls_strictly_inside_the_models_noise(schedule: str, steps: int) -> None:
    sigmas = build_sigmas(schedule, steps, TABLE, "sd15")
    assert len(sigmas) == steps + 1
    assert all(left > right for left, right in pairwise(sigmas))
    assert sigmas[0] <= TABLE.largest + 1e-3
    assert sigmas[-2] >= 0.029 - 1e-4
    assert sigmas[-1] == (pytest.approx(TABLE.least) if schedule == DDIM_OWN else 0.0)


def test_karras_is_the_papers_formula() -> None:
    sigmas = build_sigmas("karras", 3, TABLE, "sd15")
    middle = ((TABLE.largest ** (1 / 7) + TABLE.least ** (1 / 7)) / 2) ** 7
    assert sigmas == pytest.approx((TABLE.largest, middle, TABLE.least, 0.0))


def test_exponential_halves_evenly() -> None:
    sigmas = build_sigmas("exponential", 5, TABLE, "sd15")
    ratios = [right / left for left, right in pairwise(sigmas[:5])]
    assert ratios == pytest.approx([ratios[0]] * 4)


def test_uniform_ones_space_timesteps_evenly() -> None:
    for name, expected in (("uniform", [999, 666, 333, 0]), ("sgm_uniform", [999, 749.25, 499.5, 249.75])):
        sigmas = build_sigmas(name, 4, TABLE, "sd15")[:-1]
        assert [TABLE.to_timestep(sigma) for sigma in sigmas] == pytest.approx(expected, abs=1e-6)


def test_ddims_own_schedule_starts_one_stride_below_the_end() -> None:
    sigmas = build_sigmas(DDIM_OWN, 10, TABLE, "sd15")[:-1]
    assert [round(TABLE.to_timestep(sigma)) for sigma in sigmas] == list(range(901, 0, -100))


def test_few_step_models_get_the_timesteps_of_their_training() -> None:
    sigmas = build_sigmas(FEW_STEP, 4, TABLE, "sd15")[:-1]
    assert [round(TABLE.to_timestep(sigma)) for sigma in sigmas] == [999, 759, 499, 259]


def test_align_your_steps_is_the_published_list() -> None:
    for family, second in (("sd15", 6.475), ("sdxl", 6.315)):
        sigmas = build_sigmas("align_your_steps", 11, TABLE, family)  # type: ignore[arg-type]
        assert (sigmas[0], sigmas[1], sigmas[10], sigmas[11]) == pytest.approx((14.615, second, 0.029, 0.0))


def test_kl_optimal_spaces_arc_tangents() -> None:
    angles = [math.atan(sigma) for sigma in build_sigmas("kl_optimal", 6, TABLE, "sd15")[:-1]]
    assert np.diff(angles) == pytest.approx([angles[1] - angles[0]] * 5)


def test_beta_is_dense_at_both_ends() -> None:
    gaps = -np.diff(build_sigmas("beta", 9, TABLE, "sd15")[:-1])
    assert gaps[0] < gaps[4]
    assert gaps[-1] < gaps[4]


def test_leaving_out_the_next_to_last_level_keeps_the_number_of_steps() -> None:
    whole = build_sigmas("karras", 11, TABLE, "sd15")
    assert build_sigmas("karras", 10, TABLE, "sd15", skips_next_to_last=True) == (*whole[:10], 0.0)


def test_timesteps_and_sigmas_are_each_others_inverse() -> None:
    for timestep in (0.0, 0.4, 333.3, 999.0):
        assert TABLE.to_timestep(float(TABLE.to_sigmas(np.array([timestep]))[0])) == pytest.approx(timestep, abs=1e-6)


def test_a_linear_table_is_known_and_others_are_refused() -> None:
    assert build_table({"beta_schedule": "linear"}).largest > 100
    with pytest.raises(ModelFileError, match="squaredcos"):
        build_table({"beta_schedule": "squaredcos_cap_v2"})
    with pytest.raises(ModelFileError, match="zero_snr"):
        build_table(BETAS | {"rescale_betas_zero_snr": True})


@pytest.mark.parametrize(
    ("sampler", "schedule", "expected"),
    [
        ("Euler a", "automatic", ("Euler a", "uniform")),
        ("euler A", "Karras", ("Euler a", "karras")),
        ("k_euler_ancestral", "", ("Euler a", "uniform")),
        ("DPM++ 2M", "automatic", ("DPM++ 2M", "karras")),
        ("DPM++ 2M Karras", "automatic", ("DPM++ 2M", "karras")),
        ("DPM++ 2M SDE Exponential", "Automatic", ("DPM++ 2M SDE", "exponential")),
        ("DPM++ 2M Karras", "sgm_uniform", ("DPM++ 2M", "sgm_uniform")),
        ("DPM++  2M  SDE Heun", "SGM Uniform", ("DPM++ 2M SDE Heun", "sgm_uniform")),
        ("DDIM", "automatic", ("DDIM", DDIM_OWN)),
        ("LCM", "automatic", ("LCM", FEW_STEP)),
        ("k_dpmpp_3m_sde", "automatic", ("DPM++ 3M SDE", "exponential")),
        ("k_dpm_fast", "automatic", ("DPM fast", "uniform")),
        ("k_dpm_ad", "automatic", ("DPM adaptive", "uniform")),
        ("restart", "automatic", ("Restart", "karras")),
        ("plms", "automatic", ("PLMS", DDIM_OWN)),
        ("ddim_cfgpp", "automatic", ("DDIM CFG++", DDIM_OWN)),
        ("", "", ("DPM++ 2M", "karras")),
    ],
)
def test_names_are_understood_as_clients_send_them(sampler: str, schedule: str, expected: tuple[str, str]) -> None:
    plan = find_plan(sampler, schedule)
    assert (plan.choice.name, plan.schedule) == expected


@pytest.mark.parametrize(
    ("sampler", "schedule"),
    [("PLMS 2", "automatic"), ("Euler", "fancy"), ("Karras", "automatic"), ("Euler Fancy", ""), ("Euler", "few_step")],
)
def test_unknown_names_are_not_found(sampler: str, schedule: str) -> None:
    with pytest.raises(SamplerNotFoundError) as caught:
        find_plan(sampler, schedule)
    assert caught.value.status == 404
    assert caught.value.public_message("en").startswith("Sampler not found")


def test_names_are_told_apart() -> None:
    names = [name.lower() for choice in SAMPLERS for name in (choice.name, *choice.sampler.aliases)]
    assert len(set(names)) == len(names)
    assert len({schedule.name for schedule in SCHEDULES}) == 12
