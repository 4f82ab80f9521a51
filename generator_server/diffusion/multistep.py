"""Samplers that look back over several steps: LMS, PLMS, DEIS and UniPC."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.polynomial import Polynomial
from torch import Tensor

from generator_server.diffusion.schedules import Values
from generator_server.diffusion.walk import Walk, move, move_by_heun

LMS_ORDER = 4
# Adams-Bashforth weights on even steps, the newest slope first, by how many slopes are known.
_ADAMS = {2: (3 / 2, -1 / 2), 3: (23 / 12, -16 / 12, 5 / 12), 4: (55 / 24, -59 / 24, 37 / 24, -9 / 24)}
DEIS_ORDER = 3
# Points of the numerical integral; the integrands are as smooth as a cubic times an exponential.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
UNIPC_ORDER = 3


def sample_lms(x: Tensor, sigmas: Sequence[float], walk: Walk) -> Tensor:
    """A linear multistep (Adams-Bashforth) method on uneven steps, of order 4 once so many slopes are known."""
    slopes: list[Tensor] = []
    for step, sigma in enumerate(sigmas[:-1]):
        guess = walk.denoise(x, sigma, step)
        slopes = [(x - guess) / sigma, *slopes[: LMS_ORDER - 1]]
        for back, slope in enumerate(slopes):
            x = x + slope * weigh_slope(sigmas, step, back, len(slopes))
        walk.follow(step, guess)
    return x


def weigh_slope(sigmas: Sequence[float], step: int, back: int, order: int) -> float:
    """The integral over the step of the Lagrange polynomial that is 1 at the slope `back` steps ago."""
    own = sigmas[step - back]
    basis = Polynomial([1.0])
    for other in (sigmas[step - number] for number in range(order) if number != back):
        basis = basis * Polynomial([-other, 1.0]) / (own - other)
    primitive = basis.integ()
    return float(primitive(sigmas[step + 1]) - primitive(sigmas[step]))


def sample_plms(x: Tensor, sigmas: Sequence[float], walk: Walk) -> Tensor:
    """Pseudo linear multistep (Liu et al. 2022, PNDM): weights of even steps, whatever the steps are. Order 4.

    The first step has nothing to look back on and asks the model a second time, at its end.
    """
    slopes: list[Tensor] = []
    for step, (sigma, following) in enumerate(pairwise(sigmas)):
        guess = walk.denoise(x, sigma, step)
        slopes = [(x - guess) / sigma, *slopes[:3]]
        if len(slopes) == 1:
            x = move_by_heun(x, guess, sigma, following, step, walk)
        else:
            for weight, slope in zip(_ADAMS[len(slopes)], slopes, strict=True):
                x = x + slope * (weight * (following - sigma))
        walk.follow(step, guess)
    return x


def sample_deis(x: Tensor, sigmas: Sequence[float], walk: Walk) -> Tensor:
    """DEIS (Zhang and Chen 2022): the noise is carried on as a polynomial in log(sigma), of order 3 where it can be."""
    slopes: list[Tensor] = []
    count = len(sigmas) - 1
    for step, (sigma, following) in enumerate(pairwise(sigmas)):
        guess = walk.denoise(x, sigma, step)
        slopes = [(x - guess) / sigma, *slopes[: DEIS_ORDER - 1]]
        # Towards the end, where log(sigma) changes fast, it looks back less far.
        order = min(len(slopes), count - step)
        if following == 0:
            x = guess
        else:
            for weight, slope in zip(weigh_slopes_in_log(sigmas, step, order), slopes, strict=False):
                x = x + slope * weight
        walk.follow(step, guess)
    return x


def weigh_slopes_in_log(sigmas: Sequence[float], step: int, order: int) -> list[float]:
    """The integrals over the step of the Lagrange polynomials in log(sigma), for the last `order` slopes."""
    first, last = math.log(sigmas[step]), math.log(sigmas[step + 1])
    places = (first + last) / 2 + _NODES * (last - first) / 2
    known = [math.log(sigmas[step - back]) for back in range(order)]
    weights = []
    for back, own in enumerate(known):
        basis = np.exp(places)
        for other in (place for number, place in enumerate(known) if number != back):
            basis = basis * (places - other) / (own - other)
        weights.append(float(basis @ _WEIGHTS) * (last - first) / 2)
    return weights


def sample_unipc(x: Tensor, sigmas: Sequence[float], walk: Walk) -> Tensor:
    """UniPC (Zhao et al. 2023): every guess first corrects the point that it was made at. Order 3, B1."""
    return walk_unipc(x, sigmas, walk, order=UNIPC_ORDER, variant="bh1")


def walk_unipc(x: Tensor, sigmas: Sequence[float], walk: Walk, *, order: int, variant: Literal["bh1", "bh2"]) -> Tensor:
    """UniPC with data prediction; the order rises at the start and falls at the end."""
    solver = _UniPC(sigmas, variant)
    count = len(sigmas) - 1
    used = 0
    for step in range(count):
        guess = walk.denoise(x, sigmas[step], step)
        if step > 0:
            x = solver.correct(guess, step, used)
        used = min(order, count - step, step + 1)
        x = solver.predict(x, guess, step, used)
        walk.follow(step, guess)
    return x


@dataclass
class _UniPC:
    """The guesses so far, and the two moves. `lambda` is -log(sigma)."""

    sigmas: Sequence[float]
    variant: Literal["bh1", "bh2"]
    guesses: list[Tensor] = field(default_factory=list)
    start: Tensor | None = None

    def predict(self, x: Tensor, guess: Tensor, step: int, order: int) -> Tensor:
        """From level `step` to the next, by the last `order` guesses."""
        self.guesses, self.start = [*self.guesses, guess], x
        following = self.sigmas[step + 1]
        if following == 0:
            return guess
        moved = move(x, guess, self.sigmas[step], following)
        if order == 1:
            return moved
        ratios = self._find_ratios(step, order)
        matrix, right, scale = self._build_equations(ratios, step)
        weights = [0.5] if order == 2 else np.linalg.solve(matrix[:-1, :-1], right[:-1]).tolist()
        return moved - self._sum_differences(weights, ratios, step) * scale

    def correct(self, guess: Tensor, step: int, order: int) -> Tensor:
        """The point at level `step` again, now that a guess was made there."""
        assert self.start is not None  # noqa: S101 - predict came before
        before = step - 1
        moved = move(self.start, self.guesses[before], self.sigmas[before], self.sigmas[step])
        ratios = self._find_ratios(before, order)
        matrix, right, scale = self._build_equations(ratios, before)
        weights = [0.5] if order == 1 else np.linalg.solve(matrix, right).tolist()
        change = (guess - self.guesses[before]) * weights[-1]
        if order > 1:
            change = change + self._sum_differences(weights[:-1], ratios, before)
        return moved - change * scale

    def _find_ratios(self, step: int, order: int) -> list[float]:
        """Where earlier levels lie, in lengths of this step from its start; last the step's end, 1."""
        length = math.log(self.sigmas[step] / self.sigmas[step + 1])
        earlier = [math.log(self.sigmas[step] / self.sigmas[step - back]) / length for back in range(1, order)]
        return [*earlier, 1.0]

    def _build_equations(self, ratios: list[float], step: int) -> tuple[Values, Values, float]:
        """The system R w = b of the paper's equation 11, and its B(h)."""
        hh = -math.log(self.sigmas[step] / self.sigmas[step + 1])
        scale = hh if self.variant == "bh1" else math.expm1(hh)
        phi, factorial = math.expm1(hh) / hh - 1, 1
        rows, right = [], []
        for power in range(len(ratios)):
            rows.append([ratio**power for ratio in ratios])
            right.append(phi * factorial / scale)
            factorial *= power + 2
            phi = phi / hh - 1 / factorial
        return np.array(rows), np.array(right), scale

    def _sum_differences(self, weights: Sequence[float], ratios: Sequence[float], step: int) -> Tensor:
        newest = self.guesses[step]
        total = newest * 0
        for back, (weight, ratio) in enumerate(zip(weights, ratios, strict=False), start=1):
            total = total + (self.guesses[step - back] - newest) * (weight / ratio)
        return total
