"""Samplers that go from each noise level to the next with what they know of the last guesses.

All work on x = picture + sigma * noise (the variance-exploding form of Karras et al. 2022). `sigmas` fall; a step to
0 takes the guess as it is. Ancestral ones (`a`) go further down than asked and add fresh noise. Euler, Heun and DPM2
can also be stirred: fresh noise is added before their steps.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from torch import Tensor

from generator_server.diffusion.dpm_solver import sample_dpm_adaptive, sample_dpm_fast
from generator_server.diffusion.multistep import sample_deis, sample_lms, sample_plms, sample_unipc
from generator_server.diffusion.restart import sample_restart
from generator_server.diffusion.stochastic import (
    sample_dpmpp_2m_sde,
    sample_dpmpp_2m_sde_heun,
    sample_dpmpp_3m_sde,
    sample_dpmpp_sde,
    sample_lcm,
    sample_tcd,
)
from generator_server.diffusion.walk import SampleFunction, Walk, add_noise, move, move_by_heun, split_step, stir


def sample_euler(x: Tensor, sigmas: Sequence[float], walk: Walk) -> Tensor:
    """Euler's method."""
    for step, (level, following) in enumerate(pairwise(sigmas)):
        x, sigma = stir(x, level, len(sigmas) - 1, walk)
        guess = walk.denoise(x, sigma, step)
        x = move(x, guess, sigma, following)
        walk.follow(step, guess)
    return x


def sample_euler_a(x: Tensor, sigmas: Sequence[float], walk: Walk) -> Tensor:
    """Euler's method with fresh noise after every step; on DDIM's own schedule it is DDIM (Song et al. 2021)."""
    for step, (sigma, following) in enumerate(pairwise(sigmas)):
        guess = walk.denoise(x, sigma, step)
        down, up = split_step(sigma, following, walk.eta)
        x = move(x, guess, sigma, down)
        x = add_noise(x, up, walk)
        walk.follow(step, guess)
    return x


def sample_ddim_cfgpp(x: Tensor, sigmas: Sequence[float], walk: Walk) -> Tensor:
    """DDIM with CFG++ (Chung et al. 2024): the guided picture gets back the noise that the unguided guess sees."""
    for step, (sigma, following) in enumerate(pairwise(sigmas)):
        guess, unguided = walk.guess_apart(x, sigma, step)
        down, up = split_step(sigma, following, walk.eta)
        x = guess + (x - unguided) * (down / sigma)
        x = add_noise(x, up, walk)
        walk.follow(step, guess)
    return x


def sample_heun(x: Tensor, sigmas: Sequence[float], walk: Walk) -> Tensor:
    """Heun's method (Karras et al. 2022, algorithm 2)."""
    for step, (level, following) in enumerate(pairwise(sigmas)):
        x, sigma = stir(x, level, len(sigmas) - 1, walk)
        guess = walk.denoise(x, sigma, step)
        x = move_by_heun(x, guess, sigma, following, step, walk)
        walk.follow(step, guess)
    return x


def sample_dpm2(x: Tensor, sigmas: Sequence[float], walk: Walk) -> Tensor:
    """DPM-Solver-2 (Lu et al. 2022): the slope is taken halfway, on the logarithmic scale."""
    for step, (level, following) in enumerate(pairwise(sigmas)):
        x, sigma = stir(x, level, len(sigmas) - 1, walk)
        guess = walk.denoise(x, sigma, step)
        x = _move_by_midpoint(x, guess, sigma, following, step, walk)
        walk.follow(step, guess)
    return x


def sample_dpm2_a(x: Tensor, sigmas: Sequence[float], walk: Walk) -> Tensor:
    """DPM-Solver-2 with fresh noise after every step but the last."""
    for step, (sigma, following) in enumerate(pairwise(sigmas)):
        guess = walk.denoise(x, sigma, step)
        down, up = split_step(sigma, following, walk.eta)
        x = _move_by_midpoint(x, guess, sigma, down, step, walk)
        x = add_noise(x, up, walk)
        walk.follow(step, guess)
    return x


def _move_by_midpoint(x: Tensor, guess: Tensor, sigma: float, following: float, step: int, walk: Walk) -> Tensor:
    if following == 0:
        return guess
    middle = math.sqrt(sigma * following)
    halfway = move(x, guess, sigma, middle)
    slope = (halfway - walk.denoise(halfway, middle, step)) / middle
    return x + slope * (following - sigma)


def sample_dpmpp_2s_a(x: Tensor, sigmas: Sequence[float], walk: Walk) -> Tensor:
    """DPM-Solver++(2S) (Lu et al. 2022b) with fresh noise after every step but the last."""
    for step, (sigma, following) in enumerate(pairwise(sigmas)):
        guess = walk.denoise(x, sigma, step)
        down, up = split_step(sigma, following, walk.eta)
        better = guess
        if down > 0:
            middle = math.sqrt(sigma * down)
            better = walk.denoise(move(x, guess, sigma, middle), middle, step)
        x = add_noise(move(x, better, sigma, down), up, walk)
        walk.follow(step, guess)
    return x


def sample_dpmpp_2m(x: Tensor, sigmas: Sequence[float], walk: Walk) -> Tensor:
    """DPM-Solver++(2M) (Lu et al. 2022b): two guesses are carried on to the next level."""
    earlier: Tensor | None = None
    for step, (sigma, following) in enumerate(pairwise(sigmas)):
        guess = walk.denoise(x, sigma, step)
        target = guess
        if earlier is not None and following > 0:
            ratio = math.log(sigmas[step - 1] / sigma) / math.log(sigma / following)
            target = guess + (guess - earlier) / (2 * ratio)
        x = move(x, target, sigma, following)
        earlier = guess
        walk.follow(step, guess)
    return x


SAMPLE_FUNCTIONS: Mapping[str, SampleFunction] = {
    "DPM++ 2M": sample_dpmpp_2m,
    "DPM++ SDE": sample_dpmpp_sde,
    "DPM++ 2M SDE": sample_dpmpp_2m_sde,
    "DPM++ 2M SDE Heun": sample_dpmpp_2m_sde_heun,
    "DPM++ 3M SDE": sample_dpmpp_3m_sde,
    "DPM++ 2S a": sample_dpmpp_2s_a,
    "Euler a": sample_euler_a,
    "Euler": sample_euler,
    "LMS": sample_lms,
    "Heun": sample_heun,
    "DPM2": sample_dpm2,
    "DPM2 a": sample_dpm2_a,
    "DPM fast": sample_dpm_fast,
    "DPM adaptive": sample_dpm_adaptive,
    "Restart": sample_restart,
    "DEIS": sample_deis,
    "DDIM": sample_euler_a,
    "DDIM CFG++": sample_ddim_cfgpp,
    "PLMS": sample_plms,
    "UniPC": sample_unipc,
    "LCM": sample_lcm,
    "TCD": sample_tcd,
}
