"""Samplers that solve the stochastic equation, and those of few-step models: fresh noise belongs to their steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from torch import Tensor

from generator_server.diffusion.walk import Walk, add_noise, move, split_step

# Zheng et al. 2024 (trajectory consistency): how much of each step is noise, their recommended value.
TCD_GAMMA = 0.3


def sample_dpmpp_sde(x: Tensor, sigmas: Sequence[float], walk: Walk) -> Tensor:
    """SDE-DPM-Solver++ in two stages per step (Lu et al. 2022b).

    Both stages see one Brownian path: the noise of the whole step holds the noise up to its middle.
    """
    for step, (sigma, following) in enumerate(pairwise(sigmas)):
        guess = walk.denoise(x, sigma, step)
        if following == 0:
            x = guess
        else:
            middle = math.sqrt(sigma * following)
            early, late = walk.draw_noise(), walk.draw_noise()
            down, up = split_step(sigma, middle, walk.eta)
            better = walk.denoise(move(x, guess, sigma, down) + early * (up * walk.noise_factor), middle, step)
            share = (sigma - middle) / (sigma - following)
            noise = early * math.sqrt(share) + late * math.sqrt(1 - share)
            down, up = split_step(sigma, following, walk.eta)
            x = move(x, better, sigma, down) + noise * (up * walk.noise_factor)
        walk.follow(step, guess)
    return x


def sample_dpmpp_2m_sde(x: Tensor, sigmas: Sequence[float], walk: Walk) -> Tensor:
    """SDE-DPM-Solver++(2M), midpoint form (Lu et al. 2022b)."""
    return _sample_2m_sde(x, sigmas, walk, is_heun=False)


def sample_dpmpp_2m_sde_heun(x: Tensor, sigmas: Sequence[float], walk: Walk) -> Tensor:
    """SDE-DPM-Solver++(2M), Heun's form."""
    return _sample_2m_sde(x, sigmas, walk, is_heun=True)


def _sample_2m_sde(x: Tensor, sigmas: Sequence[float], walk: Walk, *, is_heun: bool) -> Tensor:
    earlier: Tensor | None = None
    for step, (sigma, following) in enumerate(pairwise(sigmas)):
        guess = walk.denoise(x, sigma, step)
        if following == 0:
            x = guess
        else:
            length = math.log(sigma / following)
            x, gain = _drift(x, guess, sigma, following, walk.eta)
            if earlier is not None:
                ratio = math.log(sigmas[step - 1] / sigma) / length
                factor = 1 - gain / ((1 + walk.eta) * length) if is_heun else gain / 2
                x = x + (guess - earlier) * (factor / ratio)
            x = add_noise(x, _weigh_noise(sigma, following, walk.eta), walk)
        earlier = guess
        walk.follow(step, guess)
    return x


def _drift(x: Tensor, guess: Tensor, sigma: float, following: float, eta: float) -> tuple[Tensor, float]:
    """The equation's exact solution for a guess that stays as it is, without its noise; and the guess's share of it.

    At eta 1 half of the way is drift and half is noise; at 0 it is the deterministic equation.
    """
    length = math.log(sigma / following)
    gain = -math.expm1(-(1 + eta) * length)
    return x * math.exp(-(1 + eta) * length) + guess * gain, gain


def _weigh_noise(sigma: float, following: float, eta: float) -> float:
    """The standard deviation of the noise that a step of the equation brings with it."""
    return following * math.sqrt(-math.expm1(-2 * eta * math.log(sigma / following)))


def sample_dpmpp_3m_sde(x: Tensor, sigmas: Sequence[float], walk: Walk) -> Tensor:
    """SDE-DPM-Solver++(3M): three guesses are carried on as a polynomial in log(sigma) (Lu et al. 2022b)."""
    guesses: list[Tensor] = []
    for step, (sigma, following) in enumerate(pairwise(sigmas)):
        guess = walk.denoise(x, sigma, step)
        guesses = [guess, *guesses[:2]]
        if following == 0:
            x = guess
        else:
            x, _ = _drift(x, guess, sigma, following, walk.eta)
            x = x + _carry_on(guesses, sigmas, step, walk.eta)
            x = add_noise(x, _weigh_noise(sigma, following, walk.eta), walk)
        walk.follow(step, guess)
    return x


def _carry_on(guesses: Sequence[Tensor], sigmas: Sequence[float], step: int, eta: float) -> Tensor:
    """What the guesses' first and second differences add over a step; the newest guess comes first."""
    length = math.log(sigmas[step] / sigmas[step + 1])
    if len(guesses) == 1:
        return guesses[0] * 0
    newest = math.log(sigmas[step - 1] / sigmas[step]) / length
    slope = (guesses[0] - guesses[1]) / newest
    way = (1 + eta) * length
    first = math.expm1(-way) / way + 1
    if len(guesses) == 2:
        return slope * first
    before = math.log(sigmas[step - 2] / sigmas[step - 1]) / length
    bend = (slope - (guesses[1] - guesses[2]) / before) / (newest + before)
    # Half of what the second difference would weigh in a Taylor series, as the method was published and is used.
    return (slope + bend * newest) * first + bend * (0.5 - first / way)


def sample_lcm(x: Tensor, sigmas: Sequence[float], walk: Walk) -> Tensor:
    """Multistep consistency sampling (Luo et al. 2023): every guess is noised anew to the next level."""
    for step, (sigma, following) in enumerate(pairwise(sigmas)):
        guess = walk.denoise(x, sigma, step)
        x = add_noise(guess, following, walk)
        walk.follow(step, guess)
    return x


def sample_tcd(x: Tensor, sigmas: Sequence[float], walk: Walk) -> Tensor:
    """Strategic stochastic sampling (Zheng et al. 2024): down past the next level, then noised back up to it."""
    for step, (sigma, following) in enumerate(pairwise(sigmas)):
        guess = walk.denoise(x, sigma, step)
        down = _find_tcd_target(following, walk)
        x = move(x, guess, sigma, down)
        x = add_noise(x, math.sqrt(max(following**2 - down**2, 0.0)), walk)
        walk.follow(step, guess)
    return x


def _find_tcd_target(following: float, walk: Walk) -> float:
    if following == 0:
        return 0.0
    timestep = math.floor((1 - TCD_GAMMA) * walk.table.to_timestep(following))
    return min(float(walk.table.to_sigmas(np.array([float(timestep)]))[0]), following)
