"""DPM-Solver (Lu et al. 2022) in single steps of orders 1 to 3: with a fixed number of calls, or by the error.

Both stop at the model's least noise, whatever the schedule: the equation's logarithmic time has no end at 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import torch
from torch import Tensor

from generator_server.diffusion.failures import BrokenPictureError
from generator_server.diffusion.walk import Walk, add_noise, move, split_step

# The published bounds of the error, relative and absolute, and the first step in units of log(sigma).
RELATIVE_ERROR, ABSOLUTE_ERROR, FIRST_LENGTH = 0.05, 0.0078, 0.05
# A step is taken when its error would let the next one be at least this much of its length, or when it is very short.
LEAST_FACTOR, SHORTEST_LENGTH = 0.81, 0.01
# By which power of its length a step's error grows; fresh noise makes it grow more slowly.
ORDER, ORDER_WITH_NOISE = 3.0, 1.5
# Where in a step the model is asked a second and a third time.
ONE_THIRD, TWO_THIRDS = 1 / 3, 2 / 3
# So near to the end, in log(sigma), nothing is left to do.
NEAR = 1e-5


def sample_dpm_fast(x: Tensor, sigmas: Sequence[float], walk: Walk) -> Tensor:
    """Steps of order 3 as far as the calls reach: the model is called as often as `sigmas` has steps."""
    first, last = sigmas[0], walk.table.least
    if _is_near(first, last):
        return _walk_plainly(x, sigmas, walk)
    orders = share_out_calls(len(sigmas) - 1)
    done = 0
    for number, order in enumerate(orders):
        sigma, following = (_find_between(first, last, place / len(orders)) for place in (number, number + 1))
        start = _Start(x, sigma, done, walk)
        down, up = _split_step(sigma, following, last, walk)
        x = add_noise(start.move(down, order), up, walk)
        for call in range(done, done + order):
            walk.follow(call, start.guess)
        done += order
    return x


def share_out_calls(calls: int) -> list[int]:
    """The orders of the steps, which are the calls that each takes: threes, and what is left at the end."""
    whole, rest = divmod(calls, 3)
    return [*([3] * (whole - 1)), 2, 1] if rest == 0 else [*([3] * whole), rest]


def sample_dpm_adaptive(x: Tensor, sigmas: Sequence[float], walk: Walk) -> Tensor:
    """Steps as long as the error lets them be (DPM-Solver-23): the first of `sigmas` alone counts, not their number.

    A step's error is the difference between its solutions of orders 2 and 3, over all values of `x`; so pictures that
    shall not depend on each other are made one by one. A step of `sigmas` is finished when the noise has come so low.
    """
    sigma, last = sigmas[0], walk.table.least
    if _is_near(sigma, last):
        return _walk_plainly(x, sigmas, walk)
    lengths = _Lengths(ORDER_WITH_NOISE if walk.eta > 0 else ORDER)
    x_before, passed = x, 0
    while not _is_near(sigma, last):
        start = _Start(x, sigma, passed, walk)
        while True:
            following = max(last, sigma * math.exp(-lengths.next))
            down, up = _split_step(sigma, following, last, walk)
            low, high = start.move_twice(down)
            if lengths.accept(_measure_error(low, high, x_before)):
                break
        x_before, x, sigma = low, add_noise(high, up, walk), following
        reached = _count_passed(sigmas, sigma, last)
        for step in range(passed, reached):
            walk.follow(step, start.guess)
        passed = reached
    return x


def _walk_plainly(x: Tensor, sigmas: Sequence[float], walk: Walk) -> Tensor:
    """Where there is hardly any noise to begin with, the guess is the picture."""
    for step, (sigma, following) in enumerate(pairwise(sigmas)):
        guess = walk.denoise(x, sigma, step)
        x = move(x, guess, sigma, following)
        walk.follow(step, guess)
    return x


def _is_near(sigma: float, last: float) -> bool:
    return math.log(sigma / last) <= NEAR


def _find_between(sigma: float, following: float, share: float) -> float:
    """The level after `share` of the way, on the logarithmic scale."""
    return math.exp(math.log(sigma) * (1 - share) + math.log(following) * share)


def _split_step(sigma: float, following: float, last: float, walk: Walk) -> tuple[float, float]:
    """As `split_step`, but never below the last level."""
    down = max(split_step(sigma, following, walk.eta)[0], last)
    return down, math.sqrt(max(following**2 - down**2, 0.0))


def _count_passed(sigmas: Sequence[float], sigma: float, last: float) -> int:
    """How many steps of the schedule are behind this noise; all at the end."""
    if _is_near(sigma, last):
        return len(sigmas) - 1
    return sum(level >= sigma for level in sigmas[1:-1])


@dataclass
class _Start:
    """Where a step begins, with the model's guess there; `step` is what the model is told of the schedule."""

    x: Tensor
    sigma: float
    step: int
    walk: Walk
    guess: Tensor = field(init=False)
    slope: Tensor = field(init=False)

    def __post_init__(self) -> None:
        self.guess = self.walk.denoise(self.x, self.sigma, self.step)
        self.slope = (self.x - self.guess) / self.sigma

    def move(self, to: float, order: int) -> Tensor:
        """The point at level `to` by a method of order 1, 2 or 3, which asks the model so often in all."""
        if order == 1:
            return self._move_straight(to)
        if order == 2:
            return self._move_second(to, self._find_bend(to, 1 / 2, self.step + 1), 1 / 2)
        return self._move_third(to, self._find_bend(to, ONE_THIRD, self.step + 1), self.step + 2)

    def move_twice(self, to: float) -> tuple[Tensor, Tensor]:
        """The point at level `to` by orders 2 and 3, which share a call."""
        bend = self._find_bend(to, ONE_THIRD, self.step)
        return self._move_second(to, bend, ONE_THIRD), self._move_third(to, bend, self.step)

    def _move_straight(self, to: float) -> Tensor:
        return self.x + self.slope * (to - self.sigma)

    def _find_bend(self, to: float, share: float, step: int) -> Tensor:
        """How the slope changes until `share` of the way."""
        middle = _find_between(self.sigma, to, share)
        return self._ask(self._move_straight(middle), middle, step)

    def _move_second(self, to: float, bend: Tensor, share: float) -> Tensor:
        return self._move_straight(to) + bend * ((to - self.sigma) / (2 * share))

    def _move_third(self, to: float, bend: Tensor, step: int) -> Tensor:
        later = _find_between(self.sigma, to, TWO_THIRDS)
        ahead = self._curve(later, bend, TWO_THIRDS / ONE_THIRD)
        return self._curve(to, self._ask(ahead, later, step), 1 / TWO_THIRDS)

    def _curve(self, to: float, bend: Tensor, weight: float) -> Tensor:
        """Straight on, and `bend` times the integral of a slope that changes evenly in log(sigma)."""
        length = math.log(self.sigma / to)
        return self._move_straight(to) - bend * (to * weight * (math.expm1(length) / length - 1))

    def _ask(self, ahead: Tensor, sigma: float, step: int) -> Tensor:
        return (ahead - self.walk.denoise(ahead, sigma, step)) / sigma - self.slope


@dataclass
class _Lengths:
    """How long the next step shall be, in log(sigma): an integral controller, as Hairer and Wanner (1996) have it."""

    order: float
    next: float = FIRST_LENGTH

    def accept(self, error: float) -> bool:
        """True when a step with this error, in units of what is allowed, is taken. Sets the length of the next."""
        if not math.isfinite(error):
            raise BrokenPictureError(reason="the latents are not numbers (NaN)")
        # Between 0.2 and 2.6, and 1 for an error that is just allowed.
        factor = 1 + math.atan((error + 1e-8) ** (-1 / self.order) - 1)
        is_short = self.next <= SHORTEST_LENGTH
        self.next *= factor
        return factor >= LEAST_FACTOR or is_short


def _measure_error(low: Tensor, high: Tensor, before: Tensor) -> float:
    """The root mean square difference, each value in units of what is allowed for it."""
    allowed = torch.maximum(low.abs(), before.abs()) * RELATIVE_ERROR
    return float(((low - high) / allowed.clamp_min(ABSOLUTE_ERROR)).square().mean().sqrt())
