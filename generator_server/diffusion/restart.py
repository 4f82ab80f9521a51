"""Restart sampling (Xu et al. 2023): near the end the picture is noised again, and part of the way is walked anew."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from torch import Tensor

from generator_server.diffusion.schedules import space_karras
from generator_server.diffusion.walk import Walk, add_noise, move_by_heun

# From which noise to which it is noised again, and the steps in all from which on that is worth its while.
RESTART_SIGMA, RESTART_TO_SIGMA = 0.1, 2.0
LEAST_STEPS, LEAST_STEPS_FOR_TWO = 20, 36
STEPS_OF_ONE = 9


def sample_restart(x: Tensor, sigmas: Sequence[float], walk: Walk) -> Tensor:
    """Heun's method along `plan_moves`, with fresh noise wherever a move begins above the end of the one before."""
    reached = sigmas[0]
    for step, (sigma, following) in enumerate(plan_moves(sigmas)):
        if sigma > reached:
            x = add_noise(x, math.sqrt(sigma**2 - reached**2), walk)
        guess = walk.denoise(x, sigma, step)
        x = move_by_heun(x, guess, sigma, following, step, walk)
        reached = following
        walk.follow(step, guess)
    return x


def plan_moves(sigmas: Sequence[float]) -> list[tuple[float, float]]:
    """The noise levels at both ends of every move: as many moves as `sigmas` has steps, restarts included.

    From 20 steps on there is one restart of 9 moves, from 36 on there are two, each of a quarter of the steps; the
    rest of the way is Karras' schedule. Fewer steps, or a photograph with less noise than that, are walked plainly.
    """
    steps = len(sigmas) - 1
    if steps < LEAST_STEPS:
        return list(pairwise(sigmas))
    times = 2 if steps >= LEAST_STEPS_FOR_TWO else 1
    moves = steps // 4 if times == 2 else STEPS_OF_ONE
    main = [*(float(level) for level in space_karras(steps - moves * times, sigmas[-2], sigmas[0])), 0.0]
    low, high = _find_nearest(main, RESTART_SIGMA), _find_nearest(main, RESTART_TO_SIGMA)
    if high >= low:
        return list(pairwise(sigmas))
    between = [float(level) for level in space_karras(moves + 1, main[low], main[high])[1:-1]]
    again = [main[high], *between, main[low]]
    return [*pairwise(main[: low + 1]), *(list(pairwise(again)) * times), *pairwise(main[low:])]


def _find_nearest(levels: Sequence[float], wanted: float) -> int:
    return min(range(len(levels)), key=lambda place: abs(levels[place] - wanted))
